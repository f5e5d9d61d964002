"""Syncing all that has no conflict: first the plan in numbers, then after a second click the writing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ...engine import Comparison, Outlook, Selection, apply, foresee
from ...engine.record import AppliedPlans
from ...librenms.errors import LibreNMSError
from ...sync.core.issues import Code, Issue
from ...sync.core.plan import Change, Outcome, Standing
from ...tables.base import SyncTable
from ...words.sentences import sentence
from ..mixins import SeenRows
from .object_view import BaseObjectChangeView
from .overview import OverviewLine, OverviewMixin
from .problems import problem_of
from .sync import FAILURES, say_what_became, words_for

TEMPLATE = "netbox_librenms_plugin/htmx/sync_everything.html"
UNSYNCABLE = (Standing.CONFLICT, Standing.BLOCKED, Standing.WAITING)
MOST_REASONS = 4
MOST_FAILURES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedReason:
    """Why ``count`` rows stay as they are; with more than one, ``name`` is the first of them."""

    count: int
    name: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What would become of one resource."""

    line: OverviewLine
    created: int = 0
    changed: int = 0
    stays: int = 0
    reported: int = 0
    reasons: Sequence[SkippedReason] = ()

    @property
    def writes(self) -> bool:
        """Whether anything of it is written."""
        return self.line.may_sync and bool(self.created or self.changed)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to say about it."""
        return not (self.line.problem or self.created or self.changed or self.stays or self.reported)


class BaseEverythingView(OverviewMixin, BaseObjectChangeView):
    """GET: what would be written and what stays, for the modal. POST: write it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question. What it shows is remembered, so that nothing else is written."""
        instance = self.get_object(pk=kwargs["pk"])
        context: dict[str, Any] = {
            "object": instance,
            "everything_url": self.url(instance, "everything", query=self.state.query()),
        }
        try:
            outlooks, comparison = self._outlooks(instance)
        except LibreNMSError as error:
            return render(request, TEMPLATE, {**context, "problem": problem_of(error)})
        if comparison.error is not None:
            return render(request, TEMPLATE, {**context, "problem": problem_of(comparison.error)})
        shares = [
            share_of(line, outlooks.get(line.resource.name), self.table_of) for line in self.lines(instance, comparison)
        ]
        context["shares"] = [share for share in shares if not share.idle]
        context["idle"] = [share.line.resource.label for share in shares if share.idle]
        context["seen"] = [
            (name, self._remember(instance, name, outlooks[name]))
            for share in shares
            if share.writes and (name := share.line.resource.name) in outlooks
        ]
        return render(request, TEMPLATE, context)

    def _outlooks(self, instance: Any) -> tuple[dict[str, Outlook], Comparison]:
        """What one run of everything would do: rows that wait for others of the run are in it. Raises
        ``ConfigurationError``."""
        selections = {
            name: Selection() if self.may_sync(instance, name) else Selection(keys=()) for name in self.resources()
        }
        outlooks, compared = foresee(
            instance,
            user=self.request.user,
            selections=selections,
            server=self.api.server.key,
            options=self.comparison_options(instance),
        )
        return outlooks, replace(compared, plans={name: outlook.plan for name, outlook in outlooks.items()})

    def _remember(self, instance: Any, name: str, outlook: Outlook) -> str:
        fingerprints = outlook.fingerprints
        return self.remember(instance, name, SeenRows(fingerprints, list(fingerprints)))

    def post(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """Write all that was shown, resource by resource in one run; then the overview as it is now."""
        instance = self.get_object(pk=pk)
        try:
            selections = self._selections(request, instance)
            if selections is None:
                said = _("This page was out of date, so nothing was written. Look again, then sync.")
                messages.warning(request, said)
                return self._closing(self.show_overview(request, instance))
            run = apply(
                instance,
                user=request.user,
                request=request,
                selections=selections,
                server=self.api.server.key,
                options=self.comparison_options(instance),
            )
        except FAILURES as error:
            messages.error(request, words_for(error))
            return self._closing(self.show_overview(request, instance))
        say_what_became(request, run, self._done(instance, run))
        for name, results in run.results.items():
            self.keep_decisions(instance, name, settled=[one.key for one in results if one.ok])
        return self._closing(self.show_overview(request, instance, failed=failures_of(run)))

    def _selections(self, request: HttpRequest, instance: Any) -> Mapping[str, Selection] | None:
        """What the modal showed; None when that is too long ago, or was never so."""
        selections = {}
        for name in self.resources():
            digest = request.POST.get(f"seen-{name}", "")
            if not digest or not self.may_sync(instance, name):
                continue
            seen = self.recall(instance, name, digest)
            if seen is None:
                return None
            selections[name] = Selection(keys=seen.matching, expected=seen.fingerprints)
        return selections or None

    def _done(self, instance: Any, run: AppliedPlans) -> str:
        numbers = {name: sum(one.ok for one in results) for name, results in run.results.items()}
        said = [f"{number} {self.noun(name, number)}" for name, number in numbers.items() if number]
        return _("{what} synced").format(what=", ".join(said) or _("Nothing"))

    @staticmethod
    def _closing(response: HttpResponse) -> HttpResponse:
        # Not before: the form in the modal is what the overview is swapped on behalf of
        response["HX-Trigger-After-Swap"] = "librenms:close-modal"
        return response


def share_of(line: OverviewLine, outlook: Outlook | None, table_of: Callable[[str], type[SyncTable]]) -> Share:
    """What would become of a resource in numbers, and why the rest of it stays."""
    if line.plan is None or outlook is None:
        return Share(line=line)
    # Who may not write these sees what there would be to write
    written = outlook.changes if line.may_sync else line.plan.syncable
    created = sum(change.outcome is Outcome.MISSING for change in written)
    reported = sum(change.outcome is Outcome.CHANGED and not change.syncable for change in line.plan.changes)
    keys = {change.key for change in written}
    staying = [one for one in line.plan.changes if one.standing in UNSYNCABLE and one.key not in keys]
    return Share(
        line=line,
        created=created,
        changed=len(written) - created,
        stays=len(staying),
        reported=reported,
        reasons=_reasons(staying, table_of(line.resource.name)),
    )


def _reasons(staying: Iterable[Change], table: type[SyncTable]) -> list[SkippedReason]:
    """The most frequent reasons of rows that cannot be written."""
    rows: dict[Code, list[tuple[str, Issue]]] = defaultdict(list)
    for change in staying:
        for one in change.issues[-1:]:
            rows[one.code].append((table.title(change), one))
    frequent = sorted(rows.values(), key=len, reverse=True)[:MOST_REASONS]
    return [SkippedReason(count=len(some), name=some[0][0], sentence=sentence(some[0][1])) for some in frequent]


def failures_of(run: AppliedPlans) -> dict[str, Any]:
    """What was not written, named one by one as far as that can be read."""
    rows = [(one.name, sentence(one.issue)) for one in run.failures if one.issue]
    return {"rows": rows[:MOST_FAILURES], "more": max(0, len(rows) - MOST_FAILURES)}
