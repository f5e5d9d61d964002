"""The interfaces of subjects' members as resources need them that hang on interfaces: who they are, and little else."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dcim.models import Interface
from virtualization.models import VMInterface

from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id
from ...librenms.records import Port
from ...sync.core.plan import Found, Ref
from ...sync.interfaces.facts import HolderFacts, holder_facts
from ...sync.interfaces.port_interfaces import PortInterface, port_interfaces
from ..frame.foreseen import columns as foreseen_columns
from ..frame.permissions import viewable
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .read import chosen_members, columns_of, model_of, owner_field, with_mac

Key = tuple[str, int]
Row = Mapping[str, Any]


def read_interfaces(subjects: Sequence[Subject], scope: Scope) -> dict[Key, list[Found]]:
    """Subject key → the interfaces of all its members, for ``sync.interfaces.port_interfaces``; two queries for all
    devices, two for all VMs.

    Their facts are ``HolderFacts``; ``visible``: those that the user may not see
    are here so that their ports are not taken for missing.
    """
    if scope.index is None:
        return _read_all(subjects, scope)
    return scope.index.once((*subjects, scope.foreseen), lambda: _read_all(subjects, scope))


def places_of(
    subject: Subject, ports: Sequence[Port], found: Sequence[Found], scope: Scope
) -> Mapping[int, PortInterface]:
    """Port id → its interface, of what ``read_interfaces`` gave for the subject."""

    def placed() -> Mapping[int, PortInterface]:
        return port_interfaces(ports, found, subject.as_members(chosen_members(scope)), scope.name_field)

    return placed() if scope.index is None else scope.index.once((ports, found), placed)


def _read_all(subjects: Sequence[Subject], scope: Scope) -> dict[Key, list[Found]]:
    found: dict[Key, list[Found]] = {}
    for model in (Interface, VMInterface):
        chosen = [one for one in subjects if model_of(one) is model]
        if chosen:
            found.update(_read(model, chosen, scope))
    return found


def _read(model: Any, subjects: Sequence[Subject], scope: Scope) -> dict[Key, list[Found]]:
    owner = owner_field(model)
    owners = {one.pk: Ref(one.pk, str(one)) for subject in subjects for one in subject.members}
    rows, visible = _stored(model, owner, list(owners), scope)
    grouped: dict[int, list[Found]] = defaultdict(list)
    there = (scope.foreseen.row(row, scope.server) for row in rows)
    for row in (*there, *_foreseen(list(owners), owner, scope)):
        member = owners[row[f"{owner}_id"]]
        kind = (model._meta.model_name, row["pk"])
        seen = row["pk"] in visible or row["pk"] < 0
        grouped[row[f"{owner}_id"]].append(_record(row, member, kind, seen, scope))
    return {
        one.key: [
            found if member.pk in one.visible else replace(found, facts={**holder_facts(found), "visible": False})
            for member in one.members
            for found in grouped.get(member.pk, ())
        ]
        for one in subjects
    }


def _stored(model: Any, owner: str, owner_ids: Sequence[int], scope: Scope) -> tuple[Iterable[Row], Collection[int]]:
    """The columns of interfaces that are there, and which of them the user may view."""
    if scope.index is not None:
        held = scope.index.interfaces(model, owner, owner_ids, columns_of(model), with_mac)
        return [row for pk in owner_ids for row in held.rows[pk]], held.visible
    queryset = model.objects.filter(**{f"{owner}_id__in": owner_ids}).order_by("pk")
    visible = set(viewable(queryset, scope.user).values_list("pk", flat=True))
    columns = ["pk", "name", f"{owner}_id", "vrf_id", "custom_field_data"]
    return queryset.values(*columns, *(["mgmt_only"] if model is Interface else [])), visible


def _foreseen(owner_ids: Sequence[int], owner: str, scope: Scope) -> Iterator[dict[str, Any]]:
    """The columns of interfaces that will be made."""
    for one in scope.foreseen.of_owners(owner_ids):
        known = foreseen_columns(one.values, scope.server)
        yield {"pk": one.id, "vrf_id": None, "custom_field_data": {}, **known, f"{owner}_id": one.owner.id}


def _record(row: Mapping[str, Any], owner: Ref, holder: Key, visible: bool, scope: Scope) -> Found:
    return Found(
        id=row["pk"],
        name=row["name"],
        owner=owner,
        values={},
        librenms_id=read_id((row["custom_field_data"] or {}).get(FIELD_NAME), scope.server, scope.bare_key),
        facts=HolderFacts(
            holder=holder,
            visible=visible,
            vrf_id=row["vrf_id"],
            mgmt_only=bool(row.get("mgmt_only")),
        ),
    )
