"""Which objects a run wrote, where several of one request are told apart."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from ..models import Run, SyncRun
from ..orm.undo.hanging import holder_of
from ..orm.undo.kinds import kind_named
from ..orm.undo.log import effects, headers
from ..resources import RESOURCES
from ..sync.ip_addresses.primary import KEY as PRIMARY
from ..sync.push.rows import CHANGED
from ..sync.sites.rows import TO_LIBRENMS
from ..sync.undo.effects import Effect, Key

# The kind of runs that undo, and what records of them name in place of a resource: keys of rows are those of objects
UNDO = "undo"
HANGING = ("dcim.macaddress", "ipam.ipaddress", "dcim.cabletermination")


def keys_written_by(record: Run | SyncRun) -> set[Key] | None:
    """The objects that a run wrote; None for all that its request wrote. A sync shares its request with others where it
    is a part of a run of many, or of a command: then it is the objects of its rows and what is a part of those."""
    if isinstance(record, Run) or _has_request_alone(record):
        return None
    seeds = set(_rows(record))
    written = {one.key for one in headers(record.request_id)}
    return (seeds | _parts(record.request_id, seeds, written)) & written


def wrote_anything(record: Run | SyncRun) -> bool:
    """Whether a run says of itself that it wrote something in NetBox."""
    if isinstance(record, SyncRun):
        return any(result.get("rows") or any(result.get("applied", {}).values()) for result in record.results)
    told = [*(one.value for one in TO_LIBRENMS), CHANGED]
    written = record.items.exclude(counts={}).exclude(counts__has_any_keys=told)
    return not record.only_reads and written.exists()


def _has_request_alone(record: SyncRun) -> bool:
    if record.run_id is not None and record.run.kind != UNDO:
        return False
    return not SyncRun.objects.filter(request_id=record.request_id).exclude(pk=record.pk).exists()


def _rows(record: SyncRun) -> Iterator[Key]:
    for result in record.results:
        for key, _name, _outcome, pk in result.get("rows", ()):
            found = _key_of(record, str(result.get("resource")), str(key), pk)
            if found is not None:
                yield found


def _key_of(record: SyncRun, resource: str, key: str, pk: Any) -> Key | None:
    """The object of a row. That of a primary address is whose it is."""
    if resource == UNDO:
        label, _colon, number = key.rpartition(":")
        return (label, int(number)) if kind_named(label) and number.isdecimal() else None
    declared = RESOURCES.get(resource)
    owner = record.object_type
    virtual = owner.model == "virtualmachine"
    if declared is None or pk is None or not declared.serves(virtual=virtual):
        return None
    if resource == "ip_addresses" and key.startswith(PRIMARY):
        return f"{owner.app_label}.{owner.model}", int(pk)
    return declared.model(virtual=virtual), int(pk)


def _parts(request_id: UUID, seeds: set[Key], written: Iterable[Key]) -> set[Key]:
    """What hangs on the objects: MAC addresses of interfaces, ends of cables, addresses of an interface that was
    deleted with them."""
    found: set[Key] = set()
    for kind, some in effects(request_id, [key for key in written if key[0] in HANGING]):
        found |= {key for key, one in some.items() if holder_of(kind, one, None) in seeds}
        if kind.is_part:
            found |= {key for key, one in some.items() if _cable_of(one) in seeds}
    return found


def _cable_of(end: Effect) -> Key:
    values = end.after or end.before or {}
    return "dcim.cable", int(values.get("cable") or 0)
