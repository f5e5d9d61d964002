"""The members of stacks before they are imported: asked of LibreNMS's inventory, compared with what NetBox has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..engine import policies_of
from ..librenms.errors import LibreNMSError
from ..librenms.session import CALLS_AT_ONCE
from ..librenms_api import LibreNMSAPI
from ..orm.chassis.read import AskedStack, read_stacks
from ..orm.frame.scope import Scope
from ..resources import MEMBERS
from ..sync.chassis.plan import MemberContext, plan_stack
from ..sync.chassis.stacks import Stack, members_of
from ..sync.core.plan import Plan
from .imported import Complaint
from .netbox import object_of
from .rows import Kind, Row, State
from .stack_counts import remember_stacks


def is_asked(row: Row, *, existing: bool) -> bool:
    """Whether an import of the device asks for its members; ``existing``: of what NetBox has already, too."""
    if row.kind is Kind.VM or not (row.may_be_stack or row.stack) or row.stack == 0:
        return False
    return row.state is State.READY or (existing and row.state in (State.EXISTS, State.LINKED))


def asked_of(row: Row, stack: Stack, leader: Any = None) -> AskedStack:
    """The stack of a row, with the device of NetBox that answers for it; without one, as the import would make it."""
    return AskedStack(stack=stack, leader=leader, name=row.name, device_type=row.ref("device_type"))


def plan_of(asked: AskedStack, scope: Scope, *, lock: bool = False) -> Plan:
    """The members of one stack, as they are in NetBox now; with ``lock`` they stay so."""
    if asked.stack.master is None:
        return plan_stack(asked.stack, _unread(asked))
    context = read_stacks({None: asked}, scope, lock=lock)[None]
    return plan_stack(asked.stack, context, policies_of(scope.server))


def members_of_rows(rows: Iterable[Row], api: LibreNMSAPI, scope: Scope) -> dict[int, Plan | LibreNMSError]:
    """LibreNMS id → the members of that device, or why LibreNMS does not say; empty plans for what is no stack.

    The inventories are asked for four at a time, and how many members there are is kept for the list. NetBox is read in
    the same number of queries for any number of rows. Nothing is written.
    """
    chosen = list(rows)
    answers = dict(_inventories(chosen, api))
    stacks = {pk: one for pk, one in answers.items() if isinstance(one, Stack)}
    remember_stacks(api, {pk: len(one.members) for pk, one in stacks.items() if one.issue is None})
    leaders = _leaders(chosen, scope)
    asked = {
        row.librenms_id: asked_of(row, stacks[row.librenms_id], leaders.get(row.holder.id) if row.holder else None)
        for row in chosen
        if row.librenms_id in stacks
    }
    contexts = read_stacks(asked, scope) if any(one.members for one in stacks.values()) else {}
    policies = policies_of(scope.server)
    plans: dict[int, Plan | LibreNMSError] = {pk: one for pk, one in answers.items() if isinstance(one, LibreNMSError)}
    for pk, one in asked.items():
        context = contexts[pk] if pk in contexts else _unread(one)
        plans[pk] = plan_stack(one.stack, context, policies)
    return plans


def complaints_of(plan: Plan) -> list[Complaint]:
    """What the import says of the members, row by row."""
    return [Complaint(issue=one, resource=MEMBERS.name, name=row.name) for row in plan.changes for one in row.issues]


def _unread(asked: AskedStack) -> MemberContext:
    """Of what is no stack nothing needs to be known of NetBox."""
    return MemberContext(name=asked.name)


def _inventories(rows: Sequence[Row], api: LibreNMSAPI) -> Iterator[tuple[int, Stack | LibreNMSError]]:
    def ask(row: Row) -> Stack | LibreNMSError:
        try:
            return members_of(row.device, api.inventory(row.librenms_id).value)
        except LibreNMSError as error:
            return error

    with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="librenms") as pool:
        yield from zip((one.librenms_id for one in rows), pool.map(ask, rows), strict=True)


def _leaders(rows: Iterable[Row], scope: Scope) -> Mapping[int, Any]:
    ids = [row.holder.id for row in rows if row.holder is not None and row.kind is Kind.DEVICE]
    return object_of(Kind.DEVICE).objects.restrict(scope.user, "view").in_bulk(ids) if ids else {}
