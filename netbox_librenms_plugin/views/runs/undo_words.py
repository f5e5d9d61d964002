"""What the page of a run, or a line about a sync, says of undoing it."""

from typing import Any

from django.urls import reverse
from utilities.permissions import get_permission_for_model

from ...engine.undo import Record, obstacle_at_first_sight, undone_by
from ...engine.undo_scope import UNDO
from ...models import LibreNMSSettings, Run, SyncRun
from ...runs.access import visible_runs, visible_sync_runs
from ...words.sentences import sentence

APP = "plugins:netbox_librenms_plugin"


def undo_url(record: Record) -> str:
    """The page that says what undoing a run, or the sync of one object, would do."""
    return reverse(f"{APP}:{'run' if isinstance(record, Run) else 'syncrun'}_undo", kwargs={"pk": record.pk})


def may_look(user: Any) -> bool:
    """Whether the user may see what undoing would do."""
    return bool(user.has_perm(get_permission_for_model(LibreNMSSettings, "view")))


def undo_context(run: Run, user: Any) -> dict[str, Any]:
    """Whether a run can be undone, what undid it, and what it undid itself; runs that the user may not see are not
    named."""
    by = undone_by(run)
    problem = obstacle_at_first_sight(run)
    asked = run.ended_already and run.writes_here and may_look(user)
    return {
        "undo_url": undo_url(run) if asked and problem is None else "",
        "undo_why_not": sentence(problem) if asked and problem is not None else "",
        "undone_by": by if by is not None and visible_runs(user).filter(pk=by.pk).exists() else None,
        "undoes": undoes(run, user),
    }


def undoes(run: Run, user: Any) -> Record | None:
    """What a run undid, if it is an undo and the user may see that."""
    of = run.options.get(UNDO) or {}
    if "run" in of:
        return visible_runs(user).filter(pk=of["run"]).first()
    if "sync_run" in of:
        found: SyncRun | None = visible_sync_runs(user).filter(pk=of["sync_run"]).first()
        return found
    return None
