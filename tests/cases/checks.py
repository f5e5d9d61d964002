"""What must be true after a step. A check's kind is the one key of ``FINDERS`` that it has; its value says of what.

``field`` says what to look at there. What is found is held against ``is``, ``not``, ``in`` and ``not_in`` (as many of
them as the check has); ``why`` is the reason that somebody reads when it fails.

Of NetBox: ``interface`` (path), ``device`` (name), ``cable`` (two paths), ``addresses`` (path), ``address`` (without a
mask), ``count`` (what, with a filter in ``where``). Of a comparison's answer: ``row`` (name, with ``owner`` where
several have one; ``number`` takes the first of several), ``unwritten`` (resource). Of a sync's: ``applied`` (resource).
Of the import: ``listed``, ``imported``, ``import_issue`` (key of a device).
"""

from collections.abc import Callable
from typing import Any

from dcim.models import Cable, Device, Interface, MACAddress, VirtualChassis
from ipam.models import VLAN, IPAddress
from virtualization.models import VirtualMachine, VMInterface

from tests.cases import Entry
from tests.cases.netbox import find_interface
from tests.cases.steps import World

COUNTED = {
    "devices": Device,
    "interfaces": Interface,
    "vlans": VLAN,
    "addresses": IPAddress,
    "cables": Cable,
    "chassis": VirtualChassis,
    "vms": VirtualMachine,
    "macs": MACAddress,
}
OPERATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda found, wanted: found == wanted,
    "not": lambda found, wanted: found != wanted,
    "in": lambda found, wanted: found in wanted,
    "not_in": lambda found, wanted: found not in wanted,
}


class NotThere(Exception):
    """Nothing to look at, or not one thing alone: the check has failed, whatever it wants to find."""


def problem_of(world: World, check: Entry, answer: Any) -> str | None:
    """What is wrong after the step that got this answer, with the check's reason; None where all is right."""
    kind = next(kind for kind in FINDERS if kind in check)
    try:
        problem = _disagreement(kind, check, FINDERS[kind](world, check, answer))
    except NotThere as missing:
        problem = f"{check[kind]}: {missing}"
    if problem is None:
        return None
    return f"{problem}   [{check['why']}]" if check.get("why") else problem


def _disagreement(kind: str, check: Entry, found: Any) -> str | None:
    for operation, agrees in OPERATIONS.items():
        if operation in check and not agrees(found, check[operation]):
            what = " ".join(str(part) for part in (kind, check[kind], check.get("field")) if part is not None)
            return f"{what} {operation} {check[operation]!r}: got {found!r}"
    return None


# What REST answered


def _row(world: World, check: Entry, answer: Any) -> Any:
    """A row's outcome, the ``outcomes`` of all, the ``codes`` of its issues, or LibreNMS's value of a field."""
    field = check.get("field", "outcome")
    rows = _rows_of(check, answer)
    if not rows and field == "outcome":
        return None
    if not rows:
        raise NotThere("no such row")
    if field == "outcomes":
        return sorted(row["outcome"] for row in rows)
    if len(rows) > 1 and "number" not in check:
        raise NotThere(f"{len(rows)} rows")
    if field == "outcome":
        return rows[0]["outcome"]
    if field == "codes":
        return _codes(rows[0]["issues"])
    return next((one["librenms"] for one in rows[0]["fields"] if one["field"] == field), None)


def _rows_of(check: Entry, answer: Any) -> list[Any]:
    """The rows of this name or key; a cable's may be named by its near end alone."""
    name = check["row"]
    return [
        row
        for plan in answer["plans"]
        for row in plan["changes"]
        if (name in (row["name"], row["key"]) or row["name"].startswith(f"{name} →"))
        and ("owner" not in check or row["owner"]["name"] == check["owner"])
    ]


def _unwritten(world: World, check: Entry, answer: Any) -> list[str]:
    """The names of a plan's rows that a sync could still write."""
    (plan,) = [plan for plan in answer["plans"] if plan["resource"] == check["unwritten"]]
    return [row["name"] for row in plan["changes"] if row["syncable"]]


def _applied(world: World, check: Entry, answer: Any) -> Any:
    """The numbers of rows of a resource that were written, by outcome, or the codes of those that ``failed``."""
    (result,) = [result for result in answer["results"] if result["resource"] == check["applied"]]
    return _codes(result["failed"]) if check.get("field") == "failed" else result["applied"]


def _imported(world: World, check: Entry, answer: Any) -> Any:
    return _result_of(world, check["imported"], answer)[check.get("field", "outcome")]


def _import_issue(world: World, check: Entry, answer: Any) -> list[str]:
    return _codes(_result_of(world, check["import_issue"], answer)["issues"])


def _listed(world: World, check: Entry, answer: Any) -> Any:
    """A field of a device that could be imported; of ``netbox``, the object's name."""
    row, field = _result_of(world, check["listed"], answer), check.get("field", "state")
    return row[field]["name"] if field == "netbox" and row[field] else row[field]


def _result_of(world: World, key: str, answer: Any) -> Any:
    device_id = world.librenms.devices[key]
    (row,) = [row for row in answer["results"] if row["librenms_id"] == device_id]
    return row


def _codes(issues: list[Any]) -> list[str]:
    return [issue["code"] for issue in issues]


# What NetBox holds


def _cable(world: World, check: Entry, answer: Any) -> bool:
    """Whether one cable has both ends; an interface that does not exist has none."""
    try:
        one, other = (find_interface(path) for path in check["cable"])
    except VMInterface.DoesNotExist:
        return False
    return one.cable_id is not None and one.cable_id == other.cable_id


def _interface(world: World, check: Entry, answer: Any) -> Any:
    """Whether the interface exists, or one of its fields."""
    interface, field = _first_interface(check["interface"]), check.get("field", "exists")
    if field == "exists":
        return interface is not None
    if interface is None:
        raise NotThere("no such interface")
    return INTERFACE_FIELDS[field](world, interface) if field in INTERFACE_FIELDS else _plain(interface, field)


def _first_interface(path: str) -> Interface | VMInterface | None:
    """A device's interface where a device has the owner's name, else a VM's."""
    owner, name = path.split("/", 1)
    if Device.objects.filter(name=owner).exists():
        return Interface.objects.filter(device__name=owner, name=name).first()
    return VMInterface.objects.filter(virtual_machine__name=owner, name=name).first()


def _bound_to(world: World, interface: Any) -> Any:
    """The path of the port whose id the interface has, or an id that is no port's."""
    stored = (interface.custom_field_data or {}).get("librenms_id")
    return world.librenms.path_of(stored.get("default") if isinstance(stored, dict) else stored)


INTERFACE_FIELDS: dict[str, Callable[[World, Any], Any]] = {
    "cabled": lambda world, interface: interface.cable_id is not None,
    "librenms": _bound_to,
    "macs": lambda world, interface: sorted(str(mac.mac_address) for mac in interface.mac_addresses.all()),
    "primary_mac_address": lambda world, interface: str(interface.primary_mac_address),
    "tagged": lambda world, interface: sorted(interface.tagged_vlans.values_list("vid", flat=True)),
    "untagged_vlan": lambda world, interface: interface.untagged_vlan and interface.untagged_vlan.vid,
}


def _addresses(world: World, check: Entry, answer: Any) -> list[str]:
    return sorted(str(one.address) for one in find_interface(check["addresses"]).ip_addresses.all())


def _address(world: World, check: Entry, answer: Any) -> Any:
    """The ``count`` of an address, or the paths of what has it."""
    held = IPAddress.objects.filter(address__net_host=check["address"])
    return held.count() if check.get("field") == "count" else sorted(_holder(one.assigned_object) for one in held)


def _holder(assigned: Any) -> str:
    owner = getattr(assigned, "parent_object", None)
    return str(assigned) if owner is None else f"{owner.name}/{assigned.name}"


def _device(world: World, check: Entry, answer: Any) -> Any:
    """Whether the device exists, or one of its fields; ``interfaces`` are their names."""
    device, field = Device.objects.filter(name=check["device"]).first(), check.get("field", "exists")
    if field == "exists":
        return device is not None
    if device is None:
        raise NotThere("no such device")
    if field == "interfaces":
        return sorted(device.interfaces.values_list("name", flat=True))
    return _plain(device, field)


def _plain(instance: Any, field: str) -> Any:
    """The field's value; of a related object, its name."""
    value = getattr(instance, field)
    return getattr(value, "name", value)


def _count(world: World, check: Entry, answer: Any) -> int:
    return COUNTED[check["count"]].objects.filter(**check.get("where", {})).count()


FINDERS: dict[str, Callable[[World, Entry, Any], Any]] = {
    "row": _row,
    "cable": _cable,
    "interface": _interface,
    "addresses": _addresses,
    "address": _address,
    "device": _device,
    "count": _count,
    "applied": _applied,
    "imported": _imported,
    "listed": _listed,
    "import_issue": _import_issue,
    "unwritten": _unwritten,
}
