"""What starts an import: the review's button, the second try of what failed, and going on with what was left."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from utilities.permissions import get_permission_for_model

from ...choices import RunOutcomeChoices, RunStateChoices
from ...import_utils.kinds import IMPORT
from ...import_utils.listing import listing
from ...import_utils.options import ImportOptions, import_options
from ...import_utils.rows import Choice
from ...import_utils.starts import IN_REQUEST, start
from ...librenms.errors import LibreNMSError
from ...librenms_api import LibreNMSAPI
from ...models import LibreNMSSettings, Run
from ...runs.access import is_left_behind, may_steer, visible_runs
from ...runs.control import enqueue_run, sync_state, work_left
from ...runs.ends import finish
from ...runs.worker import run_now
from .basket import Basket
from .basket_view import BasketView
from .review_rows import digest_of, lines_of, wanted_ids


class ChangeView(BasketView):
    """A button: it answers POST alone, for who may have things written and look at what becomes of them."""

    additional_permissions = (get_permission_for_model(LibreNMSSettings, "view"),)

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        return get_permission_for_model(LibreNMSSettings, "change")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must start nothing."""
        return self.http_method_not_allowed(request)


class StartView(ChangeView):
    """POST: import a basket, in the background or (few devices) while the browser waits."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Start it once; the second of two clicks is shown the run of the first."""
        if not self.baskets.take(self.basket_name):
            return self._second(request)
        if self.basket is None:
            self.baskets.give_back(self.basket_name)
            return self._back()
        try:
            run = self._start(request, self.basket)
        except LibreNMSError as error:
            self.baskets.give_back(self.basket_name)
            messages.error(request, _("Nothing was imported. {reason}").format(reason=error.message))
            return self._back()
        except BaseException:
            self.baskets.give_back(self.basket_name)
            raise
        if run is None:
            self.baskets.give_back(self.basket_name)
            return self._back()
        self.baskets.started(self.basket_name, run.pk)
        return self._go(request, run)

    def _second(self, request: HttpRequest) -> HttpResponse:
        run = self.baskets.run_of(self.basket_name, wait=True)
        if run is None:
            messages.warning(request, _("This import is being started. Look at the list of imports in a moment."))
            return redirect("plugins:netbox_librenms_plugin:importrun_list")
        messages.info(request, _("This import was started already. This is its page."))
        return redirect("plugins:netbox_librenms_plugin:importrun", pk=run)

    def _back(self) -> HttpResponse:
        server = self.basket.server if self.basket else ""
        return redirect(self.review_url(self.basket_name, server))

    def _start(self, request: HttpRequest, basket: Basket) -> Run | None:
        """The run with its rows; None where it would not be what was shown, or nothing. Raises ``LibreNMSError``."""
        options = ImportOptions.of({one.name: request.POST.get(one.name) == "on" for one in import_options()})
        lines = lines_of(self.listing(choices=basket.choices), basket)
        if digest_of(lines) != request.POST.get("seen"):
            messages.warning(request, _("Something has changed since you looked, so nothing was started. Look again."))
            return None
        wanted = wanted_ids(lines, existing=options.existing)
        if not wanted:
            messages.warning(request, _("There is nothing to import, so nothing was started."))
            return None
        return start(
            self.api,
            user=request.user,
            request=request,
            choices=basket.choices,
            options=options,
            wanted=wanted,
            expected=basket.expected,
        )

    def _go(self, request: HttpRequest, run: Run) -> HttpResponse:
        if request.POST.get("how") != "wait" or run.items.count() > IN_REQUEST:
            enqueue_run(run, request)
            return redirect(run)
        try:
            run_now(run, request)
        except LibreNMSError as error:
            messages.error(request, _("The import stopped. {reason}").format(reason=error.message))
        return redirect(run)


class RunActionView(ChangeView):
    """A button on the page of a run that the user may see."""

    def runs(self) -> QuerySet[Run]:
        """The runs that the user may see."""
        return visible_runs(self.request.user, kind=IMPORT.name)


class ContinueView(RunActionView):
    """POST: do what a cancelled or broken-off import has left."""

    def post(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """Back into the queue, for whose import it is."""
        run = get_object_or_404(self.runs().select_related("job"), pk=pk)
        if not may_steer(request.user, run):
            messages.error(request, _("Only the person who started an import can continue it."))
            return redirect(run)
        if run.job is not None:
            sync_state(run.job)
            run.refresh_from_db()
        if is_left_behind(run):
            finish(run, state=RunStateChoices.ABANDONED)
        if run.state in RunStateChoices.OPEN:
            messages.info(request, _("This import is under way."))
        elif not work_left(run):
            messages.info(request, _("Nothing of this import is left to do."))
        else:
            enqueue_run(run, request)
        return redirect(run)


class AgainView(RunActionView):
    """POST: review what failed once more, as it is now."""

    def post(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """A new basket with the failed devices and what was decided for them."""
        run = get_object_or_404(self.runs(), pk=pk)
        failed = run.items.filter(outcome=RunOutcomeChoices.FAILED)
        choices = {row.librenms_id: Choice.of(row.choice) for row in failed}
        try:
            self.api = LibreNMSAPI(run.server)
            found = listing(self.api, user=request.user, choices=choices)
        except LibreNMSError as error:
            messages.error(request, error.message)
            return redirect(run)
        rows = [found.by_id[pk] for pk in choices if pk in found.by_id]
        gone = len(choices) - len(rows)
        if gone:
            said = _("{n} of them are not in LibreNMS any more.")
            messages.warning(request, said.format(n=gone))
        return self.keep(rows, choices) if rows else redirect(run)
