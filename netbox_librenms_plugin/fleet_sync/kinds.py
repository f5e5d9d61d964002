"""The kind of run that syncs many objects, and the one that only says what it would write."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import RunOutcomeChoices, RunStateChoices
from ..models import Run
from ..resources import RESOURCES
from ..runs.kinds import RunKind, register, some_pending
from ..runs.sums import summed
from .phases import OBJECTS, phases_in_shadow, phases_of
from .planning import PLANNED
from .starting import KIND, SHADOW
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
    return {name: number for name, number in summed(run.items, (*RESOURCES, LEFT)).items() if number}


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


def _end_in_shadow(counts: Mapping[str, int], state: str) -> str:
    if counts.get(RunOutcomeChoices.FAILED):
        return _("The shadow run ended, but not every object could be compared.")
    return _("Job completed!")


SYNC = register(
    RunKind(
        name=KIND,
        label=gettext_lazy("Sync with LibreNMS"),
        runner="SyncObjectsJob",
        helper="SyncHelperJob",
        phase_names=(PLANNED, OBJECTS),
        phases=phases_of,
        outcomes=OUTCOMES,
        work_left=some_pending,
        tally=_tally,
        sums=written_by,
        end_words=_end,
    )
)

IN_SHADOW = register(
    RunKind(
        name=SHADOW,
        label=gettext_lazy("Sync with LibreNMS in shadow"),
        runner="ShadowJob",
        helper="ShadowHelperJob",
        phase_names=(PLANNED,),
        phases=phases_in_shadow,
        outcomes=(
            *(RunOutcomeChoices.PENDING, RunOutcomeChoices.DONE, RunOutcomeChoices.AGREES),
            *(RunOutcomeChoices.LEFT_OUT, RunOutcomeChoices.FAILED),
        ),
        notifications="on_failure",
        work_left=some_pending,
        end_words=_end_in_shadow,
    )
)
