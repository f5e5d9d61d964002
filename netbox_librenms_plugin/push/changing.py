"""One device changed in LibreNMS, and read back: what is there afterwards counts, whatever was answered."""

from dataclasses import dataclass

from ..librenms.errors import LibreNMSError, WriteDenied, WriteFailed
from ..librenms_api import LibreNMSAPI
from ..sync.core.issues import Code, Issue, issue
from ..sync.push.keeping import Kept, columns_of, found_in, not_taken, parents_told
from ..sync.push.rows import PushRow
from .adding import is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """How many fields are as they were to be, and what is to be said. ``final``: no other device would be answered
    better."""

    fields: int = 0
    problem: Issue | None = None
    final: bool = False


class _StaleError(Exception):
    """Somebody has changed it meanwhile."""


def change(api: LibreNMSAPI, row: PushRow) -> Changed:
    """Have LibreNMS change what a row says: one call, and one to read back; where it has parents, two more."""
    librenms_id = row.librenms_id or 0
    error: LibreNMSError | None = None
    stale = False
    try:
        if columns := columns_of(row.fields):
            api.change_device(librenms_id, columns)
        _tell_parents(api, row, librenms_id)
    except WriteDenied as denied:
        return Changed(problem=_reason(denied), final=True)
    except _StaleError:
        stale = True
    except LibreNMSError as failed:
        # It can have changed it all the same, or a part of it
        error = failed
    return _read_back(api, row, librenms_id, error, stale=stale)


def _tell_parents(api: LibreNMSAPI, row: PushRow, librenms_id: int) -> None:
    """LibreNMS replaces them all, those that somebody made there meanwhile as well."""
    parents = parents_told(row.fields)
    if parents is None:
        return
    if found_in(api.device(librenms_id, refresh=True).value, Kept.PARENTS) != parents.found:
        raise _StaleError
    api.set_parents(librenms_id, parents.numbers)


def _read_back(
    api: LibreNMSAPI, row: PushRow, librenms_id: int, error: LibreNMSError | None, *, stale: bool
) -> Changed:
    try:
        device = api.device(librenms_id, refresh=True).value
    except LibreNMSError as failed:
        first = error or failed
        unread = _reason(error) if error is not None else issue(Code.NOT_READ_BACK, reason=failed.message)
        return Changed(problem=unread, final=is_final(first))
    left = tuple(one.value for one in not_taken(row.fields, device))
    told = sum(one.is_told for one in row.fields)
    if not left:
        return Changed(fields=told)
    problem = issue(Code.STALE) if stale else issue(Code.CHANGED_OTHERWISE, fields_of_device=left)
    if error is not None:
        problem = _reason(error)
    return Changed(fields=told - len(left), problem=problem, final=error is not None and is_final(error))


def _reason(error: LibreNMSError) -> Issue:
    if isinstance(error, WriteFailed) and error.said:
        return issue(Code.NOT_CHANGED, said=error.said)
    return issue(Code.LIBRENMS_FAILED, reason=error.message)
