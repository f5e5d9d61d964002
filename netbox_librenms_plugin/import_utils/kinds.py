"""The import's kinds of runs: importing devices, and looking for stacks among them."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.models import Job
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import ImportOutcomeChoices, ImportStateChoices
from ..librenms_api import LibreNMSAPI
from ..models import ImportRun
from ..runs.control import detached, enqueue, open_jobs
from ..runs.kinds import RunKind, register
from ..runs.queue import WELL, look
from .options import ImportOptions
from .phases import phases_of


def _end_of_import(counts: Mapping[str, int], state: str) -> str:
    failed = counts.get(ImportOutcomeChoices.FAILED, 0)
    if failed and state == ImportStateChoices.FAILED:
        return _("The import ended, but no device could be imported.")
    if failed:
        return ngettext("The import ended. {n} device failed.", "The import ended. {n} devices failed.", failed).format(
            n=failed
        )
    if state == ImportStateChoices.PARTIAL:
        return _("The import ended. All devices are in NetBox, but not everything of them could be written.")
    return _("Job completed!")


def _end_of_search(counts: Mapping[str, int], _state: str) -> str:
    failed = counts.get(ImportOutcomeChoices.FAILED, 0)
    if failed:
        return ngettext(
            "The search ended. {n} device gave no answer.", "The search ended. {n} devices gave no answer.", failed
        ).format(n=failed)
    return _("Job completed!")


def _work_left(run: ImportRun, state: str) -> bool:
    """Devices, or cables of those it made. Devices without neighbours are never cabled, so that says nothing of an
    import that came to its end."""
    if run.rows.filter(outcome=ImportOutcomeChoices.PENDING).exists():
        return True
    if state not in (ImportStateChoices.CANCELLED, ImportStateChoices.ABANDONED):
        return False
    uncabled = run.rows.filter(cabled=False, outcome=ImportOutcomeChoices.CREATED, object_type__model="device")
    return bool(ImportOptions.of(run.options).resources_afterwards()) and uncabled.exists()


IMPORT = register(
    RunKind(
        name="import",
        label=gettext_lazy("Import of LibreNMS devices"),
        runner="ImportDevicesJob",
        helper="ImportChunkJob",
        phases=phases_of,
        work_left=_work_left,
        end_words=_end_of_import,
    )
)
STACKS = register(
    RunKind(
        name="stacks",
        label=gettext_lazy("Search for stacks in LibreNMS"),
        runner="FilterDevicesJob",
        end_words=_end_of_search,
    )
)


def enqueue_filter(api: LibreNMSAPI, ids: Iterable[int], request: Any) -> Job:
    """Look for stacks among these LibreNMS devices, in the background. A user has one such job for a server."""
    key, wanted = api.server.key, sorted(set(ids))
    return running_search(request.user, key) or enqueue(
        STACKS.runner,
        {"librenms": STACKS.name, "server": key, "total": len(wanted)},
        user=request.user,
        request=detached(request),
        server=key,
        ids=wanted,
        notifications="on_failure",
    )


def running_search(user: Any, server: str) -> Job | None:
    """The user's search for stacks on a server that waits or runs: one query, and a look at the queue."""
    for job in open_jobs(user, STACKS):
        if job.data["server"] == server and look(job).life in WELL:
            return job
    return None
