"""Plain values for tests of the pure core: ports, interfaces, plans in one line each."""

from typing import Any

from netbox_librenms_plugin.librenms.records import UNSET, Port, PortVlan, Snapshot, StackEntry
from netbox_librenms_plugin.sync.chassis.members import Member, Members
from netbox_librenms_plugin.sync.core.compare import compare
from netbox_librenms_plugin.sync.core.plan import Change, Found, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policies, Policy
from netbox_librenms_plugin.sync.interfaces.wanted import InterfaceContext, wanted_interfaces

SWITCH = Ref(1, "switch")
ALONE = Members((Member(ref=SWITCH),))
STACK = Members(
    (
        Member(ref=Ref(1, "sw-1"), position=1, master=True),
        Member(ref=Ref(2, "sw-2"), position=2),
        Member(ref=Ref(3, "sw-3"), position=3, visible=False),
    )
)


def port(port_id: int, name: str, **columns: Any) -> Port:
    """A port; columns as the record names them."""
    return Port(port_id=port_id, if_name=name, **columns)


def vlans(*tagged: int, untagged: tuple[int, ...] = ()) -> tuple[PortVlan, ...]:
    """VLAN rows of a port."""
    rows = [PortVlan(vlan=vid, untagged=True) for vid in untagged]
    return (*rows, *(PortVlan(vlan=vid) for vid in tagged))


def snapshot(*ports: Port, stack: tuple[tuple[int, int], ...] = ()) -> Snapshot:
    """What LibreNMS said; ``stack`` as (high, low) port ids."""
    rows = tuple(StackEntry(high_port_id=high, low_port_id=low, status="active") for high, low in stack)
    return Snapshot(device_id=1, ports=ports, stack=rows)


def interface(pk: int, name: str, *, owner: Ref = SWITCH, librenms_id: int | None = None, **values: Any) -> Found:
    """An interface as NetBox would hold it, empty but for what is given."""
    facts = values.pop("facts", {})
    held = {
        "name": name,
        "type": "1000base-t",
        "speed": None,
        "duplex": None,
        "mtu": None,
        "mac_address": None,
        "enabled": True,
        "description": "",
        "mode": None,
        "untagged_vlan": None,
        "tagged_vlans": (),
        "lag": None,
        "parent": None,
        "librenms_id": librenms_id,
    }
    return Found(id=pk, name=name, owner=owner, values=held | values, librenms_id=librenms_id, facts=facts)


def plan(found: list[Found], seen: Snapshot, *, policies: dict[str, Policy] | None = None, **context: Any) -> Plan:
    """Compare; ``policies`` by field name."""
    surroundings = InterfaceContext(**{"members": ALONE, **context})
    chosen = Policies({("interfaces", name): policy for name, policy in (policies or {}).items()})
    return compare(surroundings.rules, found, wanted_interfaces(seen, surroundings), chosen)


def codes(change: Change) -> list[str]:
    """The reason codes of a row."""
    return [one.code.value for one in change.issues]


def differing(change: Change) -> dict[str, tuple[Any, Any]]:
    """Field → (found, wanted)."""
    return {one.field: (one.found, one.wanted) for one in change.differences}


__all__ = (
    "ALONE",
    "STACK",
    "SWITCH",
    "UNSET",
    "codes",
    "differing",
    "interface",
    "plan",
    "port",
    "snapshot",
    "vlans",
)
