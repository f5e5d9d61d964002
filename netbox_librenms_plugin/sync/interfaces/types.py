"""From LibreNMS's ``ifType`` (IANAifType-MIB) and speed to a NetBox interface type."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OTHER = "other"
VIRTUAL = "virtual"
LAG = "lag"
BRIDGE = "bridge"
NOT_PHYSICAL = frozenset({VIRTUAL, LAG, BRIDGE})


@dataclass(frozen=True, slots=True)
class InterfaceType:
    """A NetBox type. A ``specific`` one is known, the other only probable; a ``mapped`` one a person decided."""

    value: str
    specific: bool = True
    mapped: bool = False


# ifType → type; these name the thing itself, whatever its speed
_BY_TYPE: dict[str, InterfaceType] = {
    "ieee8023adLag": InterfaceType(LAG),
    "softwareLoopback": InterfaceType(VIRTUAL),
    "l2vlan": InterfaceType(VIRTUAL),
    "l3ipvlan": InterfaceType(VIRTUAL),
    "l3ipxvlan": InterfaceType(VIRTUAL),
    "tunnel": InterfaceType(VIRTUAL),
    "ipForward": InterfaceType(VIRTUAL),
    "serviceVprn": InterfaceType(VIRTUAL),
    "mplsTunnel": InterfaceType(VIRTUAL),
    "ifPwType": InterfaceType(VIRTUAL),
    "ppp": InterfaceType(VIRTUAL),
    "pppoe": InterfaceType(VIRTUAL),
    "ieee8023adLagPort": InterfaceType(LAG),
    "bridge": InterfaceType(BRIDGE),
    "propVirtual": InterfaceType(VIRTUAL, specific=False),
    "ieee80211": InterfaceType("ieee802.11ax", specific=False),
    "radioMAC": InterfaceType("other-wireless", specific=False),
    "wwanPP": InterfaceType("4g", specific=False),
    "fibreChannel": InterfaceType("8gfc-sfpp", specific=False),
    "infiniband": InterfaceType("infiniband-qdr", specific=False),
    "adsl": InterfaceType("xdsl", specific=False),
    "vdsl": InterfaceType("xdsl", specific=False),
    "vdsl2": InterfaceType("xdsl", specific=False),
    "ds1": InterfaceType("t1", specific=False),
    "e1": InterfaceType("e1"),
    "ds3": InterfaceType("t3", specific=False),
    "gpon": InterfaceType("gpon", specific=False),
    "docsCableMaclayer": InterfaceType("docsis", specific=False),
}

_ETHERNET = frozenset({"ethernetCsmacd", "fastEther", "fastEtherFX", "gigabitEthernet", "iso88023Csmacd"})

# Kbps → the commonest type of that speed: SNMP does not tell copper from fibre nor one transceiver from another
_ETHERNET_BY_SPEED: dict[int, str] = {
    10_000: "100base-tx",
    100_000: "100base-tx",
    1_000_000: "1000base-t",
    2_500_000: "2.5gbase-t",
    5_000_000: "5gbase-t",
    10_000_000: "10gbase-x-sfpp",
    25_000_000: "25gbase-x-sfp28",
    40_000_000: "40gbase-x-qsfpp",
    50_000_000: "50gbase-x-sfp56",
    100_000_000: "100gbase-x-qsfp28",
    200_000_000: "200gbase-x-qsfp56",
    400_000_000: "400gbase-x-qsfpdd",
    800_000_000: "800gbase-x-qsfpdd",
}


@dataclass(frozen=True, slots=True)
class TypeRules:
    """The mappings people wrote: ``(ifType, Kbps or None for any speed)`` → NetBox type; then the built-in ones."""

    mappings: Mapping[tuple[str, int | None], str] = field(default_factory=dict)

    def of(self, if_type: str | None, speed: int | None) -> InterfaceType:
        """The type of a port: exact speed before any speed, a person's mapping before the defaults."""
        if if_type is None:
            return InterfaceType(OTHER, specific=False)
        for key in ((if_type, speed), (if_type, None)):
            if key in self.mappings:
                return InterfaceType(self.mappings[key], mapped=True)
        if if_type in _ETHERNET:
            return InterfaceType(_ETHERNET_BY_SPEED.get(speed or 0, OTHER), specific=False)
        return _BY_TYPE.get(if_type, InterfaceType(OTHER, specific=False))


def settle(wanted: InterfaceType, found: str | None) -> str | None:
    """The type to write, or None to leave NetBox's: what is only probable never replaces what somebody chose."""
    if wanted.mapped or found in (None, "", OTHER):
        return wanted.value
    if not wanted.specific or (wanted.value == VIRTUAL and found in NOT_PHYSICAL):
        return None
    return wanted.value
