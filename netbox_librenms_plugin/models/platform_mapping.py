"""Rules a person writes to say which NetBox platform a LibreNMS operating system means."""

from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .mapping import Mapping


class PlatformMapping(Mapping):
    """One rule: a device or VM with this ``os`` in LibreNMS has this platform. Case does not count."""

    librenms_os = models.CharField(
        verbose_name=_("LibreNMS OS"),
        max_length=100,
        help_text=_("The short name of the operating system in LibreNMS, such as ios; case does not count"),
    )
    platform = models.ForeignKey(
        to="dcim.Platform", verbose_name=_("platform"), on_delete=models.CASCADE, related_name="+"
    )

    text_field = "librenms_os"
    clone_fields = ("platform", "description")

    class Meta:
        ordering = ("librenms_os", "pk")
        verbose_name = _("platform mapping")
        verbose_name_plural = _("platform mappings")
        constraints = (
            models.UniqueConstraint(
                Lower("librenms_os"),
                name="%(app_label)s_%(class)s_unique_text",
                violation_error_message=_("A mapping for this operating system exists already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.librenms_os} → {self.platform}"

    def as_import(self) -> dict[str, Any]:
        """Names are unique within their manufacturer only, so both are named; a platform may have none."""
        manufacturer = self.platform.manufacturer
        return {
            "librenms_os": self.librenms_os,
            "manufacturer": manufacturer.name if manufacturer else "",
            "platform": self.platform.name,
            "description": self.description,
        }
