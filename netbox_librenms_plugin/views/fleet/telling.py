"""What the pages share that tell LibreNMS something of many objects: the question, the plan that comes afterwards, and
the start."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from utilities.paginator import EnhancedPaginator
from utilities.views import get_viewname

from ...fleet_sync.finding import FilterError
from ...librenms.errors import LibreNMSError
from ...models import Run
from ...runs.control import enqueue_run
from ...runs.queue import workers_for_runs
from ...runs.worker import run_now
from ..base.navigation import page_navigation
from ..base.problems import problem_of
from .base import APP
from .kept import Chosen
from .sync import FleetChangeView

TEMPLATES = "netbox_librenms_plugin"
PER_PAGE = 50


class TellingView(FleetChangeView):
    """``part`` names the addresses and the templates; ``most`` objects can be planned at once."""

    part: ClassVar[str]
    most: ClassVar[int]

    def show_page(self, **more: Any) -> HttpResponse:
        """Which objects, the question, and the place of the plan."""
        request, page = self.request, f"{TEMPLATES}/fleet_{self.part}.html"
        try:
            context = self.page_context(self.part)
            chosen = self.chosen
            asked = self.question(**more)
        except FilterError as error:
            return render(request, page, {"wrong_filter": str(error), "list_url": self.list_url}, status=400)
        except LibreNMSError as error:
            return render(request, page, {"problem": problem_of(error), "list_url": self.list_url})
        if chosen is None or not chosen.ids:
            return render(request, page, context)
        if not self.name:
            # From here on it is about these, whatever the filter lets through when the button is pressed
            self.name = self.shelf.put(chosen)
        place = {
            "selection": self.name,
            "rows_url": self.url(f"{self.part}_rows", page=request.GET.get("page", "")),
            "start_url": self.url(f"{self.part}_start"),
            "no_worker": not workers_for_runs(),
            "run": chosen.run,
            "too_many": len(chosen.ids) > self.most,
            "most": self.most,
        }
        return render(request, page, {**context, **place, **asked})

    def question(self, **more: Any) -> dict[str, Any]:
        """What the page asks. Raises ``LibreNMSError``."""
        return more

    def kept(self) -> Chosen | None:
        """The objects as they were shown; None where they cannot be planned any more."""
        chosen = self.shelf.get(self.name)
        return chosen if chosen is not None and chosen.kind == self.kind and len(chosen.ids) <= self.most else None


class TellingPageView(TellingView):
    """GET: the question, whose plan comes afterwards. POST: from NetBox's list."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question. Nothing is told."""
        return self.show_page()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what is ticked, and go to the page."""
        return self.enter(self.part)


class TellingRowsView(TellingView):
    """GET: the plan, as a fragment: its numbers, a page of its rows, and the button."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Plan all of them anew. LibreNMS is asked what it has, and told nothing."""
        chosen = self.kept()
        if chosen is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        template = f"{TEMPLATES}/htmx/fleet_{self.part}_rows.html"
        try:
            return render(request, template, self.planned(chosen.ids))
        except LibreNMSError as error:
            return render(request, template, {"problem": problem_of(error)})

    def planned(self, ids: Sequence[int]) -> dict[str, Any]:
        """The plan of these objects. Raises ``LibreNMSError``."""
        raise NotImplementedError

    def describe(self, row: Any) -> dict[str, Any]:
        """What is said of a row."""
        raise NotImplementedError

    def table(self, rows: Sequence[Any], objects: Sequence[Any], **said: str) -> dict[str, Any]:
        """A page of the rows, each with its object. ``said``: what the addresses of other pages say besides."""
        pairs = list(zip(rows, objects, strict=True))
        page = EnhancedPaginator(pairs, PER_PAGE, orphans=0).get_page(self.request.GET.get("page"))

        def links(**changes: Any) -> dict[str, str]:
            query = {name: str(value) for name, value in changes.items() if (name, value) != ("page", 1)}
            return {"page": self.url(self.part, **query), "panel": self.url(f"{self.part}_rows", **query, **said)}

        return {
            "rows": [self._shown(row, instance) for row, instance in page.object_list],
            "table": {"page": page},
            **page_navigation(page, links),
            "page_lengths": [],
        }

    def _shown(self, row: Any, instance: Any) -> dict[str, Any]:
        return {
            "row": row,
            "url": reverse(get_viewname(instance, "librenms_sync"), kwargs={"pk": instance.pk}),
            "librenms_url": self.api.device_url(row.librenms_id) if row.librenms_id else "",
            **self.describe(row),
        }


class TellingStartView(TellingView):
    """POST: start it, in the background or (few objects) while the browser waits."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must start nothing."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Start what was shown, once; the second of two clicks is shown the run of the first."""
        with self.shelf.alone(self.name):
            chosen = self.kept()
            if chosen is None:
                messages.warning(request, _("This selection has expired. Choose the objects again."))
                return redirect(self.list_url)
            if chosen.run is not None:
                messages.info(request, _("This was started already. This is its page."))
                return redirect(f"{APP}:run", pk=chosen.run)
            begun = self.begin(chosen.ids)
            if isinstance(begun, HttpResponse):
                return begun
            run, short = begun
            self.shelf.put(replace(chosen, run=run.pk), self.name)
        return self._go(run, short=short)

    def begin(self, ids: Sequence[int]) -> tuple[Run, bool] | HttpResponse:
        """A run of what was shown, and whether it is short enough to wait for; or the answer where there is none."""
        raise NotImplementedError

    def again(self, level: int, words: str) -> HttpResponse:
        """Back to the question, and why."""
        messages.add_message(self.request, level, words)
        return redirect(self.url(self.part))

    def _go(self, run: Run, *, short: bool) -> HttpResponse:
        if self.request.POST.get("how") != "wait" or not short:
            enqueue_run(run, self.request)
            return redirect(run)
        try:
            run_now(run, self.request)
        except LibreNMSError as error:
            messages.error(self.request, _("It stopped. {reason}").format(reason=error.message))
        return redirect(run)
