"""The end of a run: written down once, in the state that its items say."""

from django.utils import timezone

from ..choices import RunOutcomeChoices, RunStateChoices
from ..lost_connections import lasting
from ..models import Run
from .kinds import kind_of


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
