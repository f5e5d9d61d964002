"""What comparing many objects has to know of all of NetBox, read once for all of them instead of once a batch.

Only for comparing: an index is as old as its first use, so nothing is written by one (``Scope.for_writing``).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dcim.models import Device, Interface
from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Lower, Trim
from virtualization.models import VMInterface

from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id
from .permissions import sees_all, viewable
from .stored_ids import with_stored_id

# What ``once`` keeps: for each of a batch's objects one, and some more
_MADE = 250
# Digits of the largest number that the database can hold
_LONGEST = 19
# Rows that are held at once while a whole table goes by
_ROWS_AT_ONCE = 5_000
_DEVICE_COLUMNS = ("pk", "name", "virtual_chassis_id", "virtual_chassis__name", "vc_position", "serial")
_NAMES = ("_host", "_folded", "_chassis", "_serial")

Row = Mapping[str, Any]


@dataclass(slots=True)
class HeldInterfaces:
    """The interfaces of one batch's owners: owner id → columns, and those of them that the user may view."""

    rows: dict[int, list[Row]]
    visible: set[int]


class _Carriers:
    """LibreNMS's ids and the interfaces that carry them, nearly always one each: there are hundreds of thousands."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._others: dict[int, list[int]] = {}

    def add(self, librenms_id: int, pk: int) -> None:
        if self._first.setdefault(librenms_id, pk) != pk:
            self._others.setdefault(librenms_id, []).append(pk)

    def of(self, librenms_id: int) -> Sequence[int]:
        first = self._first.get(librenms_id)
        return () if first is None else (first, *self._others.get(librenms_id, ()))


class NetBoxIndex:
    """For one user and one server. Each table is read when it is first asked for; users see what they always see."""

    def __init__(self, *, user: Any, server: str, bare_key: str | None) -> None:
        self._user, self._server, self._bare_key = user, server, bare_key
        self._held: dict[Any, HeldInterfaces] = {}
        self._made: dict[tuple[int, ...], tuple[tuple[Any, ...], Any]] = {}

    def carriers(self, model: Any, librenms_ids: Iterable[str]) -> list[int]:
        """Interfaces (of devices or of VMs) that carry one of these ids, given as texts, whoever may view them."""
        known = self._of_devices if model is Interface else self._of_machines
        return sorted({pk for one in librenms_ids for pk in known.of(int(one))})

    @cached_property
    def _of_devices(self) -> _Carriers:
        return self._carriers(Interface)

    @cached_property
    def _of_machines(self) -> _Carriers:
        return self._carriers(VMInterface)

    def _carriers(self, model: Any) -> _Carriers:
        """The database reads the ids: to make Python's objects of what all interfaces have in their custom fields takes
        several times as long."""
        rows = model.objects.filter(custom_field_data__has_key=FIELD_NAME).order_by()
        ids = with_stored_id(rows, self._server, self._bare_key).values_list("pk", "_librenms_id")
        carriers = _Carriers()
        for pk, found in ids.iterator(chunk_size=_ROWS_AT_ONCE):
            if found and found.isdecimal() and len(found) <= _LONGEST:
                carriers.add(int(found), pk)
        return carriers

    def devices(self, librenms_ids: Iterable[str], hosts: Collection[str], serials: Collection[str]) -> list[Row]:
        """Columns of the devices that the user may view with one of these ids, names (of their own or their chassis)
        or folded serial numbers, by id."""
        keys: list[tuple[str, Any]] = [("id", int(one)) for one in librenms_ids]
        keys += [("host", one) for one in hosts] + [("serial", one) for one in serials]
        rows = {row["pk"]: row for key in keys for row in self._devices.get(key, ())}
        return [rows[pk] for pk in sorted(rows)]

    def chassis(self, ids: Iterable[int]) -> list[Row]:
        """The same of the members of these virtual chassis."""
        rows = [row for pk in ids for row in self._devices.get(("chassis", pk), ())]
        return sorted(rows, key=lambda row: row["pk"])

    @cached_property
    def _devices(self) -> Mapping[tuple[str, Any], Sequence[Row]]:
        devices: dict[tuple[str, Any], list[Row]] = defaultdict(list)
        named = with_names(viewable(Device.objects, self._user)).order_by("pk")
        for row in device_rows(named, self._server, self._bare_key, *_NAMES):
            keys = {("host", row[name]) for name in ("_host", "_folded", "_chassis")}
            keys |= {("serial", row["_serial"]), ("id", row["librenms_id"]), ("chassis", row["virtual_chassis_id"])}
            for key in keys:
                if key[1] not in (None, ""):
                    devices[key].append(row)
        return devices

    def once[T](self, of: Sequence[Any], make: Callable[[], T]) -> T:
        """What ``make`` gives, and what it gave before where it is of these very objects: what resources of a batch
        have in common. Nobody changes it."""
        key = tuple(map(id, of))
        if key not in self._made:
            while len(self._made) >= _MADE:
                # The oldest is of an earlier batch
                del self._made[next(iter(self._made))]
            # An id is one as long as its object is there
            self._made[key] = tuple(of), make()
        made: T = self._made[key][1]
        return made

    def interfaces(
        self,
        model: Any,
        owner: str,
        owner_ids: Collection[int],
        columns: Sequence[str],
        prepared: Callable[[Any], Any],
    ) -> HeldInterfaces:
        """All interfaces of these owners by id, read once for all resources of a batch, and only of owners that nobody
        asked for in it yet. ``columns``, of a ``prepared`` queryset, are the same in every call for a model."""
        held = self._held.setdefault(model, HeldInterfaces(rows={}, visible=set()))
        missing = set(owner_ids) - held.rows.keys()
        if missing:
            # What a batch does not ask for belongs to the one before
            held.rows = {pk: held.rows[pk] for pk in owner_ids if pk in held.rows}
            held.visible &= {row["pk"] for several in held.rows.values() for row in several}
            queryset = model.objects.filter(**{f"{owner}_id__in": missing}).order_by("pk")
            held.rows.update({pk: [] for pk in missing})
            rows = list(prepared(queryset).values(*columns))
            for row in rows:
                held.rows[row[f"{owner}_id"]].append(row)
            if sees_all(self._user):
                held.visible.update(row["pk"] for row in rows)
            else:
                held.visible.update(viewable(queryset, self._user).values_list("pk", flat=True))
        return held

    def interfaces_of(self, model: Any, owner_ids: Iterable[int]) -> set[int]:
        """The ids of all interfaces of these owners, as far as ``interfaces`` has read them."""
        held = self._held.get(model)
        return set() if held is None else {row["pk"] for pk in owner_ids for row in held.rows.get(pk, ())}


def device_rows(queryset: Any, server: str, bare_key: str | None, *also: str) -> Iterator[dict[str, Any]]:
    """Who devices are: name, serial number, virtual chassis with name and position, ``librenms_id`` on the server."""
    rows = queryset.values(*_DEVICE_COLUMNS, "custom_field_data", *also)
    for row in rows:
        stored = (row.pop("custom_field_data") or {}).get(FIELD_NAME)
        yield {**row, "librenms_id": read_id(stored, server, bare_key)}


def with_names(queryset: Any) -> Any:
    """Devices with what neighbours can mean by them, as the database folds it: ``_host`` and ``_folded`` (the name
    without and with its domain), ``_chassis`` (its virtual chassis's name without domain), ``_serial``."""
    return queryset.annotate(
        _host=Lower(_first_label("name")),
        _folded=Lower("name"),
        _chassis=Lower(_first_label("virtual_chassis__name")),
        _serial=Lower(Trim("serial")),
    )


def _first_label(column: str) -> Func:
    return Func(F(column), Value("."), Value(1), function="SPLIT_PART", output_field=CharField())
