"""What an import of many devices would do, and the run that is written down before it does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from ..choices import RunOutcomeChoices
from ..librenms_api import LibreNMSAPI
from ..models import Run, RunItem
from ..runs.opening import open_run
from ..runs.phases import MOST_ISSUES
from ..sync.core.gaps import kept_gap
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.normalise import text
from ..sync.core.plan import Gap
from .imported import Complaint
from .listing import Listing, listing
from .options import ImportOptions
from .rows import IMPORTABLE, Choice, Row, State

# As stored with each run
KIND = "import"
# So many devices can be imported while the browser waits
IN_REQUEST = 20
# From so many devices on the server's lists are taken, and devices are written together: a few are done one by one, so
# that each shows when it is there
MANY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an import would do with one device: ``created``, ``linked``, ``exists`` or ``failed``, for these reasons."""

    librenms_id: int
    hostname: str
    outcome: str
    row: Row | None = None
    complaints: tuple[Complaint, ...] = ()


def foresee(found: Listing, wanted: Iterable[int], *, expected: Mapping[int, str] | None = None) -> Iterator[Foreseen]:
    """What an import of these devices would do. Nothing is written.

    ``expected``: fingerprints of the rows that somebody saw; a row that is another one now is stale. What is linked
    meanwhile is not: there is nothing left to go wrong. Devices of which nobody says what he saw are taken as they are.
    """
    for librenms_id in dict.fromkeys(wanted):
        row = found.by_id.get(librenms_id)
        if row is None:
            unknown = Complaint(issue=issue(Code.NOT_IN_LIBRENMS))
            yield Foreseen(librenms_id=librenms_id, hostname=f"#{librenms_id}", outcome="failed", complaints=(unknown,))
            continue
        seen = (expected or {}).get(librenms_id, row.fingerprint)
        yield (
            _foreseen(row) if row.state is State.LINKED or seen == row.fingerprint else _failed(row, issue(Code.STALE))
        )


_OUTCOMES = {State.READY: "created", State.EXISTS: "linked", State.LINKED: "exists"}


def _foreseen(row: Row) -> Foreseen:
    if row.state is State.IGNORED:
        return _failed(row, issue(Code.IGNORED))
    if row.state not in IMPORTABLE:
        return _failed(row, *row.issues)
    if row.holder is not None and not row.holder.visible:
        return _failed(row, issue(Code.HOLDER_HIDDEN))
    return Foreseen(librenms_id=row.librenms_id, hostname=row.device.hostname, row=row, outcome=_OUTCOMES[row.state])


def _failed(row: Row, *reasons: Issue) -> Foreseen:
    return Foreseen(
        librenms_id=row.librenms_id,
        hostname=row.device.hostname,
        row=row,
        outcome="failed",
        complaints=tuple(Complaint(issue=one) for one in reasons),
    )


def start(
    api: LibreNMSAPI,
    *,
    user: Any,
    request: Any,
    choices: Mapping[int, Choice],
    options: ImportOptions,
    wanted: Iterable[int],
    expected: Mapping[int, str] | None = None,
) -> Run:
    """Write down what is to be imported; nothing is yet. What cannot be imported is failed at once, with its reason.

    Raises ``LibreNMSError``. Runs older than ``run_retention_days`` go.
    """
    found = listing(api, user=user, choices=choices)
    planned = list(foresee(found, wanted, expected=expected))
    if len(planned) >= MANY:
        planned.sort(key=_neighbourhood)
    return open_run(
        KIND,
        api.server.key,
        user=user,
        request=request,
        options=options.as_json(),
        items=lambda run: [_planned(run, one, choices) for one in planned],
    )


def _neighbourhood(one: Foreseen) -> tuple[bool, str]:
    """What stands side by side: NetBox counts the devices of a type in the type's row, so workers that are at one type
    wait for each other. Guests come after what they run on."""
    device = one.row.device if one.row else None
    return (isinstance(device.parent_id, int), text(device.hardware)) if device else (False, "")


def _planned(run: Run, one: Foreseen, choices: Mapping[int, Choice]) -> RunItem:
    choice = choices.get(one.librenms_id)
    row = RunItem(run=run, key=str(one.librenms_id), librenms_id=one.librenms_id, name=one.hostname[:255])
    row.choice = {**(choice.as_json() if choice else {}), "seen": one.row.fingerprint if one.row else ""}
    host = one.row.device.parent_id if one.row else None
    if isinstance(host, int) and host in choices:
        row.choice["host"] = {"librenms_id": host, **choices[host].as_json()}
    if one.outcome == RunOutcomeChoices.FAILED:
        row.outcome, row.issues, row.ended = one.outcome, complaints_json(one.complaints), timezone.now()
    return row


def gaps_json(gaps: Mapping[str, Sequence[Gap]]) -> list[dict[str, Any]]:
    """The form in which rows keep them: ``kept_gap_sentence`` gives the words."""
    return [{"resource": name, **kept_gap(one)} for name, some in gaps.items() for one in some]


def complaints_json(complaints: Iterable[Complaint]) -> list[dict[str, Any]]:
    """The form in which rows keep them: ``sentence_of(code, details)`` gives the words."""
    return [
        {"code": one.issue.code.value, "details": dict(one.issue.details), "resource": one.resource, "name": one.name}
        for one in complaints
    ][:MOST_ISSUES]
