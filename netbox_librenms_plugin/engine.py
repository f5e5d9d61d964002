"""The use cases: ``compare`` and ``apply``, for one object or for many, the same for every face."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import router, transaction
from django.utils.translation import gettext as _

from .librenms.errors import LibreNMSError
from .librenms_api import Identification, LibreNMSAPI
from .lost_connections import watched
from .models import FieldPolicy, LibreNMSSettings
from .orm import audit
from .orm.results import Result, written
from .orm.scope import Scope
from .orm.subjects import Subject, load_subjects
from .resources import Key, Resource, chosen_resources
from .runs import Run, keep
from .selection import Selection, rows_to_remove, rows_to_write, without_stale
from .sync.plan import Plan
from .sync.policy import Policies, Policy

# Objects that are read together: bounds memory, and keeps the number of queries per object small
OBJECTS_AT_ONCE = 100
# A LibreNMS server answers no faster to more than this
CALLS_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to compare. ``name_field`` None means by the server's configuration, then the settings.

    ``choices``: resource → row key → what a person chose for that row (``{"member": device id}``).
    """

    name_field: str | None = None
    refresh: bool = False
    choices: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of comparing one object. Without ``librenms_id`` LibreNMS does not know it (or knows several);
    with ``error`` LibreNMS could not be asked; then there are no plans. ``errors`` holds the resources that LibreNMS
    did not give, by name; the others have their plan."""

    object: Any
    server: str
    identification: Identification | None = None
    fetched_at: datetime | None = None
    plans: Mapping[str, Plan] = field(default_factory=dict)
    snapshots: Mapping[str, Any] = field(default_factory=dict)
    error: LibreNMSError | None = None
    errors: Mapping[str, LibreNMSError] = field(default_factory=dict)

    @property
    def librenms_id(self) -> int | None:
        """The id on this server, if it is known for certain."""
        return self.identification.librenms_id if self.identification else None

    @property
    def differs(self) -> bool:
        """Whether anything needs attention."""
        return any(plan.attention for plan in self.plans.values())


def compare(
    objects: Iterable[Any],
    *,
    user: Any,
    resources: Iterable[str] | None = None,
    server: str | None = None,
    options: Options = Options(),
) -> Iterator[Comparison]:
    """Compare devices and VMs that the user may view; the others are left out. Writes nothing.

    A LibreNMS that cannot be asked is the ``error`` of each object's comparison. Raises ``ConfigurationError`` for a
    server that is not configured and ``UnknownResourceError``.
    """
    api = LibreNMSAPI(server)
    chosen = chosen_resources(resources)
    scope = scope_of(api, user, options)
    policies = policies_of(api.server.key)
    for some in batched(objects, OBJECTS_AT_ONCE):
        yield from _compare_batch(some, api, chosen, scope, policies, options)


def scope_of(api: LibreNMSAPI, user: Any, options: Options) -> Scope:
    """The circumstances of one call."""
    settings = LibreNMSSettings.load()
    name_field = options.name_field or api.server.interface_name_field or settings.interface_name_field
    return Scope(
        user=user,
        server=api.server.key,
        bare_key=api.bare_key,
        name_field=name_field,
        reserved_vlans=settings.include_reserved_vlans,
        choices=options.choices,
        message=str(_("Synced from LibreNMS ({server})").format(server=api.server.display_name))[:200],
    )


def policies_of(server: str) -> Policies:
    """The policies that hold for a server: its own before those for every server. One query."""
    rows = FieldPolicy.objects.filter(server__in=("", server)).order_by("server")
    return Policies({(row.resource, row.field): Policy(row.holds) for row in rows})


def _compare_batch(
    objects: Sequence[Any],
    api: LibreNMSAPI,
    resources: Sequence[Resource],
    scope: Scope,
    policies: Policies,
    options: Options,
) -> Iterator[Comparison]:
    subjects = load_subjects(objects, scope.user)
    known = _identify(subjects, api)
    with ThreadPoolExecutor(max_workers=CALLS_AT_ONCE) as pool:
        answers = list(pool.map(lambda one: _fetch(one, known[one.key], api, resources, options), subjects))
    fetched = {one.key: answer for one, answer in zip(subjects, answers, strict=True)}
    readings = {resource.name: resource.read(subjects, _snapshots(fetched, resource), scope) for resource in resources}
    for subject in subjects:
        comparison = fetched[subject.key]
        plans = {
            resource.name: resource.plan(comparison.snapshots[resource.name], reading, policies)
            for resource in resources
            if (reading := readings[resource.name].get(subject.key)) is not None
        }
        yield replace(comparison, plans=plans)


def _snapshots(fetched: Mapping[Key, Comparison], resource: Resource) -> dict[Key, Any]:
    return {key: one.snapshots[resource.name] for key, one in fetched.items() if resource.name in one.snapshots}


def _identify(subjects: Sequence[Subject], api: LibreNMSAPI) -> dict[Key, Identification | LibreNMSError]:
    """Who each subject is in LibreNMS: one by a look-up, several by one list of all devices, never a call for each."""
    try:
        if len(subjects) == 1:
            return {subjects[0].key: api.identify(subjects[0].object)}
        known: dict[Key, Identification | LibreNMSError] = {}
        for virtual in (False, True):
            some = [one for one in subjects if one.virtual is virtual]
            found = api.identify_many([one.object for one in some]) if some else {}
            known.update({one.key: found[one.object.pk] for one in some})
        return known
    except LibreNMSError as error:
        return {one.key: error for one in subjects}


def _fetch(
    subject: Subject,
    known: Identification | LibreNMSError,
    api: LibreNMSAPI,
    resources: Sequence[Resource],
    options: Options,
) -> Comparison:
    """What LibreNMS says about an object; no plans yet. Runs in a thread of its own: no database in here."""
    comparison = Comparison(object=subject.object, server=api.server.key)
    if isinstance(known, LibreNMSError):
        return replace(comparison, error=known)
    comparison = replace(comparison, identification=known)
    if known.librenms_id is None:
        return comparison
    snapshots: dict[str, Any] = {}
    errors: dict[str, LibreNMSError] = {}
    for resource in resources:
        if not resource.serves(virtual=subject.virtual):
            continue
        try:
            snapshots[resource.name] = resource.ask(
                api, known.librenms_id, refresh=options.refresh, in_chassis=len(subject.members) > 1
            )
        except LibreNMSError as error:
            errors[resource.name] = error
    return replace(
        comparison,
        snapshots=snapshots,
        errors=errors,
        error=None if snapshots else next(iter(errors.values()), None),
        fetched_at=min((one.fetched_at for one in snapshots.values()), default=None),
    )


@watched()
def apply(
    instance: Any,
    *,
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> Run:
    """Write the chosen rows of one object. Runs inside the request's (or job's) event tracking.

    The plan is made anew under lock from the same snapshot; what differs from what the person saw is ``stale``.
    Raises ``LibreNMSError`` when LibreNMS cannot be asked, ``NotIdentifiedError`` when it does not know the object, and
    ``ConnectionLostError`` when the database's connection broke off.
    """
    return _run(instance, user, request, selections, server, options, removing=False)


def preview(
    instance: Any,
    *,
    user: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> Run:
    """What ``apply`` would write by the plan: the same results, without a record, and nothing is written.

    Whether NetBox itself refuses a row shows only when it is written. Raises what ``apply`` raises.
    """
    subject = _subject(instance, user)
    compared = next(compare([subject.object], user=user, resources=selections, server=server, options=options))
    librenms_id = _usable_id(compared)
    results = {
        resource.name: _foreseen(resource, subject, compared.plans[resource.name], selections[resource.name])
        for resource in chosen_resources(selections)
        if resource.name in compared.plans
    }
    return Run(instance=subject.object, server=compared.server, librenms_id=librenms_id, results=results)


def _foreseen(resource: Resource, subject: Subject, plan: Plan, selection: Selection) -> list[Result]:
    fresh, stale = without_stale(plan, selection)
    changes, results = rows_to_write(resource, subject, plan, fresh)
    return [*stale, *results, *(written(change, change.netbox_id) for change in changes)]


@watched()
def remove(
    instance: Any,
    *,
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> Run:
    """Delete chosen rows that only NetBox has, with NetBox's delete permission; otherwise as ``apply``."""
    return _run(instance, user, request, selections, server, options, removing=True)


class NotIdentifiedError(LookupError):
    """LibreNMS does not know the object for certain; ``identification`` says what was found."""

    def __init__(self, identification: Identification | None) -> None:
        super().__init__("the object is not identified in LibreNMS")
        self.identification = identification


def _run(
    instance: Any,
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    server: str | None,
    options: Options,
    *,
    removing: bool,
) -> Run:
    api = LibreNMSAPI(server)
    resources = chosen_resources(selections)
    scope = scope_of(api, user, options)
    subject = _subject(instance, user)
    fetched = _fetch(subject, _identify([subject], api)[subject.key], api, resources, options)
    librenms_id = _usable_id(fetched)
    resources = [one for one in resources if one.name in fetched.snapshots]
    using = router.db_for_write(type(subject.object))
    work = _Work(subject=subject, fetched=fetched, scope=scope, policies=policies_of(scope.server))
    with transaction.atomic(), transaction.atomic(using=using):
        _lock(subject, using)
        step = work.remove if removing else work.write
        results = dict(step(resources, selections))
        run = keep(
            Run(instance=subject.object, server=api.server.key, librenms_id=librenms_id, results=results),
            request,
        )
    audit.flush_when_full(using)
    return run


def _usable_id(comparison: Comparison) -> int:
    """The object's LibreNMS id, if all that was asked for is there: nothing is written from half of an answer."""
    for error in (comparison.error, *comparison.errors.values()):
        if error is not None:
            raise error
    if comparison.librenms_id is None:
        raise NotIdentifiedError(comparison.identification)
    return comparison.librenms_id


def _subject(instance: Any, user: Any) -> Subject:
    subjects = load_subjects([instance], user)
    if not subjects:
        raise type(instance).DoesNotExist
    return subjects[0]


def _lock(subject: Subject, using: str) -> None:
    """Whoever else applies to one of these members waits until this transaction ends."""
    model = type(subject.object)
    ids = [one.pk for one in subject.members]
    list(model.objects.using(using).filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One object under lock: its plans are made anew, and written or removed."""

    subject: Subject
    fetched: Comparison
    scope: Scope
    policies: Policies

    def plan(self, resource: Resource) -> Plan:
        """The plan as NetBox is now, from the snapshot that was shown."""
        snapshot = self.fetched.snapshots[resource.name]
        readings = resource.read([self.subject], {self.subject.key: snapshot}, self.scope, lock=True)
        return resource.plan(snapshot, readings[self.subject.key], self.policies)

    def write(
        self, resources: Sequence[Resource], selections: Mapping[str, Selection]
    ) -> Iterator[tuple[str, list[Result]]]:
        """Resource by resource. What was shown is compared before the first write, since writing one resource (VLANs)
        may rightly change the rows of the next (the interfaces that lacked them)."""
        plans = {one.name: self.plan(one) for one in resources}
        chosen = {one.name: without_stale(plans[one.name], selections[one.name]) for one in resources}
        for number, resource in enumerate(resources):
            plan = self.plan(resource) if number else plans[resource.name]
            selection, stale = chosen[resource.name]
            changes, results = rows_to_write(resource, self.subject, plan, selection)
            if resource.lock is not None and resource.lock(self.subject, changes):
                changes, results = rows_to_write(resource, self.subject, self.plan(resource), selection)
            yield resource.name, [*stale, *results, *resource.write(self.subject, changes, self.scope)]

    def remove(
        self, resources: Sequence[Resource], selections: Mapping[str, Selection]
    ) -> Iterator[tuple[str, list[Result]]]:
        """Rows that only NetBox has, resource by resource."""
        for resource in resources:
            if resource.remove is None:
                continue
            snapshot, selection = self.fetched.snapshots[resource.name], selections[resource.name]
            extra, results = rows_to_remove(self.plan(resource), snapshot, selection)
            yield resource.name, [*results, *resource.remove(self.subject, extra, self.scope)]
