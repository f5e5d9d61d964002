"""The end of a run: written down once, in the state that its items say; and why one is stopped before that."""

from django.utils import timezone

from ..choices import RunOutcomeChoices, RunStateChoices
from ..lost_connections import lasting
from ..models import Run
from ..sync.core.issues import Issue
from ..words.sentences import sentence
from .kinds import kind_of


class RunStopped(Exception):
    """A run must not go on, for this reason. What is not done stays undone."""

    def __init__(self, reason: Issue) -> None:
        super().__init__(sentence(reason))
        self.reason = reason

    @property
    def message(self) -> str:
        """The reason, for people."""
        return sentence(self.reason)


def note_stop(run: Run, reason: Issue) -> None:
    """Keep with a run why it is stopped: somebody may let it go on, who is shown this."""
    run.options = {**run.options, "stopped": {"code": reason.code.value, "details": dict(reason.details)}}
    Run.objects.filter(pk=run.pk).update(options=run.options)


@lasting
def finish(run: Run, *, state: str | None = None) -> None:
    """Close the run once, in the state that its items say, or in the one given. Where another job is at it by now, it
    is that one's to close."""
    ended = Run.objects.filter(pk=run.pk, job=run.job_id, state__in=RunStateChoices.OPEN)
    ended.update(state=state or _state_of(run), ended=timezone.now())
    run.refresh_from_db()


def _state_of(run: Run) -> str:
    counts = run.counts()
    if counts[RunOutcomeChoices.PENDING]:
        return RunStateChoices.CANCELLED
    failed, total = counts[RunOutcomeChoices.FAILED], sum(counts.values())
    if total and failed == total:
        return RunStateChoices.FAILED
    whole_without = kind_of(run.kind).whole_without
    partly = failed or run.items.exclude(outcome__in=whole_without).exclude(issues=[]).exists()
    return RunStateChoices.PARTIAL if partly else RunStateChoices.COMPLETED
