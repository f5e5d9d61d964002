"""One device changed in LibreNMS, and read back: what is there afterwards counts, whatever was answered."""

from dataclasses import dataclass

from ..librenms.errors import LibreNMSError, WriteDenied, WriteFailed
from ..librenms_api import LibreNMSAPI
from ..sync.core.issues import Code, Issue, issue
from ..sync.push.keeping import columns_of, not_taken
from ..sync.push.rows import PushRow
from .adding import is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """How many fields are as they were to be, and what is to be said. ``final``: no other device would be answered
    better."""

    fields: int = 0
    problem: Issue | None = None
    final: bool = False


def change(api: LibreNMSAPI, row: PushRow) -> Changed:
    """Have LibreNMS change what a row says: one call, and one to read back."""
    librenms_id = row.librenms_id or 0
    error: LibreNMSError | None = None
    try:
        api.change_device(librenms_id, columns_of(row.fields))
    except WriteFailed as refused:
        return Changed(problem=_reason(refused), final=isinstance(refused, WriteDenied))
    except LibreNMSError as failed:
        # It can have changed it all the same
        error = failed
    return _read_back(api, row, librenms_id, error)


def _read_back(api: LibreNMSAPI, row: PushRow, librenms_id: int, error: LibreNMSError | None) -> Changed:
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
    problem = _reason(error) if error is not None else issue(Code.CHANGED_OTHERWISE, fields_of_device=left)
    return Changed(fields=told - len(left), problem=problem, final=error is not None and is_final(error))


def _reason(error: LibreNMSError) -> Issue:
    if isinstance(error, WriteFailed) and error.said:
        return issue(Code.NOT_CHANGED, said=error.said)
    return issue(Code.LIBRENMS_FAILED, reason=error.message)
