"""The kind of run that adds devices to LibreNMS, and changes those that are linked."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import RunOutcomeChoices, RunStateChoices
from ..fleet_sync.planning import PLANNED
from ..models import Run
from ..runs.kinds import RunKind, register, some_pending
from ..runs.sums import summed
from ..sync.push.rows import CHANGED
from .foreseeing import ADDED, LINKED
from .phases import DEVICES, PARENTS, phases_in_shadow, phases_of_push
from .starting import KIND, SHADOW

OUTCOMES = (
    *(RunOutcomeChoices.PENDING, RunOutcomeChoices.CREATED, RunOutcomeChoices.LINKED),
    *(RunOutcomeChoices.SYNCED, RunOutcomeChoices.AGREES, RunOutcomeChoices.LEFT_OUT, RunOutcomeChoices.FAILED),
)


def sums_of(run: Run) -> Mapping[str, int]:
    """How many were added, linked and changed. One query."""
    return summed(run.items, (ADDED, LINKED, CHANGED))


def _end(counts: Mapping[str, int], state: str) -> str:
    failed = counts.get(RunOutcomeChoices.FAILED, 0)
    if state == RunStateChoices.FAILED:
        return _("It ended, but LibreNMS took none of it.")
    if failed:
        words = ngettext("It ended. {n} object failed.", "It ended. {n} objects failed.", failed)
        return words.format(n=failed)
    return _("Job completed!")


def _end_in_shadow(counts: Mapping[str, int], state: str) -> str:
    if counts.get(RunOutcomeChoices.FAILED):
        return _("The shadow run ended, but not every object could be planned.")
    return _("Job completed!")


PUSH = register(
    RunKind(
        name=KIND,
        label=gettext_lazy("Push to LibreNMS"),
        runner="PushJob",
        helper="PushHelperJob",
        phase_names=(PLANNED, DEVICES, PARENTS),
        phases=phases_of_push,
        # Each takes seconds of LibreNMS's
        claim=1,
        outcomes=OUTCOMES,
        work_left=some_pending,
        sums=sums_of,
        end_words=_end,
    )
)

IN_SHADOW = register(
    RunKind(
        name=SHADOW,
        label=gettext_lazy("Adding to LibreNMS in shadow"),
        runner="PushShadowJob",
        phase_names=(PLANNED,),
        phases=phases_in_shadow,
        outcomes=(
            *(RunOutcomeChoices.PENDING, RunOutcomeChoices.DONE, RunOutcomeChoices.AGREES),
            *(RunOutcomeChoices.LEFT_OUT, RunOutcomeChoices.FAILED),
        ),
        notifications="on_failure",
        work_left=some_pending,
        sums=sums_of,
        end_words=_end_in_shadow,
    )
)
