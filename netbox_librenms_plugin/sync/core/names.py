"""Interface names: the same name in its other spelling, the member it names, the interface it is a part of.

Spelling is a written table, not similarity: ``Gi1/0/1`` and ``GigabitEthernet1/0/1`` are one name, ``Gi1/0/1`` and
``Gi1/0/10`` are two. Sources: the vendors' own abbreviations as their command lines and SNMP agents print them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "appgigabitethernet": ("ap",),
    "bundle-ether": ("be",),
    "ethernet": ("eth", "et"),
    "fastethernet": ("fa", "fas"),
    "fivegigabitethernet": ("fi",),
    "fiftygige": ("fif", "fiftygigabitethernet"),
    "fortygige": ("fo", "for", "fortygigabitethernet"),
    "fourhundredgige": ("fou", "fourhundredgigabitethernet"),
    "gigabitethernet": ("gi", "gig", "gige", "ge"),
    "hundredgige": ("hu", "hun", "hundredgigabitethernet"),
    "loopback": ("lo", "loop"),
    "management": ("ma",),
    "port-channel": ("po", "portchannel"),
    "serial": ("se", "ser"),
    "tengigabitethernet": ("te", "ten", "tengige", "xge", "ten-gigabitethernet", "xgigabitethernet"),
    "tunnel": ("tu", "tun"),
    "twentyfivegige": ("twe", "twentyfivegigabitethernet"),
    "twogigabitethernet": ("tw", "two"),
    "vlan": ("vl",),
}
_CANONICAL = {short: long for long, shorts in _SPELLINGS.items() for short in (*shorts, long)}

_PREFIXED = re.compile(r"^(?P<prefix>[A-Za-z][A-Za-z-]*?)\s*(?P<rest>\d.*)$")
# "Gi2/0/5", "2:5", "ge-1/0/0", and with the speed in front "10GE2/0/1" (Huawei), "2/xg1" (Netgear)
_SLOT = re.compile(r"^(?P<prefix>(?:[\d.]*[A-Za-z][A-Za-z -]*)?)(?P<slot>\d{1,3})[/:][A-Za-z]{0,2}\d")
_DOTTED_PORT = re.compile(r"^(?P<prefix>port)(?P<slot>\d{1,2})\.\d+\.\d+", re.IGNORECASE)
_BETWEEN = re.compile(r"[/:]")
_LAG = re.compile(
    r"^(?:po|port-?channel|bundle-ether|be|ae|bond|team|lag|trk|eth-trunk|smartgroup"
    r"|bridge-aggregation|bagg|route-aggregation|ragg)[\s_-]*\d+$",
    re.IGNORECASE,
)
_VLAN = re.compile(
    r"^(?:vl|vlan|vlanif|vlan-interface|irb|bdi|bvi|ve|802\.1q encapsulation tag)?[\s._-]*\d+(?:\.\d+)?$", re.IGNORECASE
)
_PATH = re.compile(r"^[A-Za-z][\w.-]*(?:/[A-Za-z][\w.-]*)+$")
_BRIDGE = re.compile(r"^(?:vmbr|br|bridge|virbr|lxdbr|lxcbr|docker|vswitch|ovs-?br)(?:[-_ ]?\w*)$", re.IGNORECASE)


@lru_cache(maxsize=65536)
def spelling(name: str) -> str:
    """The name in its one canonical spelling, for comparison only; never shown, never written."""
    name = name.strip().casefold()
    parts = _PREFIXED.match(name)
    if parts is None:
        return name
    prefix = parts["prefix"]
    return _CANONICAL.get(prefix, prefix) + parts["rest"]


@dataclass(frozen=True, slots=True)
class Slot:
    """The number that a port's name begins with: a unit's, or a line card's; the text before it (``prefix``, folded),
    and how many numbers follow (``depth``)."""

    number: int
    prefix: str = ""
    depth: int = 1


@lru_cache(maxsize=65536)
def slot_of(name: str) -> Slot | None:
    """The slot in a port's name (``Gi2/0/5``, ``2:5``, ``ge-1/0/0``, ``10GE2/0/1``, ``port1.0.3``); None without."""
    found = _SLOT.match(name) or _DOTTED_PORT.match(name)
    if found is None:
        return None
    return Slot(int(found["slot"]), found["prefix"].strip(" -").casefold(), len(_BETWEEN.findall(name)))


def parent_name(name: str) -> str | None:
    """The interface a sub-interface name hangs on: ``Gi1/0/1.100`` → ``Gi1/0/1``; None for other names."""
    base, dot, unit = name.rpartition(".")
    return base if dot and base and unit.isdigit() and not base.isdigit() else None


def last_of_path(name: str) -> str | None:
    """The port that a path of RouterOS ends with: ``bridge1/bond1/ether2`` → ``ether2``; None for other names."""
    return name.rpartition("/")[2] if _PATH.match(name) else None


def is_lag_name(name: str) -> bool:
    """Whether the name is one that vendors give to aggregates only (``Port-channel1``, ``ae0``, ``bond0``)."""
    return bool(_LAG.match(name))


def is_bridge_name(name: str) -> bool:
    """Whether the name is one that systems give to bridges only (``vmbr0``, ``br-lan``, ``bridge1``)."""
    return bool(_BRIDGE.match(name))


def is_vlan_name(name: str) -> bool:
    """Whether the name is one that vendors give to VLANs (``Vlan10``, ``vlan.10``, plain ``10``)."""
    return bool(_VLAN.match(name))
