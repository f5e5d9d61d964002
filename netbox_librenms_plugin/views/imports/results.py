"""The pages of imports that were started: the list of them, and each one's devices with what became of them."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Collate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from utilities.htmx import htmx_partial
from utilities.paginator import EnhancedPaginator, get_paginate_count
from utilities.permissions import get_permission_for_model
from utilities.views import ConditionalLoginRequiredMixin

from ...choices import RunOutcomeChoices, RunStateChoices
from ...import_utils.kinds import IMPORT
from ...import_utils.options import ImportOptions, import_options, parts
from ...librenms.errors import LibreNMSError
from ...librenms_api import LibreNMSAPI
from ...models import LibreNMSSettings, Run, RunItem
from ...runs.access import counts_of, may_steer, state_of, visible_runs, with_last_sign
from ...runs.control import work_left
from ...runs.queue import workers_for_runs
from ...tables.import_runs import ImportRunRowTable, ImportRunTable
from ..base.address import follow
from ..base.filters import Chip
from ..base.navigation import navigation
from ..base.object_view import query_string
from ..mixins import FragmentMixin
from ..runs.undo_words import undo_context
from .job_urls import job_urls
from .result_words import ResultSurroundings
from .table_state import TableState

APP = "plugins:netbox_librenms_plugin"
TEMPLATES = "netbox_librenms_plugin"
# Each costs a look into the queue; usually there are a few
MOST_OPEN = 50
NATURAL = Collate("name", "natural_sort")
# Column → what rows are ordered by
ROW_SORTS: Mapping[str, Any] = {
    "hostname": NATURAL,
    "outcome": F("outcome"),
    "netbox": Collate("object_repr", "natural_sort"),
    "ended": F("ended"),
    "librenms_id": F("librenms_id"),
}
# A filter beside the outcomes: what failed, and what is there but not whole
PROBLEMS = "problems"
TROUBLED = Q(outcome=RunOutcomeChoices.FAILED) | ~Q(issues=[])
# Without an order of somebody's choice: what failed, what is not whole, the rest
WORST_FIRST = Case(
    When(outcome=RunOutcomeChoices.FAILED, then=Value(0)), When(~Q(issues=[]), then=Value(1)), default=Value(2)
)
RUN_SORTS: Mapping[str, Any] = {
    "created": F("created"),
    "server": F("server"),
    "branch": F("branch"),
    "state": F("state"),
    "user_name": F("user_name"),
}


class RunsView(FragmentMixin, ConditionalLoginRequiredMixin, View):
    """A view about imports that the user may see; others are not there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever is not logged in has no imports."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def runs(self) -> QuerySet[Run]:
        """The imports that the user may see."""
        return visible_runs(self.request.user, kind=IMPORT.name)

    @cached_property
    def may_change(self) -> bool:
        """Whether the user may have things imported."""
        return bool(self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))

    def table_context(self, table: Any, page: Any, state: TableState, links: Any) -> dict[str, Any]:
        """What a table of one page needs around it."""
        table.page = page
        table.arrange(self.request.user)
        return {"table": table, "state": state, **navigation(table, state, links)}


class RunListView(RunsView):
    """GET: the imports, newest first; to HTMX the table alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page of them, three queries however many there are."""
        if not (request.user.has_perms((_view(LibreNMSSettings),)) or request.user.has_perm(_view(Run))):
            return self.handle_no_permission()
        shows = RunStateChoices.values()
        state = TableState.of(request.GET, shows=shows)
        gone = self._gone()
        numbers = Counter(dict(self.runs().order_by().values_list("state").annotate(number=Count("pk"))))
        numbers.subtract(run.state for run, _now in gone.values())
        numbers.update(now for _run, now in gone.values())
        runs = self.runs()
        if state.show:
            others = [pk for pk, (_run, now) in gone.items() if now == state.show]
            runs = runs.filter(Q(state=state.show) & ~Q(pk__in=gone) | Q(pk__in=others))
        runs = runs.filter(Q(user_name__icontains=state.q) | Q(server__icontains=state.q)) if state.q else runs
        page = _paginator(_ordered(runs, state, RUN_SORTS), request).get_page(state.page)
        found = list(page.object_list)
        for run in found:
            run.state = gone[run.pk][1] if run.pk in gone else run.state
        table = ImportRunTable(found, counts=counts_of(found), servers=_server_names())
        context = {
            **self.table_context(table, page, state, lambda **changes: self._links(state, **changes)),
            "chips": self._chips(state, numbers),
            "search_url": self._links(state, q="")["panel"],
            "everything": self._links(state, q="", show=""),
            "total": sum(numbers.values()),
        }
        partial = htmx_partial(request)
        response = render(
            request, f"{TEMPLATES}/{'htmx/import_run_list' if partial else 'importrun_list'}.html", context
        )
        if partial:
            follow(request, response, self._links(state, page=state.page)["page"])
        return response

    def _gone(self) -> dict[int, tuple[Run, str]]:
        """Imports that NetBox holds to be open, while RQ knows of their job that it has ended: pk → what is so."""
        held = self.runs().filter(state__in=RunStateChoices.OPEN).select_related("job")
        states = ((run, state_of(run)) for run in with_last_sign(held)[:MOST_OPEN])
        return {run.pk: (run, now) for run, now in states if now != run.state}

    def _links(self, state: TableState, **changes: Any) -> dict[str, str]:
        query = state.query(**changes)
        address = reverse(f"{APP}:importrun_list") + (f"?{query}" if query else "")
        return {"page": address, "panel": address}

    def _chips(self, state: TableState, numbers: Mapping[str, int]) -> list[tuple[Chip, dict[str, str]]]:
        found = [("", _("All"), sum(numbers.values()))]
        found += [(value, label, numbers[value]) for value, label in _labels(RunStateChoices) if numbers.get(value)]
        return [_chip(value, label, count, state, self._links(state, show=value)) for value, label, count in found]


class RunView(RunsView):
    """GET: the page of one import."""

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """Who, when, what; its devices; and while it is under way, how far it is."""
        run = self.run(pk)
        return render(request, f"{TEMPLATES}/importrun.html", {**self.context(run), "bring_url": self._bring_url(run)})

    def _bring_url(self, run: Run) -> str:
        """Where the page of somebody who may steer it brings NetBox in line with RQ, if it is not."""
        if run.job is None or run.state == self.held_state or not may_steer(self.request.user, run):
            return ""
        return job_urls(run.job, self.request.user)["sync_url"]

    def run(self, pk: int) -> Run:
        """The import in the state that it really is in; its row may say that it runs though nobody is at it."""
        run: Run = get_object_or_404(self.runs().select_related("job", "undone_by__undone_by"), pk=pk)
        self.held_state = run.state
        run.state = state_of(run)
        return run

    def context(self, run: Run) -> dict[str, Any]:
        """Everything that the page shows."""
        counts = run.counts()
        rows = self.rows_context(run, counts)
        return {**rows, **self.head_context(run, counts), **self.live_context(run, counts)}

    def head_context(self, run: Run, counts: Mapping[str, int]) -> dict[str, Any]:
        """What was asked for and how it stands: what changes while it runs."""
        pending = counts[RunOutcomeChoices.PENDING]
        steers = self.may_change and may_steer(self.request.user, run)
        options = ImportOptions.of(run.options)
        return {
            "run": run,
            "counts": counts,
            "total": sum(counts.values()),
            "server_name": _server_names().get(run.server, run.server),
            "options": [one.label for one in import_options() if options[one.name]],
            "left_out": [one.label for one in parts() if not options[one.name]],
            "can_continue": bool(steers and run.ended_already and work_left(run)),
            "can_repeat": bool(self.may_change and run.ended_already and counts[RunOutcomeChoices.FAILED]),
            "pending": pending,
            "no_worker": bool(steers and run.ended_already and work_left(run) and not workers_for_runs()),
            "changes_url": self._changes_url(run),
            "list_url": f"{reverse(f'{APP}:librenms_import')}?{query_string(server=run.server)}",
            **undo_context(run, self.request.user),
        }

    def live_context(self, run: Run, counts: Mapping[str, int]) -> dict[str, Any]:
        """What the page asks for while the import is under way; nothing when it has ended."""
        if run.ended_already:
            return {}
        done = sum(counts.values()) - counts[RunOutcomeChoices.PENDING]
        live: dict[str, Any] = {"live": True, "done": done}
        if run.job is None or not may_steer(self.request.user, run):
            return live
        progress_url = reverse(f"{APP}:importrun_progress", kwargs={"pk": run.pk})
        return live | job_urls(run.job, self.request.user) | {"progress_url": progress_url}

    def rows_context(self, run: Run, counts: Mapping[str, int]) -> dict[str, Any]:
        """The table of the devices."""
        state = TableState.of(self.request.GET, shows=(*RunOutcomeChoices.values(), PROBLEMS))
        rows = run.items.order_by(WORST_FIRST, "pk")
        if state.show:
            rows = rows.filter(TROUBLED if state.show == PROBLEMS else Q(outcome=state.show))
        found = Q(name__icontains=state.q)
        rows = _ordered(rows.filter(found) if state.q else rows, state, ROW_SORTS).select_related("object_type")
        page = _paginator(rows, self.request).get_page(state.page)
        shown: list[RunItem] = list(page.object_list)
        table = ImportRunRowTable(shown, around=ResultSurroundings.of(run, shown, self.request.user))
        return {
            **self.table_context(table, page, state, lambda **changes: _row_links(run, state, **changes)),
            "chips": _outcome_chips(run, state, counts),
            "search_url": _row_links(run, state, q="")["panel"],
            "everything": _row_links(run, state, q="", show=""),
            "rows_url": _row_links(run, state, page=state.page)["panel"],
        }

    def _changes_url(self, run: Run) -> str:
        """NetBox's change log of the run, for who may see it."""
        if not self.request.user.has_perm("core.view_objectchange"):
            return ""
        return f"{reverse('core:objectchange_list')}?{query_string(request_id=str(run.request_id))}"


class RunRowsView(RunView):
    """GET: the devices of one import as a fragment, and what has changed of the page's head."""

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """The table; the page's own address follows the filter."""
        run = self.run(pk)
        context = self.context(run)
        response = render(request, f"{TEMPLATES}/htmx/import_run_rows.html", {**context, "oob": True})
        if htmx_partial(request):
            response["HX-Replace-Url"] = _row_links(run, context["state"], page=context["state"].page)["page"]
        return response


class RunProgressView(RunView):
    """GET: what the modal shows while an import is under way."""

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """The empty form of it; a script fills it in with what it hears."""
        run = self.run(pk)
        counts = run.counts()
        context = {"run": run, "counts": counts, "total": sum(counts.values()), **self.live_context(run, counts)}
        return render(request, f"{TEMPLATES}/htmx/import_progress.html", context)


def _server_names() -> dict[str, str]:
    """Server key → name for people. What was imported can be looked at whatever the configuration holds now."""
    try:
        return {key: server.display_name for key, server in LibreNMSAPI.servers().items()}
    except LibreNMSError:
        return {}


def _labels(choices: Any) -> list[tuple[str, Any]]:
    return list(choices)


def _view(model: Any) -> str:
    return str(get_permission_for_model(model, "view"))


def _paginator(rows: Any, request: HttpRequest) -> EnhancedPaginator:
    return EnhancedPaginator(rows, get_paginate_count(request))


def _ordered(rows: Any, state: TableState, sorts: Mapping[str, Any]) -> Any:
    """By the column that the address names; what has no value comes last."""
    column = sorts.get(state.sort.removeprefix("-"))
    if column is None:
        return rows
    backwards = state.sort.startswith("-")
    return rows.order_by(column.desc(nulls_last=True) if backwards else column.asc(nulls_last=True), "pk")


def _row_links(run: Run, state: TableState, **changes: Any) -> dict[str, str]:
    query = state.query(**changes)
    end = f"?{query}" if query else ""
    return {"page": f"{run.get_absolute_url()}{end}", "panel": reverse(f"{APP}:importrun_rows", args=(run.pk,)) + end}


def _outcome_chips(run: Run, state: TableState, counts: Mapping[str, int]) -> list[tuple[Chip, dict[str, str]]]:
    found = [("", _("All"), sum(counts.values()))]
    if problems := run.items.filter(TROUBLED).count():
        found.append((PROBLEMS, _("With problems"), problems))
    found += [(value, label, counts[value]) for value, label in _labels(RunOutcomeChoices) if counts[value]]
    return [_chip(value, label, count, state, _row_links(run, state, show=value)) for value, label, count in found]


def _chip(value: str, label: Any, count: int, state: TableState, links: dict[str, str]) -> tuple[Chip, dict[str, str]]:
    return Chip(value=value or "all", label=label, count=count, active=state.show == value), links
