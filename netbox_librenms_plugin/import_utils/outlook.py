"""What an import would say, before it is started: what it would leave out, and which members it would not make."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ..choices import RunOutcomeChoices
from ..engine import Options, scope_of
from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..orm.chassis.write import doubts, elsewhere
from ..orm.fields.books import load_books
from ..orm.frame.scope import Scope
from ..sync.chassis.stacks import Stack, members_of
from ..sync.core.issues import Code, Issue, issue
from .imported import Complaint
from .left_out import left_out, link_doubt
from .netbox import object_of
from .options import ImportOptions
from .rows import Kind, Row, State
from .starts import Foreseen


def with_complaints(
    foreseen: Iterable[Foreseen], api: LibreNMSAPI, *, user: Any, options: ImportOptions
) -> Iterator[Foreseen]:
    """What an import would do, with what it would say of each device that is not left out as a whole."""
    scope = scope_of(api, user, Options())
    for one in foreseen:
        yield one if one.row is None or one.complaints else _complete(one, one.row, api, scope, options)


def _complete(one: Foreseen, row: Row, api: LibreNMSAPI, scope: Scope, options: ImportOptions) -> Foreseen:
    try:
        refused, complaints = _outlook(row, api, scope, options)
    except LibreNMSError as error:
        refused, complaints = True, (Complaint(issue=issue(Code.LIBRENMS_FAILED, reason=error.message)),)
    outcome = RunOutcomeChoices.FAILED if refused else one.outcome
    return replace(one, outcome=outcome, complaints=complaints)


def _outlook(row: Row, api: LibreNMSAPI, scope: Scope, options: ImportOptions) -> tuple[bool, tuple[Complaint, ...]]:
    doubt = link_doubt(row, api, user=scope.user) if options.existing else None
    told = tuple(Complaint(issue=one) for one in left_out(row, doubt))
    if doubt is not None or not options.chassis:
        return False, told
    refused, of_members = member_outlook(row, api, scope, existing=options.existing)
    return refused, of_members if refused else (*of_members, *told)


def member_outlook(row: Row, api: LibreNMSAPI, scope: Scope, *, existing: bool) -> tuple[bool, tuple[Complaint, ...]]:
    """Whether the device would not be made at all for the sake of its members, and why these would not be made.

    ``existing``: what NetBox has already is completed too. Asks LibreNMS's inventory for a device that may be a stack;
    raises ``LibreNMSError``.
    """
    if not _is_asked(row, existing=existing):
        return False, ()
    stack = members_of(row.device, api.inventory(row.librenms_id).value)
    if stack.issue is not None:
        return False, (_told(stack.issue),)
    if row.holder is None:
        reasons = elsewhere(stack, scope)
        return bool(reasons), tuple(_told(one) for one in reasons) or tuple(_lacking(stack, row, scope))
    master = object_of(Kind.DEVICE).objects.restrict(scope.user, "view").filter(pk=row.holder.id).first()
    if master is None or master.virtual_chassis is None:
        return False, tuple(_lacking(stack, row, scope))
    return False, tuple(_told(reason, name) for reason, name in doubts(master, stack, scope))


def _is_asked(row: Row, *, existing: bool) -> bool:
    if row.kind is Kind.VM or not (row.may_be_stack or row.stack) or row.stack == 0:
        return False
    return row.state is State.READY or (existing and row.state in (State.EXISTS, State.LINKED))


def _lacking(stack: Stack, row: Row, scope: Scope) -> Iterable[Complaint]:
    """The members whose device type is not known. The master has that of the device."""
    models = {one.model for one in stack.members if not one.is_master}
    book = load_books({"device_type": models - {""}, "platform": (), "site": ()}, scope.user).types
    for one in stack.members:
        if one.is_master:
            continue
        if not one.model:
            yield _told(issue(Code.TYPE_UNKNOWN, "device_type"), one.name)
        elif len(book.find(one.model).refs) != 1:
            yield _told(issue(Code.MEMBER_TYPE_MISSING, "device_type", text=one.model), one.name)


def _told(reason: Issue, name: str = "") -> Complaint:
    return Complaint(issue=reason, resource="chassis", name=name)
