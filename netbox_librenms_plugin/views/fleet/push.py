"""The page before devices are added to LibreNMS, or changed there: what it would be told of each, and why of others it
is not; and the start."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ...librenms.errors import LibreNMSError
from ...models import PushRule, Run
from ...push.options import PushOptions
from ...push.planning import MOST, PushPlanner
from ...push.starting import can_wait, start_push, wanted_of
from ...sync.push.rows import Action, PushRow
from ...words.push import kept_words
from ...words.sentences import sentence
from .base import APP
from .telling import TellingPageView, TellingRowsView, TellingStartView, TellingView

# What somebody has to do something about comes last: first what happens, then what can
ORDER = {Action.ADD: 0, Action.LINK: 1, Action.CHANGE: 2, Action.NOTHING: 3, Action.SAME: 4}
EVERYTHING = PushOptions(link=True, change=True)


class PushMixin(TellingView):
    """Asks how."""

    part = "push"
    most = MOST

    def question(self, **more: Any) -> dict[str, Any]:
        """Without a rule nothing can be added."""
        return {"no_rules": not PushRule.objects.exists(), **more}


class PushView(PushMixin, TellingPageView):
    """The page."""


class PushRowsView(PushMixin, TellingRowsView):
    """The plan."""

    def planned(self, ids: Sequence[int]) -> dict[str, Any]:
        """As the boxes say."""
        ping_only = bool(self.request.GET.get("ping_only"))
        planner = PushPlanner.of(self.api, user=self.request.user, ping_only=ping_only)
        plan = planner.plan(self.kind, ids)
        rows = sorted(plan.rows, key=lambda row: ORDER[row.action])
        pinged = {"ping_only": "on"} if ping_only else {}
        return {
            "counts": plan.counts,
            "possible": wanted_of(plan, EVERYTHING),
            "can_wait": can_wait(plan, EVERYTHING),
            "keeps": planner.keeping.is_on,
            "seen": plan.digest,
            "server": self.api.server,
            **self.table(rows, [plan.objects[row.id] for row in rows], **pinged),
        }

    def describe(self, row: PushRow) -> dict[str, Any]:
        """Its rule, what differs, and why nothing is done."""
        return {
            "rule_url": reverse(f"{APP}:pushrule", kwargs={"pk": row.rule_id}) if row.rule_id else "",
            "kept": kept_words(row.fields),
            "reasons": [sentence(one) for one in row.issues],
        }


class PushStartView(PushMixin, TellingStartView):
    """The start."""

    def begin(self, ids: Sequence[int]) -> tuple[Run, bool] | HttpResponse:
        """With the boxes that are ticked."""
        posted = self.request.POST
        options = PushOptions(
            ping_only="ping_only" in posted,
            forced="force_add" in posted,
            add="add" in posted,
            link="link" in posted,
            change="change" in posted,
        )
        try:
            planner = PushPlanner.of(self.api, user=self.request.user, ping_only=options.ping_only)
            plan = planner.plan(self.kind, ids)
        except LibreNMSError as error:
            return self.again(messages.ERROR, _("LibreNMS was told nothing. {reason}").format(reason=error.message))
        if plan.digest != posted.get("seen"):
            return self.again(messages.WARNING, _("Something has changed since this was shown. Look at it again."))
        if not wanted_of(plan, options):
            return self.again(messages.WARNING, _("There is nothing to do, so nothing was started."))
        run = start_push(self.api, self.kind, plan, request=self.request, options=options)
        return run, can_wait(plan, options)
