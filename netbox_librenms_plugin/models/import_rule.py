"""Rules a person writes to say how devices of LibreNMS are imported: as what, where to, or not at all."""

from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel

from ..texts import clean_text

# Column → what it is compared with; also the order of the forms
CONDITIONS = ("librenms_os", "librenms_hardware", "librenms_type", "librenms_location", "name_pattern")
TARGETS = ("role", "site", "tenant", "cluster")


class ImportRule(NetBoxModel):
    """A device that fits all conditions of a rule gets what the rule gives; the first rule that fits decides."""

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
    librenms_os = models.CharField(
        verbose_name=_("OS"), max_length=100, blank=True, help_text=_("LibreNMS's short name, such as ios or linux")
    )
    librenms_hardware = models.CharField(verbose_name=_("hardware"), max_length=255, blank=True)
    librenms_type = models.CharField(
        verbose_name=_("type"), max_length=50, blank=True, help_text=_("LibreNMS's type, such as network or server")
    )
    librenms_location = models.CharField(verbose_name=_("location"), max_length=255, blank=True)
    name_pattern = models.CharField(
        verbose_name=_("name"), max_length=255, blank=True, help_text=_("Compared with sysName and hostname")
    )
    role = models.ForeignKey(
        to="dcim.DeviceRole",
        verbose_name=_("role"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    site = models.ForeignKey(
        to="dcim.Site",
        verbose_name=_("site"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Instead of the site that LibreNMS's location means"),
    )
    tenant = models.ForeignKey(
        to="tenancy.Tenant",
        verbose_name=_("tenant"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    cluster = models.ForeignKey(
        to="virtualization.Cluster",
        verbose_name=_("cluster"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    import_tags = models.ManyToManyField(
        to="extras.Tag",
        verbose_name=_("tags of what is imported"),
        blank=True,
        related_name="+",
    )
    as_vm = models.BooleanField(verbose_name=_("as virtual machine"), default=False)
    ignore = models.BooleanField(
        verbose_name=_("ignore"), default=False, help_text=_("Do not offer these devices for import")
    )
    description = models.CharField(verbose_name=_("description"), max_length=200, blank=True)

    # NetBox's own documentation does not know this model
    docs_url = ""
    clone_fields = ("weight", "enabled", "server", *CONDITIONS, *TARGETS, "as_vm", "ignore", "description")

    class Meta:
        ordering = ("weight", "pk")
        verbose_name = _("import rule")
        verbose_name_plural = _("import rules")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """LibreNMS's texts are compared as one clean line, so that is how they are kept. A rule has to do something."""
        super().clean()
        for column in CONDITIONS:
            setattr(self, column, clean_text(getattr(self, column) or ""))
        if not any(getattr(self, column) for column in (*CONDITIONS, "server")):
            raise ValidationError(
                _("A rule without a condition fits every device. If you mean that, give it the name pattern *.")
            )
        if self.ignore and (self.as_vm or any(getattr(self, f"{target}_id") for target in TARGETS)):
            raise ValidationError({"ignore": _("A rule that ignores devices cannot give them anything.")})
        if self.cluster_id and not self.as_vm:
            raise ValidationError({"cluster": _("Only virtual machines are in a cluster. Tick “as virtual machine”.")})

    def to_yaml(self) -> str:
        """The rule as one YAML document, in the form that the import reads."""
        plain = ("name", "weight", "enabled", "server", *CONDITIONS, "as_vm", "ignore", "description")
        data: dict[str, Any] = {name: getattr(self, name) for name in plain}
        data |= {name: getattr(self, name).name if getattr(self, name) else "" for name in TARGETS}
        data["import_tags"] = ",".join(self.import_tags.order_by("slug").values_list("slug", flat=True))
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
