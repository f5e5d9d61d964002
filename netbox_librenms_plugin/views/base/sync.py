"""Applying chosen rows: the rows come back changed, the numbers follow, and a toast says what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...engine import Comparison, NotIdentifiedError, Selection, apply
from ...engine.record import AppliedPlans
from ...librenms.errors import LibreNMSError
from ...lost_connections import ConnectionLostError
from ...resources import Resource
from ...words.sentences import sentence
from ..mixins import SeenRows
from .object_view import BaseObjectChangeView
from .panel import PanelMixin

TEMPLATE = "netbox_librenms_plugin/htmx/sync_rows.html"
REASONS_IN_TOAST = 3
MOST_KEYS = 20_000
# What keeps a write from being done, or from being known to be done; ``words_for`` gives the sentence
FAILURES = (LibreNMSError, NotIdentifiedError, ConnectionLostError)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRows:
    """What a form asks for: the rows, what was shown with them, and the fields to leave out."""

    keys: Sequence[str]
    shown: Sequence[str]
    seen: SeenRows
    exclude: Sequence[str]


class SyncRowsMixin(PanelMixin):
    """Answers a write with the rows that changed, the numbers, and a toast."""

    def show_rows(
        self, request: HttpRequest, instance: Any, resource: Resource, asked: AskedRows, run: AppliedPlans
    ) -> HttpResponse:
        """The rows of the page that are no longer what was shown, and those that were asked for."""
        results = {one.key: one for one in run.results.get(resource.name, ())}
        comparison = self.comparison(instance, resource.name)
        plan = comparison.plans.get(resource.name)
        if plan is None:
            return self.show_toasts(request)
        now = {key: change.fingerprint for key, change in plan.by_key.items()}
        altered = [key for key in asked.shown if key in results or now.get(key) != asked.seen.fingerprints.get(key)]
        table = self.table(
            instance,
            resource.name,
            comparison,
            [plan.by_key[key] for key in altered if key in plan.by_key],
            problems={key: one.issue for key, one in results.items() if one.issue},
            synced={key for key, one in results.items() if one.ok},
            like=[name for name in request.POST.get("columns", "").split(",") if name],
        )
        table.histories = self.histories(instance, plan, altered)
        seen = _seen_now(asked.seen, comparison, resource.name, altered)
        return render(
            request,
            TEMPLATE,
            {
                **self.counts_context(instance, resource, plan),
                "table": table,
                "gone": [f"librenms-{resource.name}-{key}" for key in altered if key not in plan.by_key],
                "seen": self.remember(instance, resource.name, seen),
                "syncable": len(seen.matching),
            },
        )

    def show_toasts(self, request: HttpRequest) -> HttpResponse:
        """Only what is to be said; the page stays as it is."""
        return render(request, "netbox_librenms_plugin/htmx/toasts.html", {})

    def out_of_date(self, request: HttpRequest, instance: Any, resource: Resource) -> HttpResponse:
        """The panel anew, nothing written: nobody knows any more what was seen."""
        messages.warning(request, _("This page was out of date, so nothing was written. Look again, then sync."))
        return self.whole_panel(request, instance, resource)

    def whole_panel(self, request: HttpRequest, instance: Any, resource: Resource) -> HttpResponse:
        """The panel in place of rows."""
        response = self.show_panel(request, instance, resource)
        response["HX-Retarget"] = "#librenms-panel"
        response["HX-Reswap"] = "innerHTML"
        return response

    def failure(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """A toast for one of ``FAILURES``; the page stays as it is."""
        messages.error(request, words_for(error))
        return self.show_toasts(request)


def words_for(error: Exception) -> str:
    """Why a write came to nothing: LibreNMS could not be asked, or does not know the object, or the database broke
    off."""
    if isinstance(error, ConnectionLostError):
        return error.message
    if isinstance(error, LibreNMSError):
        return _("Nothing was written. {reason}").format(reason=error.message)
    return _("Nothing was written: LibreNMS does not know this object any more.")


class BaseSyncView(SyncRowsMixin, BaseObjectChangeView):
    """POST: write the chosen rows of one resource."""

    def post(self, request: HttpRequest, *, pk: int, resource: str, **kwargs: Any) -> HttpResponse:
        """``pk`` are the rows' keys; ``only`` is a single one; ``all`` stands for what the filter showed."""
        instance, chosen = self.get_object(pk=pk), self.resource(resource)
        try:
            seen = self.recall(instance, resource, request.POST.get("seen", ""))
            if seen is None:
                return self.out_of_date(request, instance, chosen)
            asked = _asked(request, seen)
            run = apply(
                instance,
                user=request.user,
                request=request,
                selections={
                    resource: Selection(keys=asked.keys, expected=seen.fingerprints, exclude_fields=asked.exclude)
                },
                server=self.api.server.key,
                options=self.comparison_options(instance),
            )
        except FAILURES as error:
            return self.failure(request, error)
        done = _("{count} {what} synced").format(count=len(run.written), what=self.noun(resource, len(run.written)))
        say_what_became(request, run, done)
        self.keep_decisions(instance, resource, settled=[one.key for one in run.written])
        return self.show_rows(request, instance, chosen, asked, run)


def _asked(request: HttpRequest, seen: SeenRows) -> AskedRows:
    form = request.POST
    if form.get("only"):
        keys: Sequence[str] = [form["only"]]
    elif form.get("all") == "1":
        keys = seen.matching
    else:
        keys = form.getlist("pk")
    return AskedRows(
        keys=list(dict.fromkeys(keys))[:MOST_KEYS],
        shown=shown_keys(request),
        seen=seen,
        exclude=form.getlist("exclude")[:100],
    )


def shown_keys(request: HttpRequest) -> list[str]:
    """The keys of the rows that stand on the page."""
    return list(dict.fromkeys(filter(None, request.POST.get("shown", "").split(","))))[:MOST_KEYS]


def _seen_now(before: SeenRows, comparison: Comparison, resource: str, altered: Iterable[str]) -> SeenRows:
    """What the person has seen after this answer: the altered rows as they are now, the others as they were."""
    by_key = comparison.plans[resource].by_key
    fingerprints = dict(before.fingerprints)
    for key in altered:
        fingerprints.pop(key, None)
        if key in by_key:
            fingerprints[key] = by_key[key].fingerprint
    still = [key for key in before.matching if key in by_key and by_key[key].syncable]
    return SeenRows(fingerprints, still)


def say_what_became(request: HttpRequest, run: AppliedPlans, done: str) -> None:
    """A toast: how many were written, how many were not, and why."""
    failures = run.failures
    if not failures and not run.written:
        messages.info(request, _("There was nothing to write."))
        return
    if not failures:
        messages.success(request, f"{done}.")
        return
    reasons = [f"{one.name}: {sentence(one.issue)}" for one in failures[:REASONS_IN_TOAST] if one.issue]
    rest = len(failures) - len(reasons)
    more = [ngettext("And %(n)d more.", "And %(n)d more.", rest) % {"n": rest}] if rest > 0 else []
    said = _("{done}, {count} not: {reasons}").format(
        done=done, count=len(failures), reasons=" ".join([*reasons, *more])
    )
    (messages.warning if run.written else messages.error)(request, said[:1000])
