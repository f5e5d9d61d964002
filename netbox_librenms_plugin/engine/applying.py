"""Plans that are written, or looked ahead to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import batched
from typing import Any

from django.db import DEFAULT_DB_ALIAS, router, transaction

from ..librenms.sources import PerDevice, Source
from ..librenms_api import LibreNMSAPI
from ..lost_connections import watched
from ..orm.frame import audit
from ..orm.frame.identities import confirm, identities, says_so
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject, load_subjects
from ..resources import Key, Resource, chosen_resources
from ..sync.core.device_identity import Identity
from ..sync.core.gaps import gaps_of
from .asking import Comparison, Options, ask
from .comparing import ask_about
from .failures import NotIdentifiedError
from .record import AppliedPlans, keep
from .scopes import OBJECTS_AT_ONCE, policies_of, scope_for, scope_of
from .selection import Selection
from .working import Outlook, Work
from .writing import Written, write_together


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of one object: its run, or why nothing of it was written."""

    run: AppliedPlans | None = None
    error: Exception | None = None


def apply(
    instance: Any,
    *,
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> AppliedPlans:
    """Write the chosen rows of one object. Runs inside the request's (or job's) event tracking.

    The plan is made anew under lock from the same snapshot; what differs from what the person saw is ``stale``.
    Raises ``LibreNMSError`` when LibreNMS cannot be asked, ``NotIdentifiedError`` when it does not know the object,
    ``DoesNotExist`` for one that the user may not view, and ``ConnectionLostError`` when the database's connection
    broke off.
    """
    return _one(instance, user, request, selections, server, options, removing=False)


def apply_together(
    objects: Sequence[Any],
    *,
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    source: Source,
    options: Options = Options(),
) -> list[Applied]:
    """Write the chosen rows of some objects in one transaction, in their order, as ``apply`` would one by one.

    What ``apply`` raises of LibreNMS and of objects is the ``error`` of the object that it is about, which is left
    out; nothing of it was written.
    """
    return _apply(objects, user, request, selections, source, options, removing=False)


def preview(
    instance: Any,
    *,
    user: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> AppliedPlans:
    """What ``apply`` would write: the same results, those of rows that wait only for others of the same run too,
    without a record, and nothing is written.

    Whether NetBox itself refuses a row shows only when it is written. Raises what ``apply`` raises.
    """
    outlooks, compared = foresee(instance, user=user, selections=selections, server=server, options=options)
    librenms_id = _usable_id(compared)
    results = {name: outlook.results for name, outlook in outlooks.items()}
    return AppliedPlans(
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


def remove(
    instance: Any,
    *,
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    server: str | None = None,
    options: Options = Options(),
) -> AppliedPlans:
    """Delete chosen rows that only NetBox has, with NetBox's delete permission; otherwise as ``apply``."""
    return _one(instance, user, request, selections, server, options, removing=True)


def _one(
    instance: Any,
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    server: str | None,
    options: Options,
    *,
    removing: bool,
) -> AppliedPlans:
    source = PerDevice(LibreNMSAPI(server), refresh=options.refresh)
    (applied,) = _apply([instance], user, request, selections, source, options, removing=removing)
    if applied.error is not None:
        raise applied.error
    assert applied.run is not None
    return applied.run


@watched()
def _apply(
    objects: Sequence[Any],
    user: Any,
    request: Any,
    selections: Mapping[str, Selection],
    source: Source,
    options: Options,
    *,
    removing: bool,
) -> list[Applied]:
    resources = chosen_resources(selections)
    scope = scope_of(source.api, user, options)
    policies = policies_of(scope.server)
    asked = load_subjects(objects, user)
    fetched = ask(asked, source, resources)
    errors: dict[Key, Exception] = {
        one.key: error for one in asked if (error := _trouble(fetched[one.key])) is not None
    }
    runs: dict[Key, AppliedPlans] = {}
    with ExitStack() as stack:
        databases = {DEFAULT_DB_ALIAS, *(router.db_for_write(type(one)) for one in objects)}
        for using in sorted(databases, key=lambda using: using != DEFAULT_DB_ALIAS):
            stack.enter_context(transaction.atomic(using=using))
        wanted = [one for one in asked if one.key not in errors]
        _lock(wanted)
        # As they are under lock; what is gone by now, or hidden from the user, is left out
        held = load_subjects([one.object for one in wanted], user)
        subjects = [replace(one, units=fetched[one.key].units) for one in held]
        who_is = _confirmed(subjects, fetched, scope)
        works = [
            Work(subject=one, fetched=fetched[one.key], identity=who_is.get(one.key), scope=scope, policies=policies)
            for one in subjects
        ]
        written = _removed(works, resources, selections) if removing else write_together(works, resources, selections)
        runs = {one.subject.key: _run_of(one, written[one.subject.key]) for one in works}
        runs = dict(zip(runs, keep(list(runs.values()), request, part_of=options.run), strict=True))
    for using in databases:
        audit.flush_when_full(using)
    return [_applied(one, runs, errors) for one in objects]


def _applied(instance: Any, runs: Mapping[Key, AppliedPlans], errors: Mapping[Key, Exception]) -> Applied:
    key = (str(instance._meta.model_name), instance.pk)
    if key in runs:
        return Applied(run=runs[key])
    return Applied(error=errors.get(key) or type(instance).DoesNotExist())


def _run_of(work: Work, written: Written) -> AppliedPlans:
    assert work.fetched.librenms_id is not None
    return AppliedPlans(
        instance=work.subject.object,
        server=work.fetched.server,
        librenms_id=work.fetched.librenms_id,
        results=written.results,
        gaps={name: gaps_of(snapshot) for name, snapshot in work.fetched.snapshots.items()},
        left={name: number for name, number in written.left.items() if number},
        doubt=work.identity.open_doubt if work.identity is not None else None,
    )


def _removed(
    works: Sequence[Work], resources: Sequence[Resource], selections: Mapping[str, Selection]
) -> dict[Key, Written]:
    return {
        one.subject.key: Written(
            dict(one.remove([some for some in resources if some.name in one.fetched.snapshots], selections))
        )
        for one in works
    }


def _trouble(comparison: Comparison) -> Exception | None:
    """Why nothing can be written of an object: nothing is from half of an answer."""
    for error in (comparison.error, *comparison.errors.values()):
        if error is not None:
            return error
    return NotIdentifiedError(comparison.identification) if comparison.librenms_id is None else None


def _usable_id(comparison: Comparison) -> int:
    """The object's LibreNMS id, if all that was asked for is there."""
    if (error := _trouble(comparison)) is not None:
        raise error
    assert comparison.librenms_id is not None
    return comparison.librenms_id


def _lock(subjects: Sequence[Subject]) -> None:
    """Whoever else applies to one of these members waits until this transaction ends."""
    for model in sorted({type(one.object) for one in subjects}, key=lambda one: str(one._meta.label)):
        using = router.db_for_write(model)
        ids = {member.pk for one in subjects if type(one.object) is model for member in one.members}
        held = model.objects.using(using).filter(pk__in=ids).order_by("pk")
        list(held.select_for_update(no_key=True).values_list("pk"))


def _confirmed(subjects: Sequence[Subject], fetched: Mapping[Key, Comparison], scope: Scope) -> dict[Key, Identity]:
    """Who the objects are; that a person confirms it with this call is kept."""
    said = {one.key: known for one in subjects if (known := fetched[one.key].said) is not None}
    found = identities(subjects, said, scope) if said else {}
    for one in subjects:
        identity, librenms_id = found.get(one.key), fetched[one.key].librenms_id
        if identity is not None and identity.doubt is not None and librenms_id is not None and says_so(scope):
            confirm(one, librenms_id, identity, scope)
    return found
