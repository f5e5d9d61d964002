"""The kind of runs that undo."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import RunOutcomeChoices, RunStateChoices
from ..engine.undo_scope import UNDO
from ..models import Run
from ..runs.kinds import RunKind, register, some_pending
from ..runs.sums import summed
from ..sync.undo.effects import Action
from .phases import OBJECTS, phases_of_undo


def sums_of(run: Run) -> Mapping[str, int]:
    """What was done → to how many objects. One query."""
    return summed(run.items, tuple(Action))


def _end_words(_counts: Mapping[str, int], state: str) -> str:
    if state == RunStateChoices.FAILED:
        return _("The undo ended, but nothing could be undone.")
    if state == RunStateChoices.PARTIAL:
        return _("The undo ended. Not everything could be undone.")
    return _("The undo ended. Everything is as before.")


UNDOING = register(
    RunKind(
        name=UNDO,
        label=gettext_lazy("Undo of a LibreNMS run"),
        runner="UndoJob",
        phase_names=(OBJECTS,),
        phases=phases_of_undo,
        outcomes=(
            *(RunOutcomeChoices.PENDING, RunOutcomeChoices.DONE),
            *(RunOutcomeChoices.LEFT_OUT, RunOutcomeChoices.FAILED),
        ),
        work_left=some_pending,
        sums=sums_of,
        whole_without=frozenset(),
        end_words=_end_words,
    )
)
