"""The members of a stack before it is imported: asked of LibreNMS for one device, beside what NetBox knows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..librenms_api import LibreNMSAPI
from ..member_names import member_name
from ..models import LibreNMSSettings
from ..orm.fields.books import load_books
from ..sync.chassis.stacks import Stack, StackMember, members_of
from ..sync.core.issues import Issue
from ..sync.core.plan import Ref
from .rows import Row
from .stack_counts import remember_stacks


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMember:
    """One member as an import would make it; ``device_type`` is None where its model means none, or several."""

    member: StackMember
    name: str
    device_type: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStack:
    """The members in the order of their positions, none where it is no stack; ``issue`` where they are not known."""

    members: Sequence[PlannedMember] = ()
    issue: Issue | None = None


def plan_stack(row: Row, api: LibreNMSAPI, *, user: Any) -> PlannedStack:
    """Ask LibreNMS's inventory, and keep the number of members for the list, where it is known. Raises
    ``LibreNMSError``."""
    stack = members_of(row.device, api.inventory(row.librenms_id).value)
    if stack.issue is None:
        remember_stacks(api, {row.librenms_id: len(stack.members)})
    return PlannedStack(members=_planned(row, stack, user), issue=stack.issue)


def _planned(row: Row, stack: Stack, user: Any) -> list[PlannedMember]:
    models = {one.model for one in stack.members} - {""}
    book = load_books({"device_type": models, "platform": (), "site": ()}, user).types
    types = {model: refs[0] for model in models if len(refs := book.find(model).refs) == 1}
    pattern = LibreNMSSettings.load().member_name_pattern
    return [
        PlannedMember(
            member=one,
            name=row.name if one.is_master else _name(pattern, row, one),
            device_type=row.ref("device_type") if one.is_master else types.get(one.model),
        )
        for one in stack.members
    ]


def _name(pattern: str, row: Row, one: StackMember) -> str:
    return member_name(pattern, name=row.name, position=one.position, serial=one.serial)
