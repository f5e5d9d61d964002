"""What an import would say, before it is started: what it would leave out, and which members it would not make."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any

from ..choices import RunOutcomeChoices
from ..engine import OBJECTS_AT_ONCE, Options, scope_of
from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..orm.frame.scope import Scope
from ..sync.chassis.plan import elsewhere
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.plan import Plan
from .imported import Complaint
from .left_out import left_out, link_doubt
from .members import complaints_of, is_asked, members_of_rows
from .options import ImportOptions
from .rows import Row
from .starts import Foreseen

type Doubt = Issue | LibreNMSError | None


def with_complaints(
    foreseen: Iterable[Foreseen], api: LibreNMSAPI, *, user: Any, options: ImportOptions
) -> Iterator[Foreseen]:
    """What an import would do, with what it would say of each device that is not left out as a whole."""
    scope = scope_of(api, user, Options())
    for some in batched(foreseen, OBJECTS_AT_ONCE):
        yield from _complete(some, api, scope, options)


def _complete(some: Sequence[Foreseen], api: LibreNMSAPI, scope: Scope, options: ImportOptions) -> Iterator[Foreseen]:
    rows = [one.row for one in some if one.row is not None and not one.complaints]
    doubts = {row.librenms_id: _doubt(row, api, scope, options) for row in rows}
    sure = (row for row in rows if doubts[row.librenms_id] is None)
    stacks = [row for row in sure if options.chassis and is_asked(row, existing=options.existing)]
    members = members_of_rows(stacks, api, scope) if stacks else {}
    for one in some:
        if one.row is None or one.complaints:
            yield one
        else:
            yield _told(one, one.row, doubts[one.librenms_id], members)


def _doubt(row: Row, api: LibreNMSAPI, scope: Scope, options: ImportOptions) -> Doubt:
    try:
        return link_doubt(row, api, user=scope.user) if options.existing else None
    except LibreNMSError as error:
        return error


def _told(one: Foreseen, row: Row, doubt: Doubt, members: Mapping[int, Plan | LibreNMSError]) -> Foreseen:
    plan = members.get(row.librenms_id)
    for answer in (doubt, plan):
        if isinstance(answer, LibreNMSError):
            silent = Complaint(issue=issue(Code.LIBRENMS_FAILED, reason=answer.message))
            return replace(one, outcome=RunOutcomeChoices.FAILED, complaints=(silent,))
    told = [Complaint(issue=each) for each in left_out(row, doubt if isinstance(doubt, Issue) else None)]
    if not isinstance(plan, Plan):
        return replace(one, complaints=tuple(told))
    if row.holder is None and elsewhere(plan):
        # The import leaves a stack of which NetBox has a unit as a whole
        rest = [each for each in complaints_of(plan) if each.issue.code is Code.MEMBER_ELSEWHERE]
        return replace(one, outcome=RunOutcomeChoices.FAILED, complaints=tuple(rest))
    return replace(one, complaints=(*complaints_of(plan), *told))
