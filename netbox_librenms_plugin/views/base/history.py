"""The history of an object: what was applied to it, by whom, and what was not written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dcim.models import Device
from django.contrib.contenttypes.models import ContentType
from django.db import router
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from ...engine.undo import obstacle_at_first_sight
from ...models import Run, SyncRun
from ...runs.access import visible_runs
from ...sync.core.issues import Code
from ...words.labels import resource_label
from ...words.sentences import kept_gap_sentence, kept_sentence, sentence
from ..runs.undo_words import undo_url
from .object_view import BaseObjectSyncView, query_string

TEMPLATE = "netbox_librenms_plugin/htmx/sync_history.html"
RUNS_AT_ONCE = 5
LAST_PAGE = 10_000
MOST_FAILURES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One run. ``applied``: (resource, number of rows); ``failed``: (row, why), ``more`` of them are not named.
    ``gaps``: what was not looked at, each once. ``part_of``: the run of many objects. ``undone``: who has undone it."""

    run: SyncRun
    server: str
    changes_url: str
    member: str
    applied: list[tuple[Any, int]]
    failed: list[tuple[str, str]]
    more: int
    gaps: list[str]
    part_of: Run | None
    undo_url: str
    undone: str


class BaseHistoryView(BaseObjectSyncView):
    """GET: some runs, as a fragment; ``?page=`` for older ones."""

    def get(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """The runs of the object; on a virtual chassis those of all members that the user may view."""
        instance = self.get_object(pk=pk)
        page = min(self.state.page, LAST_PAGE)
        start = (page - 1) * RUNS_AT_ONCE
        found = list(self._runs(instance)[start : start + RUNS_AT_ONCE + 1])
        servers = {key: server.display_name for key, server in self.api.servers().items()}
        older = self.url(instance, "history", query=query_string(page=str(page + 1)))
        runs = visible_runs(request.user).filter(pk__in=[one.run_id for one in found if one.run_id])
        parts = {run.pk: run for run in runs}
        context = {
            "entries": [self._entry(run, instance, servers, parts) for run in found[:RUNS_AT_ONCE]],
            "older_url": older if len(found) > RUNS_AT_ONCE else "",
            "first": page == 1,
        }
        return render(request, TEMPLATE, context)

    def _runs(self, instance: Any) -> Any:
        ids: Any = [instance.pk]
        if getattr(instance, "virtual_chassis_id", None):
            members = Device.objects.restrict(self.request.user, "view")
            ids = members.filter(virtual_chassis_id=instance.virtual_chassis_id).values("pk")
        # Seen from the branch that is active, where the members are; the runs are in main
        runs = SyncRun.objects.using(router.db_for_read(Device)).select_related(
            "run__undone_by__undone_by", "undone_by__undone_by"
        )
        return runs.filter(object_type=ContentType.objects.get_for_model(instance), object_id__in=ids)

    def _entry(self, run: SyncRun, instance: Any, servers: Mapping[str, str], parts: Mapping[int, Run]) -> HistoryEntry:
        problem = obstacle_at_first_sight(run)
        told = problem is not None and problem.code in (Code.ALREADY_UNDONE, Code.BEING_UNDONE)
        failed = [row for result in run.results for row in _failures(result)]
        return HistoryEntry(
            run=run,
            server=servers.get(run.server, run.server),
            changes_url=self._changes_url(run),
            member=run.object_repr if run.object_id != instance.pk else "",
            applied=[
                (resource_label(str(one.get("resource", ""))), number)
                for one in run.results
                if (number := _applied(one))
            ],
            failed=failed[:MOST_FAILURES],
            more=max(0, len(failed) - MOST_FAILURES),
            gaps=list(
                dict.fromkeys(kept_gap_sentence(one) for result in run.results for one in result.get("gaps", ()))
            ),
            part_of=parts.get(run.run_id) if run.run_id else None,
            undo_url=undo_url(run) if problem is None else "",
            undone=sentence(problem) if problem is not None and told else "",
        )

    def _changes_url(self, run: SyncRun) -> str:
        """NetBox's change log of the run, for who may see it."""
        if not self.request.user.has_perm("core.view_objectchange"):
            return ""
        query = QueryDict(mutable=True)
        query["request_id"] = str(run.request_id)
        return f"{reverse('core:objectchange_list')}?{query.urlencode()}"


def _applied(result: Mapping[str, Any]) -> int:
    return sum(result.get("applied", {}).values())


def _failures(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A run keeps codes, so that they can be said in anybody's language; codes that are gone say themselves."""
    failed = [(row["name"], kept_sentence(row["code"], row.get("details"))) for row in result.get("failed", ())]
    return failed + [(key, kept_sentence(Code.STALE.value, {})) for key in result.get("stale", ())]
