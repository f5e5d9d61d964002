"""Devices of LibreNMS that nobody wants in NetBox."""

import yaml
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel


class ImportIgnore(NetBoxModel):
    """One device that the import list hides, for everybody, until this is deleted."""

    server = models.CharField(verbose_name=_("server"), max_length=50, help_text=_("Key of the LibreNMS server"))
    librenms_id = models.PositiveBigIntegerField(verbose_name=_("LibreNMS ID"))
    hostname = models.CharField(
        verbose_name=_("hostname"), max_length=255, blank=True, help_text=_("What LibreNMS called it")
    )
    description = models.CharField(
        verbose_name=_("description"), max_length=200, blank=True, help_text=_("Why it is ignored")
    )

    # NetBox's own documentation does not know this model
    docs_url = ""
    clone_fields = ("server", "description")

    class Meta:
        ordering = ("server", "hostname", "pk")
        verbose_name = _("ignored device")
        verbose_name_plural = _("ignored devices")
        constraints = (
            models.UniqueConstraint(
                fields=("server", "librenms_id"),
                name="%(app_label)s_%(class)s_unique_device",
                violation_error_message=_("This device is ignored already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.hostname or self.librenms_id} ({self.server})"

    def to_yaml(self) -> str:
        """The entry as one YAML document, in the form that the import reads."""
        data = {name: getattr(self, name) for name in ("server", "librenms_id", "hostname", "description")}
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
