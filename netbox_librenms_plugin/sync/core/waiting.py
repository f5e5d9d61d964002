"""Rows that wait for an interface which a sync cannot make: they wait in vain, so it is a person's turn."""

from collections.abc import Mapping
from dataclasses import replace

from .issues import Code, Issue, issue
from .plan import Change, Outcome, Plan, Standing

_WRITTEN_BY_NOBODY = frozenset({Outcome.CONFLICT, Outcome.BLOCKED})


def obstacles(interfaces: Plan) -> dict[int, Issue]:
    """LibreNMS id of a port → why its interface cannot be made, of the ports whose own row needs a person."""
    rows = (one for one in interfaces.changes if one.outcome in _WRITTEN_BY_NOBODY and one.issues)
    return {one.librenms_id: one.issues[0] for one in rows if one.librenms_id is not None}


def in_vain(plan: Plan, why: Mapping[int, Issue]) -> Plan:
    """The plan, in which the rows that wait for one of these ports say what is in the way of its interface."""
    return replace(plan, changes=tuple(_told(one, why) for one in plan.changes)) if why else plan


def _told(change: Change, why: Mapping[int, Issue]) -> Change:
    reason = why.get(change.librenms_id or 0)
    if reason is None or change.standing is not Standing.WAITING:
        return change
    return replace(change, issues=tuple(_because(one, reason) for one in change.issues))


def _because(waits: Issue, reason: Issue) -> Issue:
    because = {"code": reason.code.value, "details": dict(reason.details)}
    return issue(Code.INTERFACE_BLOCKED, waits.field, name=waits.details.get("name", ""), reason=because)
