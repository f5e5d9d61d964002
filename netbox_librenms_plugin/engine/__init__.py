"""The use cases: ``compare`` and ``apply``, for one object or for many, the same for every face."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any

from django.db import router, transaction
from django.utils.translation import gettext as _

from ..librenms.records import Device
from ..librenms.sources import PerDevice, Source
from ..librenms_api import Identification, LibreNMSAPI
from ..lost_connections import watched
from ..models import FieldPolicy, LibreNMSSettings
from ..orm.frame import audit
from ..orm.frame.identities import confirm, identities, says_so
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject, load_subjects
from ..resources import Key, Resource, chosen_resources
from ..sync.core.device_identity import Identity
from ..sync.core.issues import Issue
from ..sync.core.policy import Policies, Policy
from .asking import Comparison, Options, ask, who
from .record import Run, keep
from .selection import Selection
from .working import Outlook, Work, not_looked_inside, planned

# Objects that are read together: bounds memory, and keeps the number of queries per object small
OBJECTS_AT_ONCE = 100


def compare(
    objects: Iterable[Any],
    *,
    user: Any,
    resources: Iterable[str] | None = None,
    server: str | None = None,
    source: Source | None = None,
    options: Options = Options(),
) -> Iterator[Comparison]:
    """Compare devices and VMs that the user may view; the others are left out. Writes nothing.

    ``source``: where LibreNMS's answers come from, and so of which server; without it each object is asked about by
    itself. A LibreNMS that cannot be asked is the ``error`` of each object's comparison. Raises ``ConfigurationError``
    for a server that is not configured and ``UnknownResourceError``.
    """
    api = LibreNMSAPI(server) if source is None else source.api
    chosen = chosen_resources(resources)
    scope = scope_of(api, user, options)
    policies = policies_of(api.server.key)
    for some in batched(objects, OBJECTS_AT_ONCE):
        scope = _scope_for(some, scope)
        asked = source or PerDevice(api, refresh=options.refresh, many=len(some) > 1)
        yield from _compare_batch(some, asked, chosen, scope, policies)


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


def _scope_for(objects: Sequence[Any], scope: Scope) -> Scope:
    """Where a batch is full more are to be expected, and NetBox's tables are read once for all of them; a few objects
    are looked up by themselves."""
    return scope.for_many() if len(objects) == OBJECTS_AT_ONCE and scope.index is None else scope


def policies_of(server: str) -> Policies:
    """The policies that hold for a server: its own before those for every server. One query."""
    rows = FieldPolicy.objects.filter(server__in=("", server)).order_by("server")
    return Policies({(row.resource, row.field): Policy(row.holds) for row in rows})


def _compare_batch(
    objects: Sequence[Any], source: Source, resources: Sequence[Resource], scope: Scope, policies: Policies
) -> Iterator[Comparison]:
    subjects, fetched, found = _ask(objects, source, resources, scope)
    readings = {resource.name: resource.read(subjects, _snapshots(fetched, resource), scope) for resource in resources}
    for subject in subjects:
        comparison = fetched[subject.key]
        identity = found.get(subject.key)
        plans = {
            resource.name: (
                planned(resource, comparison.snapshots[resource.name], reading, policies, identity)
                if comparison.looked_inside
                else not_looked_inside(resource)
            )
            for resource in resources
            if (reading := readings[resource.name].get(subject.key)) is not None
        }
        yield replace(comparison, plans=plans, identity=identity)


def _ask(
    objects: Sequence[Any], source: Source, resources: Sequence[Resource], scope: Scope
) -> tuple[list[Subject], dict[Key, Comparison], dict[Key, Identity]]:
    """The objects that the user may view, what LibreNMS says of each, and whether each is who it is linked to."""
    subjects = load_subjects(objects, scope.user)
    fetched = ask(subjects, source, resources)
    subjects = [replace(one, units=fetched[one.key].units) for one in subjects]
    said = {key: one.said for key, one in fetched.items() if one.said is not None and one.looked_inside}
    return subjects, fetched, identities(subjects, said, scope)


def confirm_link(instance: Any, device: Device, *, user: Any, api: LibreNMSAPI) -> None:
    """Keep it that a person linked the two although clues deny that they are one, where they do. Raises
    ``LibreNMSError``."""
    subject, identity = _identity(instance, device, user=user, api=api)
    if identity.open_doubt is not None:
        confirm(subject, device.device_id, identity, scope_of(api, user, Options()))


def confirm_identity(instance: Any, clues: str, *, user: Any, server: str | None = None) -> bool:
    """Keep it that the object is the LibreNMS device that it is linked to; whether that was done. It is not where the
    ``clues`` (the identity's digest) are others than the person saw, or where nothing is in doubt.

    Raises ``LibreNMSError`` and ``NotIdentifiedError``.
    """
    api = LibreNMSAPI(server)
    known = api.identify(instance)
    if known.librenms_id is None:
        raise NotIdentifiedError(known)
    subject, identity = _identity(instance, api.device(known.librenms_id).value, user=user, api=api)
    if identity.open_doubt is None or identity.digest != clues:
        return False
    confirm(subject, known.librenms_id, identity, scope_of(api, user, Options()))
    return True


def doubt_about(instance: Any, device: Device, *, user: Any, api: LibreNMSAPI) -> Issue | None:
    """Why an object is not to be written from this LibreNMS device, if clues deny that they are one and nobody has
    confirmed it. Raises ``LibreNMSError``."""
    return _identity(instance, device, user=user, api=api)[1].open_doubt


def _identity(instance: Any, device: Device, *, user: Any, api: LibreNMSAPI) -> tuple[Subject, Identity]:
    subject = _subject(instance, user)
    said, _units, _looked = who(subject, device.device_id, PerDevice(api))
    return subject, identities([subject], {subject.key: said}, scope_of(api, user, Options()))[subject.key]


def _snapshots(fetched: Mapping[Key, Comparison], resource: Resource) -> dict[Key, Any]:
    return {key: one.snapshots[resource.name] for key, one in fetched.items() if resource.name in one.snapshots}


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
    """What ``apply`` would write: the same results, those of rows that wait only for others of the same run too,
    without a record, and nothing is written.

    Whether NetBox itself refuses a row shows only when it is written. Raises what ``apply`` raises.
    """
    outlooks, compared = foresee(instance, user=user, selections=selections, server=server, options=options)
    librenms_id = _usable_id(compared)
    results = {name: outlook.results for name, outlook in outlooks.items()}
    return Run(instance=compared.object, server=compared.server, librenms_id=librenms_id, results=results)


def foresee(
    instance: Any,
    *,
    user: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> tuple[dict[str, Outlook], Comparison]:
    """What ``apply`` would write, resource by resource, as if each had been written before the next is looked at.

    Raises what ``foresee_many`` raises, and ``DoesNotExist`` for what the user may not view.
    """
    found = foresee_many([instance], user=user, selections=selections, server=server, options=options)
    outlook = next(found, None)
    if outlook is None:
        raise type(instance).DoesNotExist
    return outlook


def foresee_many(
    objects: Iterable[Any],
    *,
    user: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> Iterator[tuple[dict[str, Outlook], Comparison]]:
    """The same for objects that are written one after the other: what one leaves in NetBox the next one finds there.

    Raises ``ConfigurationError``; a LibreNMS that cannot be asked is the comparison's ``error``, and one that gives
    only some of the resources leaves the others out. Objects that the user may not view are left out.
    """
    api = LibreNMSAPI(server)
    resources = chosen_resources(selections)
    scope, policies = scope_of(api, user, options), policies_of(api.server.key)
    for some in batched(objects, OBJECTS_AT_ONCE):
        scope = _scope_for(some, scope)
        source = PerDevice(api, refresh=options.refresh, many=len(some) > 1)
        subjects, fetched, who_is = _ask(some, source, resources, scope)
        for subject in subjects:
            one = fetched[subject.key]
            there = [resource for resource in resources if resource.name in one.snapshots]
            identity = who_is.get(subject.key)
            work = Work(subject=subject, fetched=one, identity=identity, scope=scope, policies=policies)
            outlooks = dict(work.foresee(there, selections))
            scope = work.after(there, outlooks).scope
            yield outlooks, replace(one, identity=identity)


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
    fetched = ask([subject], PerDevice(api, refresh=options.refresh), resources)[subject.key]
    librenms_id = _usable_id(fetched)
    resources = [one for one in resources if one.name in fetched.snapshots]
    using = router.db_for_write(type(subject.object))
    with transaction.atomic(), transaction.atomic(using=using):
        _lock(subject, using)
        subject = replace(_subject(instance, user), units=fetched.units)
        work = Work(
            subject=subject,
            fetched=fetched,
            identity=_confirmed(subject, librenms_id, fetched, scope),
            scope=scope,
            policies=policies_of(scope.server),
        )
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


def _confirmed(subject: Subject, librenms_id: int, fetched: Comparison, scope: Scope) -> Identity | None:
    """Who the object is; that a person confirms it with this call is kept."""
    if fetched.said is None:
        return None
    identity = identities([subject], {subject.key: fetched.said}, scope)[subject.key]
    if identity.doubt is not None and says_so(scope):
        confirm(subject, librenms_id, identity, scope)
    return identity
