"""The words for what an import can bring beside the devices."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

OPTION_LABELS: Mapping[str, Any] = {
    "chassis": _("Virtual chassis members"),
    "interfaces": _("Interfaces"),
    "vlans": _("VLANs"),
    "ip_addresses": _("IP addresses and primary IP"),
    "cables": _("Cables between what is there"),
    "existing": _("Also sync devices that NetBox has already"),
}
