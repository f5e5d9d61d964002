"""The question before something is written, with its numbers; and the writing, which changes the rows in place."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from utilities.permissions import get_permission_for_model

from ...forms.sites import LocationSiteForm
from ...librenms.errors import LibreNMSError
from ...lost_connections import ConnectionLostError
from ...models import LibreNMSSettings, Run
from ...runs.queue import workers_for_runs
from ...site_sync.choosing import IN_REQUEST, MOST_ROWS, Wishes, wishes
from ...site_sync.comparing import compare_sites
from ...site_sync.documents import run_document
from ...site_sync.filtering import matching
from ...site_sync.kinds import sums_of
from ...site_sync.starting import sync_sites, sync_sites_in_background
from ...sync.sites.rows import MEANT, TO_LIBRENMS, Action, Direction, SitePlan, SiteRow
from ...tables.sites import ACTION_WORDS, SiteLine, digests, read_digests, written_words
from ...words.runs import count_words
from ...words.sentences import sentence
from .base import SitesPostView

CONFIRM = "netbox_librenms_plugin/htmx/site_confirm.html"
ROWS = "netbox_librenms_plugin/htmx/site_rows.html"
TOASTS = "netbox_librenms_plugin/htmx/toasts.html"
# Rows that the question names one by one, and reasons that a toast does
NAMED, REASONS = 10, 3


class ChangeView(SitesPostView):
    """For who may have something written, and may look at what became of it."""

    additional_permissions = (get_permission_for_model(LibreNMSSettings, "view"),)

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        return get_permission_for_model(LibreNMSSettings, "change")

    def failure(self, request: HttpRequest, sentence: str) -> HttpResponse:
        """A toast; the page stays as it is."""
        messages.error(request, sentence)
        response = render(request, TOASTS, {})
        # Not into the modal, which would open empty
        response["HX-Retarget"], response["HX-Reswap"] = "#librenms-panel", "none"
        return response


class ConfirmView(ChangeView):
    """POST ``act`` (an action, with ``|`` and the key of one row behind it) or ``direction``; ``pk`` are the rows'
    keys, ``all`` stands for what the filter shows. Nothing is written."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The question."""
        form = request.POST
        act, _bar, key = form.get("act", "").partition("|")
        try:
            actions = [Action(act)] if act else list(MEANT[Direction(form.get("direction", ""))])
            comparison = compare_sites(self.api, user=request.user)
        except ValueError:
            return self.failure(request, _("Nothing was chosen."))
        except LibreNMSError as error:
            return self.failure(request, error.message)
        plan = comparison.plan
        keys = [key] if key else self._keys(plan)
        asked = wishes(plan, keys, actions, user=request.user)
        context = {
            "groups": [self._group(action, asked) for action in Action if _of(asked, action)],
            "number": len(asked.ready),
            "left_out": _reasons(asked, len(keys)),
            "rows": ",".join(f"{one.row.key}|{one.row.fingerprint}" for one in asked.ready),
            "actions": ",".join(actions),
            "state": self.state,
            "to_librenms": any(one.action in TO_LIBRENMS for one in asked.ready),
            "unsure": any(one.offer is not None and one.offer.unsure for one in asked.ready),
            "background": not asked.in_request,
            "apply_url": self.url("apply"),
            "form": LocationSiteForm(user=request.user) if _of(asked, Action.CREATE_LOCATION) else None,
        }
        return render(request, CONFIRM, context)

    def _keys(self, plan: SitePlan) -> list[str]:
        form = self.request.POST
        if form.get("all") == "1":
            return [row.key for row in matching(plan, show=self.state.show, q=self.state.q)][:MOST_ROWS]
        return form.getlist("pk")[:MOST_ROWS]

    @staticmethod
    def _group(action: Action, asked: Wishes) -> dict[str, Any]:
        """What an action will do: how many, and the first of them with what is written."""
        rows = _of(asked, action)
        number = sum(len(row.strays) for row in rows) if action is Action.PLACE_DEVICES else len(rows)
        return {
            "title": ACTION_WORDS[action](number),
            "rows": [(row.name, written_words(row, action)) for row in rows[:NAMED]],
            "more": max(0, len(rows) - NAMED),
        }


class ApplyView(ChangeView):
    """POST ``rows`` (key and fingerprint of each, as the question named them) and ``actions``: do it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The rows as they are now, the numbers, and a toast."""
        expected = dict(_pairs(request.POST.get("rows", "")))
        actions = [Action(one) for one in request.POST.get("actions", "").split(",") if one in set(Action)]
        site = None
        if Action.CREATE_LOCATION in actions:
            form = LocationSiteForm(request.POST, user=request.user)
            if not form.is_valid():
                return self.failure(request, _("Choose the site in which the locations are to be created."))
            site = form.cleaned_data["site"].pk
        try:
            before = compare_sites(self.api, user=request.user).plan
            asked = wishes(before, expected, actions, user=request.user, site=site, expected=expected)
            if not asked.all:
                return self.failure(request, _("There was nothing to write. Look again."))
            if not asked.in_request:
                return self._later(request, asked)
            run = sync_sites(self.api, asked, request=request)
        except (LibreNMSError, ConnectionLostError) as error:
            return self.failure(request, _("Nothing was written. {reason}").format(reason=error.message))
        _say(request, run)
        return self._show_rows(request, before, run)

    def _later(self, request: HttpRequest, asked: Wishes) -> HttpResponse:
        """A worker does it; the page of the run says how far it is."""
        if not workers_for_runs():
            sentence = _(
                "More than {most} changes need a background worker, and none is running. Start NetBox's rqworker, or "
                "choose fewer rows."
            )
            return self.failure(request, sentence.format(most=IN_REQUEST))
        run = sync_sites_in_background(self.api, asked, request=request)
        return HttpResponse(headers={"HX-Redirect": run.get_absolute_url()})

    def _show_rows(self, request: HttpRequest, before: SitePlan, run: Run) -> HttpResponse:
        """The rows of the page that are no longer what was shown, and those that were asked for, in their places."""
        try:
            plan = compare_sites(self.api, user=request.user).plan
        except LibreNMSError as error:
            messages.error(request, error.message)
            return self._closing(render(request, TOASTS, {}))
        results = {one["key"]: one for one in run_document(run)["results"]}
        lines: list[SiteLine] = []
        gone: list[int] = []
        shown: list[SiteRow | None] = []
        for number, (key, digest) in enumerate(read_digests(request.POST.get("shown", ""))):
            row = _successor(plan, before, key) if key else None
            shown.append(row)
            if row is None:
                gone.append(number)
            elif key in results or row.fingerprint != digest:
                failed = [one["message"] for one in results.get(key, {}).get("issues", ())]
                done = results.get(key, {}).get("outcome") == "done"
                lines.append(SiteLine(row=row, number=number, problem=" ".join(failed), synced=done))
        context = {"table": self.table(lines), "gone": gone, "shown": digests(shown), "chips": self.chips(plan)}
        return self._closing(render(request, ROWS, context))

    @staticmethod
    def _closing(response: HttpResponse) -> HttpResponse:
        response["HX-Trigger"] = "librenms:close-modal"
        response["HX-Reswap"] = "none"
        return response


def _of(asked: Wishes, action: Action) -> Sequence[SiteRow]:
    return [one.row for one in asked.ready if one.action is action]


def _reasons(asked: Wishes, chosen: int) -> list[tuple[str, int]]:
    """(why rows are left out, how many), the most frequent first, of so many ``chosen``."""
    counted = Counter(sentence(one.problem) for one in asked.left_out if one.problem is not None)
    if idle := chosen - len({one.row.key for one in asked.all}) - len(asked.unknown):
        counted[_("There is nothing to write.")] = idle
    return counted.most_common(NAMED)


def _pairs(said: str) -> list[tuple[str, str]]:
    parts = (one.partition("|") for one in said[:500_000].split(",") if one)
    return [(key, digest) for key, _bar, digest in parts][:MOST_ROWS]


def _successor(plan: SitePlan, before: SitePlan, key: str) -> SiteRow | None:
    """The row that stands for what a row stood for: a site that was alone has a location now."""
    if (found := plan.by_key.get(key)) is not None:
        return found
    old = before.by_key.get(key)
    if old is None or old.site is None:
        return None
    return next((row for row in plan.rows if row.site is not None and row.site.id == old.site.id), None)


def _say(request: HttpRequest, run: Run) -> None:
    """A toast: what was done, how much was not, and why."""
    done: Mapping[str, int] = sums_of(run)
    words = count_words(done)
    results: Sequence[Mapping[str, Any]] = run_document(run)["results"]
    failed = [one for one in results if one["issues"]]
    said = f"{', '.join(words)}." if words else _("Nothing was written.")
    if failed:
        reasons = [f"{one['name']}: {one['issues'][0]['message']}" for one in failed[:REASONS]]
        more = len(failed) - len(reasons)
        rest = [ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more}] if more > 0 else []
        said = f"{said} {' '.join([_('Not done:'), *reasons, *rest])}"
    level = messages.success if words and not failed else messages.warning if words else messages.error
    level(request, said[:1000])
