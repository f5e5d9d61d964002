"""Plans that are written, or looked ahead to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import batched
from typing import Any

from django.db import router, transaction

from ..librenms.sources import PerDevice
from ..librenms_api import LibreNMSAPI
from ..lost_connections import watched
from ..orm.frame import audit
from ..orm.frame.identities import confirm, identities, says_so
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject
from ..resources import chosen_resources
from ..sync.core.device_identity import Identity
from ..sync.core.gaps import gaps_of
from .asking import Comparison, Options, ask
from .comparing import ask_about
from .confirming import subject_of
from .failures import NotIdentifiedError
from .record import Run, keep
from .scopes import OBJECTS_AT_ONCE, policies_of, scope_for, scope_of
from .selection import Selection
from .working import Outlook, Work


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
    return Run(
        instance=compared.object,
        server=compared.server,
        librenms_id=librenms_id,
        results=results,
        gaps={name: outlook.plan.gaps for name, outlook in outlooks.items()},
    )


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
        scope = scope_for(some, scope)
        source = PerDevice(api, refresh=options.refresh, many=len(some) > 1)
        subjects, fetched, who_is = ask_about(some, source, resources, scope)
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
    subject = subject_of(instance, user)
    fetched = ask([subject], PerDevice(api, refresh=options.refresh), resources)[subject.key]
    librenms_id = _usable_id(fetched)
    resources = [one for one in resources if one.name in fetched.snapshots]
    using = router.db_for_write(type(subject.object))
    with transaction.atomic(), transaction.atomic(using=using):
        _lock(subject, using)
        subject = replace(subject_of(instance, user), units=fetched.units)
        work = Work(
            subject=subject,
            fetched=fetched,
            identity=_confirmed(subject, librenms_id, fetched, scope),
            scope=scope,
            policies=policies_of(scope.server),
        )
        step = work.remove if removing else work.write
        results = dict(step(resources, selections))
        run = Run(
            instance=subject.object,
            server=api.server.key,
            librenms_id=librenms_id,
            results=results,
            gaps={one.name: gaps_of(fetched.snapshots[one.name]) for one in resources},
        )
        run = keep(run, request)
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
