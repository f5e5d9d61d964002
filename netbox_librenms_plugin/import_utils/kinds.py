"""The import's kinds of runs: importing devices, and looking for stacks among them."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.models import Job
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import RunOutcomeChoices, RunStateChoices
from ..librenms_api import LibreNMSAPI
from ..models import Run
from ..runs.control import enqueue_run, open_jobs
from ..runs.kinds import RunKind, items_before, register
from ..runs.queue import WELL, look
from .options import ImportOptions
from .phases import CABLES, DEVICES, phases_of
from .stack_search import INVENTORIES
from .stack_search import KIND as SEARCH
from .stack_search import phases_of_search, stacks_in, start_search
from .starts import KIND


def _end_of_import(counts: Mapping[str, int], state: str) -> str:
    failed = counts.get(RunOutcomeChoices.FAILED, 0)
    if failed and state == RunStateChoices.FAILED:
        return _("The import ended, but no device could be imported.")
    if failed:
        return ngettext("The import ended. {n} device failed.", "The import ended. {n} devices failed.", failed).format(
            n=failed
        )
    if state == RunStateChoices.PARTIAL:
        return _("The import ended. All devices are in NetBox, but not everything of them could be written.")
    return _("Job completed!")


def _end_of_search(counts: Mapping[str, int], _state: str) -> str:
    failed = counts.get(RunOutcomeChoices.FAILED, 0)
    if failed:
        return ngettext(
            "The search ended. {n} device gave no answer.", "The search ended. {n} devices gave no answer.", failed
        ).format(n=failed)
    return _("Job completed!")


def _work_left(run: Run, state: str) -> bool:
    """Devices, or cables of those it made. Devices without neighbours are never cabled, so that says nothing of an
    import that came to its end."""
    if run.items.filter(outcome=RunOutcomeChoices.PENDING).exists():
        return True
    if state not in (RunStateChoices.CANCELLED, RunStateChoices.ABANDONED):
        return False
    uncabled = items_before(run, CABLES).filter(outcome=RunOutcomeChoices.CREATED, object_type__model="device")
    return bool(ImportOptions.of(run.options).resources_afterwards()) and uncabled.exists()


OUTCOMES = (
    RunOutcomeChoices.PENDING,
    RunOutcomeChoices.CREATED,
    RunOutcomeChoices.LINKED,
    RunOutcomeChoices.EXISTS,
    RunOutcomeChoices.FAILED,
)
IMPORT = register(
    RunKind(
        name=KIND,
        label=gettext_lazy("Import of LibreNMS devices"),
        runner="ImportDevicesJob",
        helper="ImportChunkJob",
        phase_names=(DEVICES, CABLES),
        phases=phases_of,
        outcomes=OUTCOMES,
        work_left=_work_left,
        figures=lambda by_phase: {"cabled": by_phase.get(CABLES, 0)},
        end_words=_end_of_import,
    )
)
STACKS = register(
    RunKind(
        name=SEARCH,
        label=gettext_lazy("Search for stacks in LibreNMS"),
        runner="FilterDevicesJob",
        phase_names=(INVENTORIES,),
        phases=phases_of_search,
        outcomes=(RunOutcomeChoices.PENDING, RunOutcomeChoices.DONE, RunOutcomeChoices.FAILED),
        notifications="on_failure",
        # As in the answer about an import: pages and programs read both alike
        figures=lambda _by_phase: {"cabled": 0},
        tally=stacks_in,
        end_words=_end_of_search,
    )
)


def enqueue_filter(api: LibreNMSAPI, ids: Iterable[int], request: Any) -> Job:
    """Look for stacks among these LibreNMS devices, in the background. A user has one such job for a server.

    Raises ``LibreNMSError``.
    """
    running = running_search(request.user, api.server.key)
    return running or enqueue_run(start_search(api, ids, request=request), request)


def running_search(user: Any, server: str) -> Job | None:
    """The user's search for stacks on a server that waits or runs: one query, and a look at the queue."""
    for job in open_jobs(user, STACKS):
        if job.data["server"] == server and look(job).life in WELL:
            return job
    return None
