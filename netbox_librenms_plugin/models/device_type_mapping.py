"""Rules a person writes to say which NetBox device type a LibreNMS hardware text means."""

from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .mapping import Mapping


class DeviceTypeMapping(Mapping):
    """One rule: a device with this ``hardware`` in LibreNMS is of this type. Case does not count."""

    librenms_hardware = models.CharField(
        verbose_name=_("LibreNMS hardware"),
        max_length=255,
        help_text=_("The device's hardware as LibreNMS shows it; case does not count"),
    )
    device_type = models.ForeignKey(
        to="dcim.DeviceType", verbose_name=_("device type"), on_delete=models.CASCADE, related_name="+"
    )

    text_field = "librenms_hardware"
    clone_fields = ("device_type", "description")

    class Meta:
        ordering = ("librenms_hardware", "pk")
        verbose_name = _("device type mapping")
        verbose_name_plural = _("device type mappings")
        constraints = (
            models.UniqueConstraint(
                Lower("librenms_hardware"),
                name="%(app_label)s_%(class)s_unique_text",
                violation_error_message=_("A mapping for this hardware exists already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.librenms_hardware} → {self.device_type}"

    def as_import(self) -> dict[str, Any]:
        """Models are unique within their manufacturer only, so both are named."""
        return {
            "librenms_hardware": self.librenms_hardware,
            "manufacturer": self.device_type.manufacturer.name,
            "device_type": self.device_type.model,
            "description": self.description,
        }
