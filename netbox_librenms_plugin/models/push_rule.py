"""Rules a person writes to say how devices are added to LibreNMS: by which address, and with which SNMP profile."""

from typing import Any

import yaml
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel

from ..choices import PushAddressChoices

# Column → what a device or virtual machine has of it; also the order of the forms
CONDITIONS = ("role", "site", "platform", "tenant", "vrf", "object_tag")


def _condition(model: str, name: Any, help_text: Any = "") -> Any:
    """What an object has to have; the rule goes with it."""
    options = {"null": True, "blank": True, "related_name": "+", "help_text": help_text}
    return models.ForeignKey(to=model, verbose_name=name, on_delete=models.CASCADE, **options)


class PushRule(NetBoxModel):
    """A device or virtual machine that fits all conditions of a rule is added as the rule says; the first rule that
    fits decides. A rule goes with what one of its conditions names, since without that it would fit more."""

    name = models.CharField(verbose_name=_("name"), max_length=100, unique=True)
    weight = models.PositiveSmallIntegerField(
        verbose_name=_("weight"),
        default=1000,
        help_text=_("Rules are tried in the order of their weights, the lowest first; the first that fits decides."),
    )
    enabled = models.BooleanField(verbose_name=_("enabled"), default=True)
    server = models.CharField(
        verbose_name=_("server"), max_length=50, blank=True, help_text=_("Key of the server; empty means every server")
    )
    role = _condition("dcim.DeviceRole", _("role"))
    site = _condition("dcim.Site", _("site"))
    platform = _condition("dcim.Platform", _("platform"))
    tenant = _condition("tenancy.Tenant", _("tenant"))
    vrf = _condition("ipam.VRF", _("VRF"), _("Of the primary IP address"))
    object_tag = _condition("extras.Tag", _("tag"), _("Of the device or virtual machine"))
    profile = models.CharField(
        verbose_name=_("SNMP profile"), max_length=50, help_text=_("Its name in NetBox's configuration")
    )
    address = models.CharField(
        verbose_name=_("reach it by"),
        max_length=20,
        choices=PushAddressChoices,
        default=PushAddressChoices.PRIMARY,
        help_text=_("Becomes the hostname in LibreNMS"),
    )
    give_location = models.BooleanField(
        verbose_name=_("give the site as location"),
        default=False,
        help_text=_("Instead of the location that the device says itself"),
    )
    description = models.CharField(verbose_name=_("description"), max_length=200, blank=True)

    # NetBox's own documentation does not know this model
    docs_url = ""
    clone_fields = ("weight", "enabled", "server", *CONDITIONS, "profile", "address", "give_location", "description")

    class Meta:
        ordering = ("weight", "pk")
        verbose_name = _("push rule")
        verbose_name_plural = _("push rules")

    def __str__(self) -> str:
        return self.name

    def to_yaml(self) -> str:
        """The rule as one YAML document, in the form that the import reads."""
        plain = ("name", "weight", "enabled", "server")
        data: dict[str, Any] = {name: getattr(self, name) for name in plain}
        data |= {name: getattr(self, name).name if getattr(self, name) else "" for name in CONDITIONS}
        data |= {name: getattr(self, name) for name in ("profile", "address", "give_location", "description")}
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
