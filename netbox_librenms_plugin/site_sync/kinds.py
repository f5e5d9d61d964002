"""The kind of run that syncs sites with LibreNMS's locations."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import RunOutcomeChoices, RunStateChoices
from ..models import Run
from ..runs.kinds import RunKind, register, some_pending
from ..runs.sums import summed
from ..sync.sites.rows import Action
from .phases import ROWS, phases_of_sites
from .starting import KIND


def sums_of(run: Run) -> Mapping[str, int]:
    """Action → number of objects. One query."""
    return summed(run.items, tuple(Action))


def _end_words(_counts: Mapping[str, int], state: str) -> str:
    if state == RunStateChoices.FAILED:
        return _("The sync ended, but nothing could be written.")
    if state == RunStateChoices.PARTIAL:
        return _("The sync ended, but not everything could be written.")
    return _("Job completed!")


SITE_SYNC = register(
    RunKind(
        name=KIND,
        label=gettext_lazy("Sync of sites with LibreNMS"),
        runner="SitesJob",
        phase_names=(ROWS,),
        phases=phases_of_sites,
        outcomes=(
            *(RunOutcomeChoices.PENDING, RunOutcomeChoices.DONE),
            *(RunOutcomeChoices.LEFT_OUT, RunOutcomeChoices.FAILED),
        ),
        work_left=some_pending,
        sums=sums_of,
        end_words=_end_words,
    )
)
