"""Plain new cables, stored together: what NetBox's ``save()`` leaves of a cable between two free interfaces.

``save()`` asks some fifty times to find out what is known here beforehand: the cable has these two ends, they are on no
other path, and so there is a path from each of them, over this cable to the other one. Whatever else a cable can be
(channels, profiles, ends that are wireless, marked as connected, or on a path already) is left to ``save()``.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from core.models import ObjectChange
from dcim.choices import CableEndChoices, InterfaceModeChoices, LinkStatusChoices
from dcim.models import Cable, CablePath, CableTermination, Interface
from dcim.utils import object_to_path_node
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from extras.models import Tag

from ...compat import known_columns
from ..frame import audit
from ..frame.batches import Entry
from ..frame.permissions import require_rows
from ..frame.scope import Scope
from ..frame.serialised import snapshot

# What these models are made of in NetBox 4.5 to 4.7, as far as it has to do with cables. A NetBox that has more of it
# keeps something here that nobody thought of, and its ``save()`` has to do it.
_COLUMNS: Mapping[type[Any], frozenset[str]] = {
    Cable: frozenset(
        "id created last_updated custom_field_data owner description comments tags type status profile tenant label"
        " color length length_unit _abs_length bundle".split()
    ),
    CableTermination: frozenset(
        "id created last_updated cable cable_end termination_type termination_id connector positions"
        " _device _rack _location _site".split()
    ),
    CablePath: frozenset("id path is_active is_complete is_split _nodes".split()),
    Interface: frozenset("cable cable_end cable_connector cable_positions channels channel_id _path".split()),
}
_OF_CABLES = ("cable", "channel", "_path")
# An interface that has any of these is more than a free end
_BUSY = ("mark_connected", "channels", "channel_id", "wireless_link_id", "cable_id", "cable_connector", "_path_id")
_WRITTEN = ("cable", "cable_end", "_path")


@dataclass(slots=True, kw_only=True)
class NewCable:
    """A cable that NetBox would accept, its ends as they were locked, and the tag that it gets."""

    entry: Entry
    cable: Any
    ends: Sequence[Interface]
    tag: Tag | None = None


@cache
def is_understood() -> bool:
    """Whether the NetBox that runs has nothing to do with cables but what is known here."""
    for model, known in _COLUMNS.items():
        names = {one.name for one in (*model._meta.local_fields, *model._meta.local_many_to_many)}
        if model is Interface:
            names = {name for name in names if name.startswith(_OF_CABLES)}
        if not names <= known:
            return False
    return hasattr(Interface, "set_cable_termination")


def plain_ends(ids: Collection[int], using: str) -> dict[int, Any]:
    """Those of the interfaces that are no more than free ends, so that ``save()`` would only store them: id → the
    interface with what the change log shows of it, as it is before it is cabled."""
    if not ids or not is_understood():
        return {}
    relations = ("tags", *(one.name for one in Interface._meta.many_to_many if one.name != "tags"))
    rows = Interface.objects.using(using).filter(pk__in=ids).select_related("device").prefetch_related(*relations)
    found = {object_to_path_node(one): one for one in rows}
    paths = CablePath.objects.using(using).filter(_nodes__overlap=list(found)).values_list("_nodes", flat=True)
    on_paths = {node for path in paths for node in path}
    return {one.pk: one for node, one in found.items() if node not in on_paths and _is_plain(one)}


def _is_plain(end: Any) -> bool:
    if any(getattr(end, name) for name in known_columns(Interface, _BUSY)):
        return False
    device = end.device
    if (end._site_id, end._location_id, end._rack_id) != (device.site_id, device.location_id, device.rack_id):
        return False
    # What ``save()`` sets right: the frequency of a radio, and VLANs that do not go with the mode
    if end.rf_channel or (end.untagged_vlan_id is not None and not end.mode):
        return False
    return end.mode == InterfaceModeChoices.MODE_TAGGED or not end.tagged_vlans.all()


def may_have(tag: Tag) -> bool:
    """Whether cables can have the tag; its ``object_types`` are prefetched."""
    kinds = tag.object_types.all()
    return not kinds or ContentType.objects.get_for_model(Cable).pk in {one.pk for one in kinds}


def store(new: Sequence[NewCable], free: Mapping[int, Any], scope: Scope, using: str) -> Callable[[], None]:
    """Store the cables between interfaces of ``free`` (see ``plain_ends``), all that hangs on them, and their change
    log. Runs inside the caller's savepoint; what is given back is to be called when that held, and tells of them.

    Raises ``NotAllowedError`` for a cable that the user may not make, and what the database refuses one with.
    """
    cables = [one.cable for one in new]
    audit.insert(cables, using=using)
    audit.preset_relations(cables)
    first = [_entry(cable, (), scope, created=True) for cable in cables]
    terminations = _terminate(new, using)
    _tag(new, using)
    entries: list[ObjectChange] = []
    told: list[tuple[Any, bool]] = []
    now = timezone.now()
    for one, entry, ends in zip(new, first, terminations, strict=True):
        entries.append(entry)
        told.append((one.cable, True))
        for end in ends:
            interface = free[end.termination_id]
            snapshot(interface)
            interface.set_cable_termination(end)
            interface.last_updated = now
            entries += [audit.entry_of(end, created=True), audit.entry_of(interface, created=False)]
            told += [(end, True), (interface, False)]
        entries.append(_entry(one.cable, ends, scope, created=False))
    changed = _trace(new, free, using)
    Interface.objects.using(using).bulk_update(changed, (*_WRITTEN, "last_updated"))
    audit.notify(changed)
    audit.store(entries, using=using)
    require_rows(scope.user, "add", Cable, [one.pk for one in cables], using=using)
    return lambda: _announce(told, using)


def _terminate(new: Sequence[NewCable], using: str) -> list[list[CableTermination]]:
    sides = (CableEndChoices.SIDE_A, CableEndChoices.SIDE_B)
    terminations = [
        [
            CableTermination(cable=one.cable, cable_end=side, termination=end)
            for side, end in zip(sides, one.ends, strict=True)
        ]
        for one in new
    ]
    every = [one for pair in terminations for one in pair]
    for one in every:
        one.cache_related_objects()
    CableTermination.objects.using(using).bulk_create(every)
    return terminations


def _tag(new: Sequence[NewCable], using: str) -> None:
    through = Cable.tags.through
    kind = ContentType.objects.get_for_model(Cable)
    tagged = [one for one in new if one.tag is not None]
    if tagged:
        through.objects.using(using).bulk_create(
            [through(tag=one.tag, content_type=kind, object_id=one.cable.pk) for one in tagged]
        )
    for one in tagged:
        audit.preset_relations([one.cable], tags={one.cable.pk: [one.tag]})


def _trace(new: Sequence[NewCable], free: Mapping[int, Any], using: str) -> list[Any]:
    """Store the paths from the two ends of each cable, over it to the other one; the interfaces that now have them,
    of which NetBox keeps no word in its change log."""
    paths = []
    for one in new:
        there = [[object_to_path_node(node)] for node in (one.ends[0], one.cable, one.ends[1])]
        active = one.cable.status == LinkStatusChoices.STATUS_CONNECTED
        for path in (there, there[::-1]):
            paths.append(CablePath(path=path, _nodes=[*chain(*path)], is_complete=True, is_active=active))
    CablePath.objects.using(using).bulk_create(paths)
    ends = [free[end.pk] for one in new for end in one.ends]
    for end, path in zip(ends, paths, strict=True):
        end._path = path
    return ends


def _entry(cable: Any, ends: Sequence[CableTermination], scope: Scope, *, created: bool) -> ObjectChange:
    with _terminated(cable, ends):
        return audit.entry_of(cable, created=created, message=scope.message)


@contextmanager
def _terminated(cable: Any, ends: Sequence[CableTermination]) -> Iterator[None]:
    """The ends are written into the change log; here they are known, and NetBox need not ask for them."""
    cable.get_terminations = lambda: tuple({end.termination: end} for end in ends) or ({}, {})
    try:
        yield
    finally:
        del cable.get_terminations


def _announce(told: Sequence[tuple[Any, bool]], using: str) -> None:
    for one, created in told:
        audit.announce([one], created=created, using=using)
