"""Undoing a run, at once or in the background."""

from typing import Any

from core.models import Job

from ..engine.undo import Record
from ..models import Run
from ..runs.control import enqueue_run
from ..runs.worker import run_now
from .starts import start_undo


def undo_now(record: Record, *, user: Any, request: Any, seen: str = "") -> Run:
    """Undo a run while the caller waits. Raises ``UndoRefusedError``, and ``ConnectionLostError``."""
    run = start_undo(record, user=user, request=request, seen=seen)
    run_now(run, request)
    return run


def undo_in_background(record: Record, *, user: Any, request: Any, seen: str = "") -> tuple[Run, Job]:
    """Have a run undone by a worker. Raises ``UndoRefusedError``."""
    run = start_undo(record, user=user, request=request, seen=seen)
    return run, enqueue_run(run, request)
