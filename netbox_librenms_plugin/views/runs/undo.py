"""The page before an undo: what would happen to each object, and the button."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import View
from utilities.paginator import EnhancedPaginator, get_paginate_count
from utilities.views import get_viewname

from ...engine.undo import Record, plan_undo, undone_by
from ...lost_connections import ConnectionLostError
from ...models import Run, SyncRun
from ...runs.access import visible_runs, visible_sync_runs
from ...runs.queue import workers_for_runs
from ...sync.core.issues import Code
from ...undo_runs.showing import ShownRow, in_order, shown
from ...undo_runs.starts import IN_REQUEST, UndoRefusedError, whole_of
from ...undo_runs.undoing import undo_by_size
from ...words.sentences import sentence
from ...words.undo import total_sentences
from ..base.navigation import page_navigation
from ..base.object_view import query_string
from ..network import NetworkPermissionMixin, may_change
from .undo_words import undo_url

PAGE = "netbox_librenms_plugin/run_undo.html"


class UndoView(NetworkPermissionMixin, View):
    """GET: what undoing would do. POST: undo it as it was shown (``seen``)."""

    def record(self, pk: int) -> Record:
        """What is to be undone, if the user may see it."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """The plan. Nothing is written."""
        return self._page(self.record(pk))

    def post(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """Undo it; where something changed since, the plan is shown anew and nothing is done."""
        record = self.record(pk)
        seen = request.POST.get("seen", "")
        if not seen:
            return self._page(record)
        try:
            run = undo_by_size(record, user=request.user, request=request, seen=seen)
        except UndoRefusedError as error:
            if error.reason.code is Code.PLAN_CHANGED:
                return self._page(record, changed=str(error))
            messages.error(request, str(error))
            return redirect(undo_url(record))
        except ConnectionLostError as error:
            messages.error(request, error.message)
            return redirect(undo_url(record))
        return redirect(run)

    def _page(self, record: Record, *, changed: str = "") -> HttpResponse:
        request, user = self.request, self.request.user
        plan = plan_undo(whole_of(record), user=user)
        page = EnhancedPaginator(in_order(plan), get_paginate_count(request), orphans=0).get_page(
            request.GET.get("page")
        )
        per_page = request.GET.get("per_page", "")
        by = undone_by(record)

        def links(**changes: Any) -> dict[str, str]:
            said = {"page": page.number, "per_page": per_page, **changes}
            query = query_string(**{name: str(value) for name, value in said.items() if (name, value) != ("page", 1)})
            address = f"{undo_url(record)}?{query}" if query else undo_url(record)
            return {"page": address, "panel": address}

        context = {
            "record": record,
            "of_run": isinstance(record, Run),
            "back_url": self.back_url(record),
            "problem": "" if plan.problem is None else sentence(plan.problem),
            "undone_by": by if by is not None and visible_runs(user).filter(pk=by.pk).exists() else None,
            "changed": changed,
            "totals": total_sentences(plan) if plan.problem is None else [],
            "number": len(plan.ready),
            "seen": plan.fingerprint if plan.ready else "",
            "may_undo": may_change(user),
            "groups": _by_owner(shown(list(page.object_list), user=user, plan=plan)),
            "table": {"page": page},
            "in_background": len(plan.ready) > IN_REQUEST,
            "no_worker": len(plan.ready) > IN_REQUEST and not workers_for_runs(),
            "form_url": undo_url(record),
            **page_navigation(page, links),
        }
        return render(request, PAGE, context)

    def back_url(self, record: Record) -> str:
        """Where the user came from."""
        raise NotImplementedError


class RunUndoView(UndoView):
    """Of a run."""

    def record(self, pk: int) -> Run:
        """One that the user may see."""
        run: Run = get_object_or_404(visible_runs(self.request.user), pk=pk)
        return run

    def back_url(self, record: Record) -> str:
        """Its page."""
        assert isinstance(record, Run)
        return record.get_absolute_url()


class SyncRunUndoView(UndoView):
    """Of the sync of one object."""

    def record(self, pk: int) -> SyncRun:
        """One of an object that the user may view."""
        run: SyncRun = get_object_or_404(visible_sync_runs(self.request.user), pk=pk)
        return run

    def back_url(self, record: Record) -> str:
        """The object's LibreNMS tab, where its syncs are listed; the list of runs where the object is gone."""
        assert isinstance(record, SyncRun)
        instance = record.object
        if instance is None:
            return reverse("plugins:netbox_librenms_plugin:run_list")
        return reverse(get_viewname(instance, "librenms_sync"), kwargs={"pk": instance.pk})


def _by_owner(rows: Sequence[ShownRow]) -> list[tuple[str, list[ShownRow]]]:
    """The name of a device or VM, empty for what hangs on none, and the rows of it, in their order."""
    groups = groupby(rows, key=lambda one: (one.row.owner, "" if one.hidden else one.row.owner_name))
    return [(name if owner is not None else "", list(some)) for (owner, name), some in groups]
