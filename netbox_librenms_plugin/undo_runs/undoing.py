"""Undoing a run, at once or in the background."""

from typing import Any

from core.models import Job

from ..engine.undo import Record
from ..models import Run
from ..runs.control import enqueue_run
from ..runs.worker import run_now
from .starts import IN_REQUEST, start_undo


def undo_now(record: Record, *, user: Any, request: Any, seen: str = "") -> Run:
    """Undo a run while the caller waits. Raises ``UndoRefusedError``, and ``ConnectionLostError``."""
    run = start_undo(record, user=user, request=request, seen=seen)
    run_now(run, request)
    return run


def undo_in_background(record: Record, *, user: Any, request: Any, seen: str = "") -> tuple[Run, Job]:
    """Have a run undone by a worker. Raises ``UndoRefusedError``."""
    run = start_undo(record, user=user, request=request, seen=seen)
    return run, enqueue_run(run, request)


def undo_by_size(record: Record, *, user: Any, request: Any, seen: str = "") -> Run:
    """Undo a small run while the caller waits, and have a large one undone by a worker. Raises ``UndoRefusedError``,
    and ``ConnectionLostError``."""
    run = start_undo(record, user=user, request=request, seen=seen)
    number = sum(len(choice["keys"]) for choice in run.items.values_list("choice", flat=True))
    if number > IN_REQUEST:
        enqueue_run(run, request)
    else:
        run_now(run, request)
    return run
