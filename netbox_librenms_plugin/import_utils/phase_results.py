"""What the phases of an import say of their devices, and what keeps them from writing anything."""

from django.utils.translation import gettext as _

from ..branching import active_branch
from ..models import Run
from ..runs.phases import Result
from ..sync.core.issues import Code, issue
from .imported import Complaint, Imported
from .starts import complaints_json, gaps_json
from .syncing import Synced


def result_of(imported: Imported) -> Result:
    """A device that was imported, or not."""
    return Result(
        outcome=imported.outcome,
        counts=imported.counts,
        issues=complaints_json(imported.complaints),
        gaps=gaps_json(imported.gaps),
        object=imported.object,
    )


def synced_result(synced: Synced) -> Result:
    """What was written of a device that is there."""
    written = {name: number for name, number in synced.counts.items() if number}
    return Result(counts=written, issues=complaints_json(synced.complaints), gaps=gaps_json(synced.gaps))


def elsewhere(run: Run) -> Complaint | None:
    """Why nothing can be written: the branch that the import was started in was merged meanwhile, or is not ready, so
    that it would be written to main instead."""
    if active_branch() == run.branch:
        return None
    words = _("the import was started in the branch “{name}”, which cannot be written to now")
    main = _("the import was started outside of any branch, and a branch is active now")
    reason = words.format(name=run.branch) if run.branch else main
    return Complaint(issue=issue(Code.REFUSED, reason=reason))


def fault_of(error: Exception) -> Complaint:
    """What nobody expected."""
    return Complaint(issue=issue(Code.PLUGIN_FAILED, error=type(error).__name__))
