"""What an import will make and change beside the devices, in true numbers: planned, as the import itself would plan it.

A new device is compared as one that has nothing yet, one that NetBox has as it is there; each resource after the ones
before it. All devices are read together, in a number of queries that does not depend on how many they are.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dcim.models import Device, Location, Site
from virtualization.models import VirtualMachine

from ..custom_fields import FIELD_NAME
from ..engine import Options, policies_of, scope_of
from ..engine.asking import Comparison, fetch
from ..engine.working import planned
from ..librenms.identify import Identification
from ..librenms.lookup import How
from ..librenms.sources import Bulk
from ..librenms_api import LibreNMSAPI
from ..orm.frame.identities import identities
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject, load_subjects
from ..resources import RESOURCES, Resource
from ..resources.resource import Key, Step
from ..sync.core.device_identity import Identity
from ..sync.core.plan import Change, Gap, Outcome
from ..sync.core.policy import Policies
from ..sync.ip_addresses.primary import KEY as PRIMARY
from .netbox import object_of
from .rows import Kind, Row

# Devices that are planned for the numbers of a page, which nobody wants to wait for long (measured: a device of 30
# ports takes 15 ms of a processor, so these take three seconds)
MOST_DEVICES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Resource → how many will be created with ``new`` devices, and created on or changed on those that NetBox has.

    ``unforeseen``: the resources that devices must be there for, so that nothing is said of new ones. ``gaps``: what
    was not looked at, on those that NetBox has.
    """

    new: Mapping[str, int] = field(default_factory=dict)
    created: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    unforeseen: frozenset[str] = frozenset()
    gaps: tuple[Gap, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Counts:
    """What is counted so far, each thing that several devices want once."""

    new: dict[str, int] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    taken: set[Hashable] = field(default_factory=set)
    gaps: dict[Gap, None] = field(default_factory=dict)

    def add(self, resource: Resource, subject: Subject, changes: Iterable[Change], *, is_new: bool) -> None:
        made = self.new if is_new else self.created
        for name in (made, self.changed):
            name.setdefault(resource.name, 0)
        for change in changes:
            things = frozenset(resource.shared(subject, change)) if resource.shared is not None else frozenset()
            if change.key.startswith(PRIMARY):
                continue
            if change.outcome is not Outcome.MISSING:
                self.changed[resource.name] += 1
            elif not things & self.taken:
                made[resource.name] += 1
            self.taken |= things


def forecast_of(api: LibreNMSAPI, rows: Sequence[Row], *, user: Any) -> Forecast:
    """The numbers for rows that will be imported. Raises ``LibreNMSError`` where LibreNMS gives no list of devices."""
    scope, source = scope_of(api, user, Options()), Bulk(api, only=[row.librenms_id for row in rows])
    brought = [one for one in RESOURCES.values() if one.brought is not None]
    subjects = _subjects(rows, scope)
    fetched = {
        one.key: fetch(one, Identification(librenms_id=librenms_id, how=How.CUSTOM_FIELD), source, brought)
        for librenms_id, one in subjects.items()
    }
    who_is = _who_is([one for one in subjects.values() if not _is_new(one)], fetched, scope)
    policies, counts = policies_of(api.server.key), _Counts()
    for resource in brought:
        scope = _planned(resource, list(subjects.values()), fetched, who_is, scope, policies, counts)
    unforeseen = {one.name for one in brought if one.brought and one.brought.step is Step.AFTER_DEVICES}
    return Forecast(
        new={name: number for name, number in counts.new.items() if name not in unforeseen},
        created=counts.created,
        changed=counts.changed,
        gaps=tuple(counts.gaps),
        unforeseen=frozenset(unforeseen),
    )


def _planned(
    resource: Resource,
    subjects: Sequence[Subject],
    fetched: Mapping[Key, Comparison],
    who_is: Mapping[Key, Identity],
    scope: Scope,
    policies: Policies,
    counts: _Counts,
) -> Scope:
    """The scope after this resource is written for all of them."""
    said = {key: one.snapshots[resource.name] for key, one in fetched.items() if resource.name in one.snapshots}
    readings = resource.read(subjects, said, scope)
    foreseen = scope.foreseen
    for subject in subjects:
        if subject.key not in readings:
            continue
        identity = who_is.get(subject.key)
        plan = planned(resource, said[subject.key], readings[subject.key], policies, identity)
        changes = plan.syncable
        counts.add(resource, subject, changes, is_new=_is_new(subject))
        if not _is_new(subject):
            counts.gaps.update(dict.fromkeys(plan.gaps))
        if resource.foresee is not None and changes:
            foreseen = resource.foresee(foreseen, subject, changes)
    return replace(scope, foreseen=foreseen)


def _is_new(subject: Subject) -> bool:
    return bool(subject.object.pk < 0)


def _who_is(subjects: Sequence[Subject], fetched: Mapping[Key, Comparison], scope: Scope) -> dict[Key, Identity]:
    said = {one.key: told for one in subjects if (told := fetched[one.key].said) is not None}
    return identities(subjects, said, scope)


def _subjects(rows: Sequence[Row], scope: Scope) -> dict[int, Subject]:
    """LibreNMS id → what is compared with it. Objects that will be made have negative ids."""
    held = {row.holder.key: row.librenms_id for row in rows if row.holder is not None}
    ids = {kind: [pk for one, pk in held if one is kind] for kind in Kind}
    there = [one for kind, some in ids.items() if some for one in object_of(kind).objects.filter(pk__in=some)]
    loaded = load_subjects(there, scope.user)
    found = {held[Kind.VM if one.virtual else Kind.DEVICE, one.object.pk]: one for one in loaded}
    new = [row for row in rows if row.holder is None]
    sites, locations = (_by_id(model, new, name) for model, name in ((Site, "site"), (Location, "location")))
    return found | {row.librenms_id: _new(row, sites, locations, scope) for row in new}


def _by_id(model: Any, rows: Iterable[Row], name: str) -> dict[int, Any]:
    ids = {ref.id for row in rows if (ref := row.ref(name)) is not None}
    return model.objects.in_bulk(ids) if ids else {}


def _new(row: Row, sites: Mapping[int, Any], locations: Mapping[int, Any], scope: Scope) -> Subject:
    site = row.ref("site")
    known: dict[str, Any] = {
        "pk": -row.librenms_id,
        "name": row.name,
        "site": sites.get(site.id or 0) if site else None,
        "custom_field_data": {FIELD_NAME: {scope.server: row.librenms_id}},
    }
    if row.kind is Kind.VM:
        made: Any = VirtualMachine(**known)
    else:
        location = row.ref("location")
        made = Device(**known, location=locations.get(location.id or 0) if location else None)
    return Subject(object=made, members=(made,), visible=frozenset((made.pk,)))
