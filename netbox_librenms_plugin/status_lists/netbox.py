"""What the status lists know of NetBox: a query for each kind of object, whatever their number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ..deviations.counting import standings
from ..fleet_sync.finding import DEVICE, MODELS, VIRTUAL_MACHINE
from ..librenms.lookup_subjects import LookupSubject, lookup_columns, lookup_subjects_in
from ..models import IdentityConfirmation
from ..orm.frame.permissions import viewable
from ..sync.core.device_identity import KnownIdentity
from ..sync.status.rows import Key, ListedObject

Row = Mapping[str, Any]
_OF_DEVICES = ("virtual_chassis__name", "oob_ip__address")
_PRIMARIES = ("primary_ip4", "primary_ip6")


@dataclass(slots=True)
class Kind:
    """All objects of one kind, whoever may view them."""

    name: str
    rows: Mapping[int, Row]
    subjects: Mapping[int, LookupSubject]
    visible: frozenset[int]
    chassis: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def listed(self, pk: int) -> ListedObject:
        """One of them for the rules, with what is known of all members of its chassis."""
        row = self.rows[pk]
        members = self.chassis.get(row.get("virtual_chassis_id") or 0, (pk,))
        return ListedObject(
            key=(self.name, pk),
            known=_known(row, [self.rows[one] for one in members]),
            members=frozenset((self.name, one) for one in members),
            virtual=self.name == VIRTUAL_MACHINE,
        )


def read_kinds(user: Any) -> dict[str, Kind]:
    """Devices and virtual machines: two queries for each."""
    return {name: _read(name, user) for name in (DEVICE, VIRTUAL_MACHINE)}


def _read(name: str, user: Any) -> Kind:
    model = MODELS[name]
    columns = (*lookup_columns(model), "serial", *(() if model is VirtualMachine else _OF_DEVICES))
    rows = {row["pk"]: row for row in model.objects.order_by("pk").values(*columns)}
    chassis: defaultdict[int, list[int]] = defaultdict(list)
    for pk, row in rows.items():
        if number := row.get("virtual_chassis_id"):
            chassis[number].append(pk)
    visible = viewable(model.objects, user).order_by().values_list("pk", flat=True)
    return Kind(
        name=name,
        rows=rows,
        subjects=lookup_subjects_in(rows.values()),
        visible=frozenset(visible),
        chassis=chassis,
    )


def _known(row: Row, members: Sequence[Row]) -> KnownIdentity:
    addresses = [one.get(f"{name}__address") for name in _PRIMARIES for one in members]
    controllers = [one.get("oob_ip__address") for one in members]
    chassis = row.get("virtual_chassis__name") or ""
    return KnownIdentity(
        name=row["name"] or chassis or f"#{row['pk']}",
        names=tuple(filter(None, (*(one["name"] for one in members), chassis))),
        dns_names=tuple(filter(None, (one[f"{name}__dns_name"] for name in _PRIMARIES for one in members))),
        addresses=tuple(str(one.ip) for one in (*addresses, *controllers) if one is not None),
        serials=tuple(filter(None, (one["serial"] for one in members))),
    )


@dataclass(frozen=True, slots=True)
class Names:
    """Names objects for one reader."""

    kinds: Mapping[str, Kind]

    def __call__(self, key: Key) -> str:
        """What an object is called, as far as he may know."""
        kind = self.kinds[key[0]]
        if key[1] not in kind.visible:
            return str(_("an object that you may not view"))
        return kind.rows[key[1]]["name"] or f"#{key[1]}"


def by_serial(kinds: Mapping[str, Kind]) -> dict[str, list[Key]]:
    """Serial number, folded → the devices that have it."""
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for pk, row in kinds[DEVICE].rows.items():
        if folded := (row["serial"] or "").strip().lower():
            found[folded].append((DEVICE, pk))
    return found


def by_name(kinds: Mapping[str, Kind]) -> dict[str, list[Key]]:
    """Name in lower case → the objects that are called so."""
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for kind in kinds.values():
        for pk, row in kind.rows.items():
            if row["name"]:
                found[row["name"].lower()].append((kind.name, pk))
    return found


def confirmed(server: str) -> frozenset[tuple[str, int, int, str]]:
    """What people confirmed of who is who on a server: (model name, object id, LibreNMS id, digest of the clues)."""
    columns = ("object_type__model", "object_id", "librenms_id", "clues")
    return frozenset(IdentityConfirmation.objects.filter(server=server).values_list(*columns))


def open_deviations(kind: str, ids: Sequence[int]) -> Mapping[int, int]:
    """Object → how many of its differences wait for somebody, where it could be compared: one query."""
    return {pk: one.open for pk, one in standings(kind, ids).items() if one.known}
