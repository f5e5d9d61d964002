"""A run writes to the branch that it was started in, and to no other place."""

from django.utils.translation import gettext as _

from ..branching import active_branch
from ..models import Run
from ..sync.core.issues import Code, Issue, issue


def elsewhere(run: Run) -> Issue | None:
    """Why nothing can be written: the branch that the run was started in was merged meanwhile, or is not ready, so that
    it would be written to main instead."""
    if active_branch() == run.branch:
        return None
    words = _("the run was started in the branch “{name}”, which cannot be written to now")
    main = _("the run was started outside of any branch, and a branch is active now")
    return issue(Code.REFUSED, reason=words.format(name=run.branch) if run.branch else main)
