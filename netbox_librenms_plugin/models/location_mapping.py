"""Rules a person writes to say which NetBox site, and location in it, a LibreNMS location means."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .mapping import Mapping


class LocationMapping(Mapping):
    """One rule: what is in this place by LibreNMS is in this site, and in this location of it where one is given."""

    librenms_location = models.CharField(
        verbose_name=_("LibreNMS location"),
        max_length=255,
        help_text=_("The location's name in LibreNMS; case does not count"),
    )
    site = models.ForeignKey(to="dcim.Site", verbose_name=_("site"), on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey(
        to="dcim.Location",
        verbose_name=_("location"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty leaves the location of devices alone"),
    )

    text_field = "librenms_location"
    clone_fields = ("site", "location", "description")

    class Meta:
        ordering = ("librenms_location", "pk")
        verbose_name = _("location mapping")
        verbose_name_plural = _("location mappings")
        constraints = (
            models.UniqueConstraint(
                Lower("librenms_location"),
                name="%(app_label)s_%(class)s_unique_text",
                violation_error_message=_("A mapping for this location exists already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.librenms_location} → {self.location or self.site}"

    def clean(self) -> None:
        """A location is in one site, and that must be the mapping's."""
        super().clean()
        if self.location_id and self.site_id and self.location.site_id != self.site_id:
            raise ValidationError(
                {"location": _("This location is in another site. Choose one of the mapping's site.")}
            )

    def as_import(self) -> dict[str, Any]:
        """The site and the location by their names."""
        return {
            "librenms_location": self.librenms_location,
            "site": self.site.name,
            "location": self.location.name if self.location else "",
            "description": self.description,
        }
