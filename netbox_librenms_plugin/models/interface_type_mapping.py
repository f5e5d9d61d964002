"""Rules a person writes to say which NetBox interface type a LibreNMS port has."""

from typing import Any

from dcim.choices import InterfaceTypeChoices
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .mapping import Mapping

# NetBox stores Kbps as a 64-bit number; ten petabit per second is far beyond any port.
MAX_SPEED_KBPS = 10_000_000_000_000


class InterfaceTypeMapping(Mapping):
    """One rule: a LibreNMS ``ifType``, at one speed or at any, is this NetBox type. An exact speed comes first."""

    librenms_type = models.CharField(
        verbose_name=_("LibreNMS type"),
        max_length=100,
        help_text=_("The port's ifType as LibreNMS shows it, such as ethernetCsmacd"),
    )
    librenms_speed = models.PositiveBigIntegerField(
        verbose_name=_("speed (Kbps)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_SPEED_KBPS)],
        help_text=_("Empty means any speed"),
    )
    netbox_type = models.CharField(verbose_name=_("NetBox type"), max_length=50, choices=InterfaceTypeChoices)

    clone_fields = ("librenms_type", "netbox_type", "description")

    class Meta:
        ordering = ("librenms_type", models.F("librenms_speed").asc(nulls_first=True), "pk")
        verbose_name = _("interface type mapping")
        verbose_name_plural = _("interface type mappings")
        constraints = (
            models.UniqueConstraint(
                fields=("librenms_type", "librenms_speed"),
                name="%(app_label)s_%(class)s_unique_type_speed",
                nulls_distinct=False,
                violation_error_message=_("A mapping for this LibreNMS type and speed exists already."),
            ),
        )

    def __str__(self) -> str:
        speed = _("any speed") if self.librenms_speed is None else f"{self.librenms_speed} Kbps"
        return f"{self.librenms_type} ({speed}) → {self.netbox_type}"

    def as_import(self) -> dict[str, Any]:
        """An empty speed is any speed."""
        names = ("librenms_type", "librenms_speed", "netbox_type", "description")
        return {name: getattr(self, name) for name in names}
