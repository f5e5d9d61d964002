"""The kind of run that syncs many objects."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import RunOutcomeChoices, RunStateChoices
from ..models import Run
from ..resources import RESOURCES
from ..runs.kinds import RunKind, register
from ..runs.sums import summed
from .phases import OBJECTS, phases_of
from .starting import KIND
from .writing import LEFT

OUTCOMES = (
    RunOutcomeChoices.PENDING,
    RunOutcomeChoices.SYNCED,
    RunOutcomeChoices.AGREES,
    RunOutcomeChoices.LEFT_OUT,
    RunOutcomeChoices.FAILED,
)


def written_by(run: Run) -> dict[str, int]:
    """Resource → rows that the run has written, and under ``left`` those that somebody has to decide about; nothing of
    what is 0. One query."""
    return {name: number for name, number in summed(run, (*RESOURCES, LEFT)).items() if number}


def _tally(run: Run) -> Mapping[str, int]:
    written = written_by(run)
    left = written.pop(LEFT, 0)
    return {"written": sum(written.values()), LEFT: left}


def _end(counts: Mapping[str, int], state: str) -> str:
    failed = counts.get(RunOutcomeChoices.FAILED, 0)
    if failed and state == RunStateChoices.FAILED:
        return _("The sync ended, but no object could be synced.")
    if failed:
        return ngettext("The sync ended. {n} object failed.", "The sync ended. {n} objects failed.", failed).format(
            n=failed
        )
    if state == RunStateChoices.PARTIAL:
        return _("The sync ended, but not everything could be written.")
    return _("Job completed!")


def _work_left(run: Run, _state: str) -> bool:
    return run.items.filter(outcome=RunOutcomeChoices.PENDING).exists()


SYNC = register(
    RunKind(
        name=KIND,
        label=gettext_lazy("Sync with LibreNMS"),
        runner="SyncObjectsJob",
        helper="SyncHelperJob",
        phase_names=(OBJECTS,),
        phases=phases_of,
        outcomes=OUTCOMES,
        work_left=_work_left,
        tally=_tally,
        sums=written_by,
        end_words=_end,
    )
)
