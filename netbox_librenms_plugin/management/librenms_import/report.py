"""What the command says: lines for people as the work goes on, JSON for programs at its end."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...choices import RunOutcomeChoices, RunStateChoices
from ...engine.documents import Document
from ...import_utils.documents import foreseen_run_document, result_document, run_document, skipped_document
from ...import_utils.options import ImportOptions
from ...import_utils.rows import FIELDS, Row, State
from ...import_utils.starts import Foreseen
from ...models import Run, RunItem
from ...words.sentences import sentence
from ..terminal import aligned, clean
from .selection import Selected

# Reasons that a dry run names; with -v 2 each device has its own
MOST_REASONS = 20
# Why a device is left as it is that has nothing against it
_UNTOUCHED = {
    State.EXISTS: gettext_lazy("NetBox has it, not linked yet. Use --link to link it."),
    State.LINKED: gettext_lazy("NetBox has it. Use --existing to sync it."),
    State.IGNORED: gettext_lazy("It is ignored."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What every report begins with."""

    server: str
    user: str
    request_id: UUID

    def line(self, what: str) -> str:
        """One line for people."""
        return clean(
            _("Server {server}, on behalf of {user}, {what}").format(server=self.server, user=self.user, what=what)
        )

    def document(self, *, dry_run: bool, **more: Any) -> str:
        """One JSON object; texts are escaped to ASCII."""
        request_id = None if dry_run else str(self.request_id)
        head = {"server": self.server, "user": self.user, "dry_run": dry_run, "request_id": request_id}
        return json.dumps({**head, **more}, indent=2)


def result_lines(row: RunItem) -> Iterator[str]:
    """One device when it is done, and below it what was not written."""
    known = row.object_repr and row.object_repr != row.name
    written = ", ".join(f"{name} {number}" for name, number in row.counts.items())
    parts = (
        row.outcome.ljust(7),
        row.name,
        f"→ {row.object_repr}" if known else "",
        f"({written})" if written else "",
    )
    yield clean(" ".join(part for part in parts if part))
    yield from _complaint_lines(row)


def _complaint_lines(row: RunItem, *, resources: Collection[str] | None = None) -> Iterator[str]:
    said = result_document(row)
    for one in (*said["issues"], *said["gaps"]):
        if resources is None or one["resource"] in resources:
            about = " ".join(part for part in (one["resource"], one.get("name")) if part)
            yield clean(f"        {about}: {one['message']}" if about else f"        {one['message']}")


def end_lines(run: Run) -> Iterator[str]:
    """What comes after the devices: what is written when all are there, such as cables, and the sums."""
    rows = list(run.items.order_by("pk"))
    afterwards = ImportOptions.of(run.options).resources_afterwards()
    for row in rows:
        lines = list(_complaint_lines(row, resources=afterwards))
        yield from (clean(row.name), *lines) if lines else ()
    written = Counter[str]()
    for row in rows:
        written.update(row.counts)
    if written:
        yield _("Written: {what}").format(what=", ".join(f"{name} {number}" for name, number in written.items()))
    counts = Counter(row.outcome for row in rows)
    said = ", ".join(f"{label} {counts[value]}" for value, label, *_colour in RunOutcomeChoices.CHOICES)
    yield _("Devices: {what}").format(what=said)
    if run.state == RunStateChoices.CANCELLED:
        yield _("The import was cancelled. What is done stays; call the command again to do the rest.")


def run_json(header: Header, run: Run, selection: Selected) -> str:
    """The results as REST gives them, and the devices that were left out with the reasons."""
    return header.document(dry_run=False, state=run.state, **run_document(run), skipped=_skipped(selection))


def nothing_json(header: Header, selection: Selected) -> str:
    """There was nothing to import."""
    return header.document(dry_run=False, run=None, state=None, results=[], skipped=_skipped(selection))


def foreseen_json(header: Header, selection: Selected, foreseen: Iterable[Foreseen]) -> str:
    """What would be done, in the form of ``run_json``."""
    counts = {state.value: selection.counts[state] for state in State}
    return header.document(dry_run=True, counts=counts, **foreseen_run_document(foreseen), skipped=_skipped(selection))


def _skipped(selection: Selected) -> list[Document]:
    return [skipped_document(row) for row in selection.skipped]


def foreseen_lines(selection: Selected, foreseen: Iterable[Foreseen], *, verbose: bool) -> Iterator[str]:
    """States with the number of devices, how many of them would be imported, and why the others would not."""
    foreseen = list(foreseen)
    done = Counter(one.row.state for one in foreseen if one.row and one.outcome != RunOutcomeChoices.FAILED)
    rows = [[state.value, str(selection.counts[state]), str(done[state])] for state in State]
    yield from aligned([["state", "devices", "imported"], *rows], words=1)
    reasons = [*_refused(foreseen), *_left_out(selection.skipped)]
    yield from _counted(Counter(reason for _name, reason in reasons))
    if verbose:
        yield from (clean(_becomes(one.row)) for one in foreseen if one.row and not one.complaints)
        yield from (clean(f"{name}: {reason}") for name, reason in reasons)


def _refused(foreseen: Iterable[Foreseen]) -> Iterator[tuple[str, str]]:
    for one in foreseen:
        for complaint in one.complaints:
            yield f"{one.hostname} #{one.librenms_id}", sentence(complaint.issue)


def _left_out(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    for row in rows:
        words = [sentence(one) for one in row.issues] or [str(_UNTOUCHED.get(row.state, row.state.value))]
        for one in words:
            yield f"{row.device.hostname} #{row.librenms_id}", one


def _counted(reasons: Mapping[str, int]) -> Iterator[str]:
    most = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    for reason, number in most[:MOST_REASONS]:
        yield clean(f"{number} × {reason}")
    if len(most) > MOST_REASONS:
        yield _("… and {n} other reasons; with -v 2 each device has its own.").format(n=len(most) - MOST_REASONS)


def _becomes(row: Row) -> str:
    """What a device would become, or what it is."""
    if row.holder is not None:
        name = row.holder.name if row.holder.visible else _("an object that you may not view")
        return f"{row.device.hostname} #{row.librenms_id}: {row.state.value}: {name}"
    values = ", ".join(f"{name}={ref.name}" for name in FIELDS if (ref := row.ref(name)))
    return f"{row.device.hostname} #{row.librenms_id}: + {row.kind.value} {row.name}, {values}"
