"""The end of a run: written down once, in the state that its items say."""

from django.utils import timezone

from ..choices import ImportOutcomeChoices, ImportStateChoices
from ..lost_connections import lasting
from ..models import ImportRun


@lasting
def finish(run: ImportRun, *, state: str | None = None) -> None:
    """Close the run once, in the state that its rows say, or in the one given. Where another job is at it by now, it is
    that one's to close."""
    ended = ImportRun.objects.filter(pk=run.pk, job=run.job_id, state__in=ImportStateChoices.OPEN)
    ended.update(state=state or _state_of(run), ended=timezone.now())
    run.refresh_from_db()


def _state_of(run: ImportRun) -> str:
    counts = run.counts()
    if counts[ImportOutcomeChoices.PENDING]:
        return ImportStateChoices.CANCELLED
    failed, total = counts[ImportOutcomeChoices.FAILED], sum(counts.values())
    if total and failed == total:
        return ImportStateChoices.FAILED
    partly = failed or run.rows.exclude(issues=[]).exists()
    return ImportStateChoices.PARTIAL if partly else ImportStateChoices.COMPLETED
