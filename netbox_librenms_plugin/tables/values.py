"""Values of a plan in the words of NetBox's pages: units, choices, names of related objects."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from dcim.choices import InterfaceDuplexChoices, InterfaceTypeChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from utilities.choices import unpack_grouped_choices
from utilities.templatetags.helpers import humanize_speed

from ..librenms.records import UNSET
from ..sync.core.plan import Ref

# Field → value of one side; what that side did not say is absent
Values = Mapping[str, Any]
Show = Callable[[Values], str]
VLANS_SHOWN = 2


def said(values: Values, fields: Sequence[str]) -> dict[str, Any]:
    """The values of these fields that were said at all."""
    return {name: values[name] for name in fields if values.get(name, UNSET) is not UNSET}


def plain(value: Any) -> str:
    """Any value without a unit: a name, a number, or nothing."""
    if value is None or value is UNSET:
        return ""
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, tuple):
        return ", ".join(plain(one) for one in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def one(name: str, words: Callable[[Any], str] = plain) -> Show:
    """Shows a single field."""
    return lambda values: words(values.get(name))


def speed(kbps: Any) -> str:
    """A speed in Kbps the way NetBox writes it: "10 Gbps"."""
    return str(humanize_speed(kbps)) if isinstance(kbps, int) else ""


@lru_cache(maxsize=32)
def _labels(choices: Any, language: str) -> dict[str, str]:
    return {value: str(label) for value, label in unpack_grouped_choices(choices.CHOICES)}


def interface_type(value: Any) -> str:
    """The label of an interface type."""
    return _labels(InterfaceTypeChoices, get_language() or "").get(value, plain(value)) if value else ""


def duplex(value: Any) -> str:
    """The label of a duplex mode."""
    return _labels(InterfaceDuplexChoices, get_language() or "").get(value, plain(value)) if value else ""


def vlans(values: Values) -> str:
    """Mode and VLANs in one phrase: "access 10", "trunk 10 untagged, 20, 30 (+3)"."""
    mode, untagged, tagged = values.get("mode"), values.get("untagged_vlan"), values.get("tagged_vlans")
    number = _vid(untagged) if isinstance(untagged, Ref) else ""
    if mode == "access":
        return f"{_('access')} {number}".strip()
    if mode == "tagged-all":
        return _("trunk, all VLANs")
    if not mode:
        return number
    parts = [_("{vid} untagged").format(vid=number)] if number else []
    parts += [_some([_vid(vlan) for vlan in tagged])] if isinstance(tagged, tuple) and tagged else []
    name = _("trunk") if mode == "tagged" else str(mode)
    return f"{name} {', '.join(parts)}".strip()


def all_vlans(values: Values) -> str:
    """Every VLAN by number and name, for who wants to know exactly."""
    untagged, tagged = values.get("untagged_vlan"), values.get("tagged_vlans") or ()
    names = [_("{vlan} untagged").format(vlan=untagged.name)] if isinstance(untagged, Ref) else []
    return ", ".join([*names, *(plain(vlan) for vlan in tagged)])


def _vid(vlan: Ref) -> str:
    """The number in front of the name."""
    return vlan.name.split(" ", 1)[0]


def _some(numbers: Sequence[str]) -> str:
    rest = len(numbers) - VLANS_SHOWN
    return ", ".join(numbers[:VLANS_SHOWN]) + (f" (+{rest})" if rest > 0 else "")
