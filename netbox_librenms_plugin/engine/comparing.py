"""Objects beside LibreNMS: what would have to change in NetBox. Writes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any

from ..librenms.sources import PerDevice, Source
from ..librenms_api import LibreNMSAPI
from ..orm.frame.identities import identities
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject, load_subjects
from ..resources import Key, Resource, chosen_resources
from ..sync.core.device_identity import Identity
from ..sync.core.policy import Policies
from .asking import Comparison, Options, ask
from .scopes import OBJECTS_AT_ONCE, policies_of, scope_for, scope_of
from .working import not_looked_inside, planned


class Comparer:
    """Compares objects for one user from one source, as often as is asked: what it has to know of all of NetBox is read
    once. It is for one piece of work, since that is as old as its first use. Writes nothing.

    Raises ``UnknownResourceError``.
    """

    def __init__(
        self, source: Source, *, user: Any, resources: Iterable[str] | None = None, options: Options = Options()
    ) -> None:
        self.resources = chosen_resources(resources)
        self._source = source
        self._scope = scope_of(source.api, user, options)
        self._policies = policies_of(source.api.server.key)

    def compare(self, objects: Sequence[Any], *, many: bool = False) -> Iterator[Comparison]:
        """Some objects, at most ``OBJECTS_AT_ONCE``; ``many``: more will come."""
        if many and self._scope.index is None:
            self._scope = self._scope.for_many()
        self._scope = scope_for(objects, self._scope)
        return _compare_batch(objects, self._source, self.resources, self._scope, self._policies)


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
        scope = scope_for(some, scope)
        asked = source or PerDevice(api, refresh=options.refresh, many=len(some) > 1)
        yield from _compare_batch(some, asked, chosen, scope, policies)


def _compare_batch(
    objects: Sequence[Any], source: Source, resources: Sequence[Resource], scope: Scope, policies: Policies
) -> Iterator[Comparison]:
    subjects, fetched, found = ask_about(objects, source, resources, scope)
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


def ask_about(
    objects: Sequence[Any], source: Source, resources: Sequence[Resource], scope: Scope
) -> tuple[list[Subject], dict[Key, Comparison], dict[Key, Identity]]:
    """The objects that the user may view, what LibreNMS says of each, and whether each is who it is linked to."""
    subjects = load_subjects(objects, scope.user)
    fetched = ask(subjects, source, resources)
    subjects = [replace(one, units=fetched[one.key].units) for one in subjects]
    said = {key: one.said for key, one in fetched.items() if one.said is not None and one.looked_inside}
    return subjects, fetched, identities(subjects, said, scope)


def _snapshots(fetched: Mapping[Key, Comparison], resource: Resource) -> dict[Key, Any]:
    return {key: one.snapshots[resource.name] for key, one in fetched.items() if resource.name in one.snapshots}
