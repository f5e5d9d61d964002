"""Interfaces out of NetBox: records for the comparison, for any number of devices in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Interface
from django.db import router
from django.db.models import TextField
from django.db.models.functions import Cast
from virtualization.models import VMInterface

from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id
from ...librenms.records import UNSET, Snapshot
from ...models import InterfaceTypeMapping
from ...sync.core import normalise
from ...sync.core.plan import Found, Ref
from ...sync.interfaces.facts import InterfaceFacts
from ...sync.interfaces.types import TypeRules
from ...sync.interfaces.wanted import RESOURCE, InterfaceContext
from ..frame.bindings import bound_elsewhere
from ..frame.permissions import viewable
from ..frame.scope import Scope
from ..frame.subjects import Subject
from ..vlans.scopes import vlan_choices

_SHARED_COLUMNS = (
    "pk",
    "name",
    "mtu",
    "enabled",
    "description",
    "mode",
    "untagged_vlan_id",
    "untagged_vlan__vid",
    "untagged_vlan__name",
    "parent_id",
    "parent__name",
    "vrf_id",
    "_mac",
    "custom_field_data",
)
_DEVICE_COLUMNS = ("type", "speed", "duplex", "lag_id", "lag__name", "cable_id", "mgmt_only")


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceReading:
    """What NetBox holds for one subject, and what else decides how its ports are seen."""

    found: Sequence[Found]
    context: InterfaceContext


def model_of(subject: Subject) -> Any:
    """The interface model of a device or of a VM."""
    return VMInterface if subject.virtual else Interface


def owner_field(model: Any) -> str:
    """The foreign key to the object an interface hangs on."""
    return "virtual_machine" if model is VMInterface else "device"


def read(
    subjects: Sequence[Subject], snapshots: Mapping[tuple[str, int], Snapshot], scope: Scope, *, lock: bool = False
) -> dict[tuple[str, int], InterfaceReading]:
    """Subject key → reading. With ``lock`` the interfaces' rows stay locked until the transaction ends."""
    types = TypeRules({(one.librenms_type, one.librenms_speed): one.netbox_type for one in _mappings(scope)})
    readings: dict[tuple[str, int], InterfaceReading] = {}
    for model in (Interface, VMInterface):
        chosen = [one for one in subjects if model_of(one) is model and one.key in snapshots]
        if chosen:
            readings.update(_read_model(model, chosen, snapshots, scope, types, lock=lock))
    return readings


def _mappings(scope: Scope) -> Iterable[InterfaceTypeMapping]:
    """Mappings are rules of the house, not somebody's objects: they hold for everybody who compares."""
    return InterfaceTypeMapping.objects.all()


def _read_model(
    model: Any,
    subjects: Sequence[Subject],
    snapshots: Mapping[tuple[str, int], Snapshot],
    scope: Scope,
    types: TypeRules,
    *,
    lock: bool,
) -> dict[tuple[str, int], InterfaceReading]:
    members = {one.pk: one for subject in subjects for one in subject.members if one.pk in subject.visible}
    ports = [port for one in subjects for port in snapshots[one.key].ports]
    found = _found(model, list(members), scope, lock=lock)
    elsewhere = bound_elsewhere((port.port_id for port in ports), scope, model=model, owner_ids=list(members))
    vids = {row.vlan for port in ports if port.vlans is not UNSET for row in port.vlans}
    vlans = vlan_choices(
        list(members.values()), vids, scope.user, reserved=scope.reserved_vlans, also=scope.foreseen.vlans
    )
    return {
        subject.key: InterfaceReading(
            found=[one for pk in subject.member_ids for one in found.get(pk, ())],
            context=InterfaceContext(
                members=subject.as_members(chosen_members(scope)),
                name_field=scope.name_field,
                types=types,
                vlans=vlans,
                elsewhere=elsewhere,
                chosen=chosen_interfaces(scope),
                virtual=subject.virtual,
            ),
        )
        for subject in subjects
    }


def chosen_members(scope: Scope) -> dict[str, int]:
    """Row key of an interface → the member that a person gave it to."""
    choices = scope.choices.get(RESOURCE, {})
    return {key: choice["member"] for key, choice in choices.items() if isinstance(choice.get("member"), int)}


def chosen_interfaces(scope: Scope) -> dict[str, int]:
    """Row key of a port → the interface that a person said it is (0: a new one)."""
    choices = scope.choices.get(RESOURCE, {})
    return {key: choice["interface"] for key, choice in choices.items() if isinstance(choice.get("interface"), int)}


def _found(model: Any, owner_ids: Sequence[int], scope: Scope, *, lock: bool) -> dict[int, list[Found]]:
    owner = owner_field(model)
    queryset = model.objects.filter(**{f"{owner}_id__in": owner_ids}).order_by("pk")
    if lock:
        list(queryset.select_for_update().values_list("pk", flat=True))
    columns = columns_of(model)
    if scope.index is not None:
        held = scope.index.interfaces(model, owner, owner_ids, columns, with_mac)
        rows = [row for pk in owner_ids for row in held.rows[pk] if row["pk"] in held.visible]
    else:
        rows = list(with_mac(viewable(queryset, scope.user)).values(*columns))
    tagged = _tagged(model, owner, owner_ids) if rows else {}
    grouped: dict[int, list[Found]] = defaultdict(list)
    for row in rows:
        grouped[row[f"{owner}_id"]].append(_record(row, owner, tagged.get(row["pk"], []), scope))
    return grouped


def with_mac(queryset: Any) -> Any:
    """Interfaces with the text of their primary MAC address, of which NetBox makes an object each that is only made a
    text of again."""
    return queryset.annotate(_mac=Cast("primary_mac_address__mac_address", TextField()))


def columns_of(model: Any) -> tuple[str, ...]:
    """The columns of an interface that any resource looks at, ``with_mac`` having been there."""
    owner = owner_field(model)
    return (*_SHARED_COLUMNS, f"{owner}_id", f"{owner}__name", *(_DEVICE_COLUMNS if model is Interface else ()))


def _tagged(model: Any, owner: str, owner_ids: Sequence[int]) -> dict[int, list[tuple[int, Ref]]]:
    """Interface id → (VLAN number, VLAN) of its tagged VLANs, for all interfaces of these owners."""
    through = model.tagged_vlans.through
    link = f"{model._meta.model_name}"
    # Routers of databases know models, and not the tables between two of them
    held = through.objects.using(router.db_for_read(model)).filter(**{f"{link}__{owner}_id__in": owner_ids})
    rows = held.order_by("vlan__vid", "vlan_id")
    grouped: dict[int, list[tuple[int, Ref]]] = defaultdict(list)
    for primary_key, vlan_id, vid, name in rows.values_list(f"{link}_id", "vlan_id", "vlan__vid", "vlan__name"):
        grouped[primary_key].append((vid, Ref(vlan_id, f"{vid} ({name})")))
    return grouped


def _record(row: Mapping[str, Any], owner: str, tagged: Sequence[tuple[int, Ref]], scope: Scope) -> Found:
    librenms_id = read_id((row["custom_field_data"] or {}).get(FIELD_NAME), scope.server, scope.bare_key)
    mac = normalise.mac_address(row["_mac"] or "")
    values = {
        "name": row["name"],
        "mtu": row["mtu"],
        "mac_address": None if mac is UNSET else mac,
        "enabled": row["enabled"],
        "description": row["description"],
        "mode": row["mode"],
        "untagged_vlan": _ref(row, "untagged_vlan_id", _vlan_label(row)),
        "tagged_vlans": tuple(ref for _vid, ref in tagged),
        "parent": _ref(row, "parent_id", row["parent__name"]),
        "librenms_id": librenms_id,
    }
    if "type" in row:
        values |= {
            "type": row["type"],
            "speed": row["speed"],
            "duplex": row["duplex"],
            "lag": _ref(row, "lag_id", row["lag__name"]),
        }
    return Found(
        id=row["pk"],
        name=row["name"],
        owner=Ref(row[f"{owner}_id"], row[f"{owner}__name"] or ""),
        values=values,
        librenms_id=librenms_id,
        facts=InterfaceFacts(cabled=row.get("cable_id") is not None, tagged_vids=tuple(tagged)),
    )


def _ref(row: Mapping[str, Any], column: str, name: str | None) -> Ref | None:
    return None if row[column] is None else Ref(row[column], name or "")


def _vlan_label(row: Mapping[str, Any]) -> str:
    return f"{row['untagged_vlan__vid']} ({row['untagged_vlan__name']})"
