"""The words for what two sides were found to be the same by."""

from django.utils.translation import gettext_lazy as _

from ..resources.words import Text

# Name of a matcher, or of the way to a value, → words
MATCHED_BY: dict[str, Text] = {
    "librenms_id": _("its LibreNMS ID"),
    "name": _("its name"),
    "spelling": _("its name in the other spelling"),
    "other_name": _("its other name in LibreNMS"),
    "choice": _("your choice"),
    "interface": _("the interface it is on"),
    "address": _("the address in its VRF"),
    "vid": _("its VLAN ID"),
    "mapping": _("a mapping"),
    "slug": _("the same slug"),
    "model": _("the same model"),
    "part_number": _("the same part number"),
}


def matched_by(name: str) -> Text:
    """How the two sides were found to be the same, in words; the name itself where there are none for it."""
    return MATCHED_BY.get(name, name)
