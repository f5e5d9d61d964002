"""What a person decides for rows: the rows themselves come back, and what else changes with them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from utilities.exceptions import AbortRequest, PermissionsViolation

from ...import_utils.filters import EVERYTHING
from ...import_utils.ignoring import MOST_STOPPED, ignore, stop_ignoring
from ...import_utils.listing import Listing
from ...import_utils.rows import Choice, Row, State
from ...librenms.errors import LibreNMSError
from ...tables.device_status import digests, fingerprint, read_digests
from .base import FilteredListing, ImportPostView
from .edits import decisions, edited, ids, read
from .list import ListMixin

ROWS = "netbox_librenms_plugin/htmx/device_import_row.html"
TOASTS = "netbox_librenms_plugin/htmx/toasts.html"
# Filters that leave a device where it is when it becomes ready
UNTOUCHED = (EVERYTHING, State.READY.value)
CLOSE = "librenms:close-modal"


class ImportRowsMixin(ListMixin, ImportPostView):
    """Answers a choice with the rows that it changed."""

    def show_rows(self, request: HttpRequest, choices: Mapping[int, Choice], asked: Iterable[int]) -> HttpResponse:
        """Rows of the page that are no longer what was shown, and those that were asked for."""
        try:
            found = self.find(self.listing(choices=choices))
        except LibreNMSError as error:
            return self.failure(request, error)
        return render(request, ROWS, self.rows_context(request, found, asked))

    def rows_context(self, request: HttpRequest, found: FilteredListing, asked: Iterable[int]) -> dict[str, Any]:
        """Context of the template of rows."""
        shown, wanted = read_digests(request.POST.get("shown", "")), set(asked)
        here = [row for pk in shown if (row := found.listing.by_id.get(pk))]
        altered = [row for row in here if row.librenms_id in wanted or fingerprint(row) != shown[row.librenms_id]]
        columns = tuple(name for name in request.POST.get("columns", "").split(",") if name)
        table = self.table(request, altered, like=columns)
        kept = {"state": self.state, "all_chosen": request.POST.get("all") == "1"}
        return {**self.numbers(found), "table": table, "shown": digests(here), **kept}

    def failure(self, request: HttpRequest, error: LibreNMSError) -> HttpResponse:
        """LibreNMS could not be asked: what was decided is kept all the same."""
        messages.error(request, error.message)
        response = render(request, TOASTS, {})
        response["HX-Reswap"] = "none"
        return response

    def selected(self, request: HttpRequest, found: FilteredListing) -> list[int] | None:
        """The devices that a form means: one (``only``), all that match, or those that were ticked. None where "all"
        are no longer as many as the page said."""
        if request.POST.get("only"):
            return [pk for pk in ids([request.POST["only"]]) if pk in found.listing.by_id]
        if request.POST.get("all") == "1":
            every = [row.librenms_id for row in found.rows]
            return every if request.POST.get("expected") in (None, str(len(every))) else None
        return [pk for pk in ids(request.POST.getlist("pk")) if pk in found.listing.by_id]


class ImportChooseView(ImportRowsMixin):
    """POST: choices for single rows, ``choose=<id>:<name>:<value>`` as often as there are any; or for one ``device``,
    with the fields of its details."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The rows as they are now. Only the user's own working state changes."""
        try:
            decided = _decisions(request.POST)
            choices = self.shelf.all()
            for pk, values in decided:
                choices = self.shelf.edit([pk], lambda choice, values=values: edited(choice, values))  # type: ignore
        except LibreNMSError as error:
            return self.failure(request, error)
        response = self.show_rows(request, choices, [pk for pk, _values in decided])
        if request.POST.get("device"):
            response["HX-Trigger-After-Swap"] = "librenms:close-modal"
        return response


class ImportChooseManyView(ImportRowsMixin):
    """POST: the same choices for many rows; the list comes back with its selection."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """``pk`` or ``all``, and fields of ``edits.NAMES``; an empty field changes nothing."""
        try:
            found = self.find(self.listing())
            chosen = self.selected(request, found)
            if chosen is None:
                return self.out_of_date(request)
            now = self._choose(request, found, chosen)
            became = _became_ready(found.listing, now, chosen)
            # "All that match" are others where some stay that the filter would take away
            all_chosen = request.POST.get("all") == "1" and not (became and self.state.show not in UNTOUCHED)
            response = self.show_list(request, listing=now, all_chosen=all_chosen, became=became)
        except LibreNMSError as error:
            response = self.problem(request, error)
        response["HX-Trigger-After-Swap"] = CLOSE
        return response

    def _choose(self, request: HttpRequest, found: FilteredListing, chosen: list[int]) -> Listing:
        """The rows as they are with these choices."""
        values = {name: value for name, value in read(request.POST).items() if value}
        if not values:
            return found.listing
        choices = self.shelf.edit(chosen, lambda choice: edited(choice, values))
        if "forget" in values:
            number = len(chosen)
            said = ngettext(
                "Your choices for {n} device are forgotten.", "Your choices for {n} devices are forgotten.", number
            )
            messages.success(request, said.format(n=number))
        return self.listing(choices=choices)

    def out_of_date(self, request: HttpRequest) -> HttpResponse:
        """All that match are others than the page showed, so nothing is done."""
        messages.warning(request, _("The list has changed meanwhile, so nothing was done. Look again."))
        response = self.show_list(request)
        response["HX-Trigger-After-Swap"] = CLOSE
        return response


class ImportIgnoreView(ImportChooseManyView):
    """POST: ignore devices, or stop that (``action=stop``). This is written, for everybody."""

    def has_permission(self) -> bool:
        """The plugin's right to write, and NetBox's on the entries."""
        action = "delete" if self.request.POST.get("action") == "stop" else "add"
        return super().has_permission() and (self.request.method != "POST" or self.may_ignore(action))

    def post(self, request: HttpRequest) -> HttpResponse:
        """The list as it is now, and a toast with the number."""
        try:
            found = self.find(self.listing())
            chosen = self.selected(request, found)
            if chosen is None:
                return self.out_of_date(request)
            self._write(request, [found.listing.by_id[pk] for pk in chosen])
        except LibreNMSError as error:
            return self.problem(request, error)
        except (PermissionsViolation, AbortRequest) as error:
            messages.error(request, _("Nothing was written. {reason}").format(reason=error.message))
        return self.show_list(request)

    def _write(self, request: HttpRequest, rows: list[Row]) -> None:
        server = self.api.server.key
        if request.POST.get("action") == "stop":
            self._stop(request, [row for row in rows if row.state is State.IGNORED], server)
            return
        devices = [row.device for row in rows if row.state not in (State.LINKED, State.IGNORED)]
        number = ignore(devices, server=server, user=request.user)
        said = ngettext("{n} device is ignored.", "{n} devices are ignored.", number)
        messages.success(request, said.format(n=number))

    @staticmethod
    def _stop(request: HttpRequest, rows: list[Row], server: str) -> None:
        by_rule = sum(row.rule is not None and row.rule.ignores for row in rows)
        number = stop_ignoring([row.librenms_id for row in rows], server=server, user=request.user)
        said = ngettext("{n} device is not ignored any more.", "{n} devices are not ignored any more.", number)
        messages.success(request, said.format(n=number))
        if by_rule:
            said = ngettext("{n} is ignored by an import rule.", "{n} are ignored by import rules.", by_rule)
            messages.info(request, said.format(n=by_rule))
        if number == MOST_STOPPED:
            messages.info(request, _("That is the most that can be done at once. Repeat it for the others."))


def _became_ready(before: Listing, now: Listing, chosen: Iterable[int]) -> list[int]:
    """The devices that nothing lacks any more."""
    ready = {row.librenms_id for row in now.rows if row.state is State.READY}
    return [pk for pk in chosen if pk in ready and before.by_id[pk].state is not State.READY]


def _decisions(form: QueryDict) -> list[tuple[int, dict[str, str]]]:
    """(id, name → value) of what a form decides: of the details, or of boxes in rows."""
    device = ids([form.get("device", "")])
    return [(device[0], read(form))] if device else decisions(form)
