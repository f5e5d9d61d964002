"""Parts of the command ``librenms_sync`` for many objects: which they are, and the run that syncs them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ...choices import RunOutcomeChoices
from ...fleet_sync.documents import item_document, run_document
from ...fleet_sync.finding import DEVICE, VIRTUAL_MACHINE, FilterError, asked_filters, filtered, ids_of
from ...fleet_sync.kinds import written_by
from ...fleet_sync.writing import LEFT
from ...models import Run, RunItem
from ..callers import usage_error
from ..terminal import clean


def kind_of(*, virtual: bool) -> str:
    """Whether filters are those of virtual machines or of devices."""
    return VIRTUAL_MACHINE if virtual else DEVICE


def found_by(filters: Sequence[str], user: Any, *, virtual: bool) -> list[int]:
    """The ids of what ``NAME=VALUE`` lets through. Raises ``CommandError`` for what cannot be followed."""
    pairs = [one.partition("=") for one in filters]
    for name, equals, _value in pairs:
        if not name or not equals:
            sentence = _("“{text}” is no filter. Write it as name=value, such as site=ams1.")
            raise usage_error(sentence.format(text=f"{name}{equals}"[:50]))
    try:
        asked = asked_filters((name, value) for name, _equals, value in pairs)
        return ids_of(filtered(kind_of(virtual=virtual), asked, user))
    except FilterError as error:
        raise usage_error(str(error)) from error


def item_lines(item: RunItem) -> Iterator[str]:
    """One object when it is done, and below it what was not written."""
    said = item_document(item, None)
    written = ", ".join(f"{name} {number}" for name, number in said["written"].items())
    left = _("{n} left to decide").format(n=said["left"]) if said["left"] else ""
    parts = ", ".join(part for part in (written, left) if part)
    yield clean(f"{item.outcome.ljust(8)} {item.name}{f' ({parts})' if parts else ''}")
    for one in (*said["issues"], *said["gaps"]):
        about = " ".join(part for part in (one["resource"], one.get("name", "")) if part)
        yield clean(f"         {about}: {one['message']}" if about else f"         {one['message']}")


def end_lines(run: Run) -> Iterable[str]:
    """The sums."""
    written = written_by(run)
    left = written.pop(LEFT, 0)
    if written:
        yield _("Written: {what}").format(what=", ".join(f"{name} {number}" for name, number in written.items()))
    if left:
        yield _("Left to decide: {n}").format(n=left)
    counts = {name: number for name, number in run.counts().items() if number}
    labels = {value: label for value, label, _color in RunOutcomeChoices.CHOICES}
    yield ", ".join(f"{labels[name]}: {number}" for name, number in counts.items())


def run_json(run: Run, user: Any) -> str:
    """The same for programs."""
    return json.dumps({"user": user.username, "dry_run": False, **run_document(run, user)}, indent=2)
