"""The page before devices are put under maintenance in LibreNMS: which, which not and why, how long; and the start."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...forms import MaintenanceForm
from ...librenms.errors import LibreNMSError
from ...maintenance.planning import MOST, MaintenanceRow, plan_maintenance
from ...maintenance.starting import IN_REQUEST, start_maintenance
from ...models import Run
from ...words.sentences import sentence
from .telling import TellingPageView, TellingRowsView, TellingStartView, TellingView


class MaintenanceMixin(TellingView):
    """Asks how long."""

    part = "maintenance"
    most = MOST

    def question(self, **more: Any) -> dict[str, Any]:
        """The form, and the clocks of both sides."""
        clock, now = self.api.clock(), timezone.now()
        return {
            "form": more.get("form") or MaintenanceForm(clock=clock),
            "there_now": clock.shows(now) if clock is not None else None,
            "here_now": timezone.localtime(now),
        }


class MaintenanceView(MaintenanceMixin, TellingPageView):
    """The page."""


class MaintenanceRowsView(MaintenanceMixin, TellingRowsView):
    """The plan."""

    def planned(self, ids: Sequence[int]) -> dict[str, Any]:
        """Those that are told come first."""
        plan = plan_maintenance(self.api, self.kind, ids, user=self.request.user)
        rows = sorted(plan.rows, key=lambda row: row.reason is not None)
        return {
            "counts": plan.counts,
            "at_once": plan.counts["begin"] <= IN_REQUEST,
            "seen": plan.digest,
            **self.table(rows, [plan.objects[row.pk] for row in rows]),
        }

    def describe(self, row: MaintenanceRow) -> dict[str, Any]:
        """Why it is left out."""
        return {"reason": sentence(row.reason) if row.reason is not None else ""}


class MaintenanceStartView(MaintenanceMixin, TellingStartView):
    """The start."""

    def begin(self, ids: Sequence[int]) -> tuple[Run, bool] | HttpResponse:
        """For the window that the form asks for."""
        posted = self.request.POST
        try:
            form = MaintenanceForm(posted, clock=self.api.clock())
            if not form.is_valid():
                return self.show_page(form=form)
            plan = plan_maintenance(self.api, self.kind, ids, user=self.request.user)
        except LibreNMSError as error:
            return self.again(messages.ERROR, _("Nothing was begun. {reason}").format(reason=error.message))
        if plan.digest != posted.get("seen"):
            messages.warning(self.request, _("Something has changed since this was shown. Look at it again."))
            return self.show_page(form=form)
        if not plan.wanted:
            return self.again(messages.WARNING, _("LibreNMS knows none of them for certain, so nothing was started."))
        run = start_maintenance(self.api, self.kind, plan, form.asked, request=self.request)
        return run, len(plan.wanted) <= IN_REQUEST
