"""The kind of run that compares many objects."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import RunOutcomeChoices, RunStateChoices
from ..models import Run
from ..runs.kinds import RunKind, register
from ..runs.sums import summed
from .phases import KIND, NETWORK, OBJECTS, phases_of

FIGURES = ("objects", "opened", "cleared", "not_compared")


def figures_of(run: Run) -> Mapping[str, int]:
    """What came of a comparison: objects, differences that were opened and cleared, objects that could not be
    compared. One query."""
    return summed(run.items, FIGURES)


def _end(counts: Mapping[str, int], state: str) -> str:
    if counts.get("not_compared"):
        return _("The comparison ended. {n} objects could not be compared.").format(n=counts["not_compared"])
    if counts.get(RunOutcomeChoices.FAILED) or state == RunStateChoices.FAILED:
        return _("The comparison ended, but a part of the network could not be compared.")
    return _("Job completed!")


def _work_left(run: Run, state: str) -> bool:
    return run.items.filter(outcome=RunOutcomeChoices.PENDING).exists()


COMPARE = register(
    RunKind(
        name=KIND,
        label=gettext_lazy("Comparison of the network"),
        runner="CompareNetworkJob",
        helper="CompareHelperJob",
        # A piece is a hundred objects already
        claim=1,
        phase_names=(OBJECTS, NETWORK),
        phases=phases_of,
        outcomes=(RunOutcomeChoices.PENDING, RunOutcomeChoices.DONE, RunOutcomeChoices.FAILED),
        notifications="on_failure",
        tally=figures_of,
        sums=figures_of,
        work_left=_work_left,
        end_words=_end,
    )
)
