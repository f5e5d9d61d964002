"""The kind of run that puts devices under maintenance."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import RunOutcomeChoices, RunStateChoices
from ..runs.kinds import RunKind, register, some_pending
from .phases import WINDOWS, phases_of_maintenance
from .starting import KIND

OUTCOMES = (
    *(RunOutcomeChoices.PENDING, RunOutcomeChoices.DONE),
    *(RunOutcomeChoices.LEFT_OUT, RunOutcomeChoices.FAILED),
)


def _end(counts: Mapping[str, int], state: str) -> str:
    failed = counts.get(RunOutcomeChoices.FAILED, 0)
    if state == RunStateChoices.FAILED:
        return _("It ended, but LibreNMS began no maintenance.")
    if failed:
        words = ngettext("It ended. {n} object failed.", "It ended. {n} objects failed.", failed)
        return words.format(n=failed)
    return _("Job completed!")


MAINTENANCE = register(
    RunKind(
        name=KIND,
        label=gettext_lazy("Maintenance in LibreNMS"),
        runner="MaintenanceJob",
        phase_names=(WINDOWS,),
        phases=phases_of_maintenance,
        outcomes=OUTCOMES,
        work_left=some_pending,
        end_words=_end,
        # What is said of a window that was begun is no failure
        whole_without=frozenset({RunOutcomeChoices.LEFT_OUT, RunOutcomeChoices.DONE}),
    )
)
