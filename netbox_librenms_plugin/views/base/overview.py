"""The overview: every resource of an object in one line, with its numbers and what keeps it from having any."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ...engine import Comparison, compare
from ...librenms.errors import LibreNMSError
from ...resources import Resource
from ...schedules.upcoming import keepers_of
from ...sync.core.plan import TONES, Outcome, Plan
from ...tables.rows import STANDING_LABELS
from ...words.schedules import resources_of
from ...words.sentences import gap_sentence
from .address import follow
from .filters import tab_number
from .object_view import OVERVIEW
from .panel import PanelMixin
from .problems import PageProblem, problem_of
from .servers import ServersMixin

TEMPLATE = "netbox_librenms_plugin/htmx/sync_overview.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewLine:
    """One resource: its numbers as (tone, words, number, address), or the problem that keeps it from having any."""

    resource: Resource
    url: str
    problem: PageProblem | None = None
    plan: Plan | None = None
    fetched_at: datetime | None = None
    counts: Sequence[tuple[str, Any, int, str]] = field(default=())
    may_sync: bool = False

    @property
    def attention(self) -> int:
        """The number on the resource's sub-tab."""
        return tab_number(self.plan)

    @property
    def extra(self) -> int:
        """How many rows are only in NetBox: nothing to do, and no agreement either."""
        return self.plan.counts[Outcome.EXTRA] if self.plan is not None else 0

    @property
    def gaps(self) -> list[str]:
        """What was not looked at, in sentences."""
        return [gap_sentence(one) for one in self.plan.gaps] if self.plan is not None else []

    @property
    def syncable(self) -> int:
        """How many rows a sync of everything would write."""
        return len(self.plan.syncable) if self.plan is not None and self.may_sync else 0


class OverviewMixin(ServersMixin, PanelMixin):
    """Builds the overview."""

    def whole_comparison(self, instance: Any) -> Comparison:
        """The object with all its resources. Raises ``ConfigurationError``."""
        return next(
            compare(
                [instance],
                user=self.request.user,
                resources=list(self.resources()),
                server=self.api.server.key,
                options=self.comparison_options(instance),
            )
        )

    def lines(self, instance: Any, comparison: Comparison) -> list[OverviewLine]:
        """A line for each resource, in the order in which they are applied."""
        return [self._line(instance, resource, comparison) for resource in self.resources().values()]

    def _line(self, instance: Any, resource: Resource, comparison: Comparison) -> OverviewLine:
        name, error = resource.name, comparison.errors.get(resource.name)
        plan = comparison.plans.get(name)
        return OverviewLine(
            resource=resource,
            url=self.url(instance, query=self.state.query(tab=name)),
            problem=problem_of(error) if error is not None else None,
            plan=plan,
            fetched_at=getattr(comparison.snapshots.get(name), "fetched_at", None),
            counts=self._counts(instance, name, plan) if plan else (),
            may_sync=self.may_sync(instance, name),
        )

    def _counts(self, instance: Any, name: str, plan: Plan) -> list[tuple[str, Any, int, str]]:
        return [
            (
                TONES[standing].value,
                STANDING_LABELS[standing],
                number,
                self.url(instance, query=self.state.query(tab=name, show=standing.value)),
            )
            for standing, number in plan.standings.items()
            if number
        ]

    def show_overview(self, request: HttpRequest, instance: Any, **more: Any) -> HttpResponse:
        """The overview, or the state that keeps it from being there."""
        shared = {
            "object": instance,
            "names": list(self.resources()),
            "around_url": self.url(instance, "overview", query=self.state.query()),
            "history_url": self.url(instance, "history", query=self.server_query()),
            **more,
        }
        try:
            shared |= self.servers_context(instance) | self.turned_context(instance, OVERVIEW)
            comparison = self.whole_comparison(instance)
        except LibreNMSError as error:
            return render(request, TEMPLATE, {**shared, "problem": problem_of(error)})
        if comparison.error is not None:
            return render(request, TEMPLATE, {**shared, "problem": problem_of(comparison.error)})
        if comparison.librenms_id is None:
            return render(request, TEMPLATE, {**shared, "unidentified": True})
        return render(request, TEMPLATE, {**shared, **self._context(instance, comparison)})

    def _context(self, instance: Any, comparison: Comparison) -> dict[str, Any]:
        lines = self.lines(instance, comparison)
        for line in lines:
            self.remember_count(instance, line.resource.name, line.attention)
        return {
            **self.doubt_context(instance, comparison),
            "keepers": [
                (one, resources_of(one)) for one in keepers_of(instance, self.api.server.key, self.request.user)
            ],
            "lines": lines,
            "attention": sum(max(line.attention, 0) for line in lines),
            "syncable": sum(line.syncable for line in lines),
            "unknown": any(line.problem or line.gaps for line in lines),
            "everything_url": self.url(instance, "everything", query=self.state.query()),
        }


class BaseOverviewView(OverviewMixin):
    """GET: the overview, as a fragment."""

    def get(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """LibreNMS is asked where nothing is cached. Where its sub-tab was clicked, the page's address follows."""
        instance = self.get_object(pk=pk)
        response = self.show_overview(request, instance)
        if self.turned:
            follow(request, response, self.url(instance, query=self.server_query()))
        return response
