"""The review before an import: what becomes of every chosen device, in numbers and one by one. It writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from utilities.htmx import htmx_partial
from utilities.paginator import EnhancedPaginator, get_paginate_count

from ...engine import Options, scope_of
from ...import_utils.forecast import MOST_DEVICES, Forecast, forecast_of
from ...import_utils.listing import Listing
from ...import_utils.members import is_asked, members_of_rows
from ...import_utils.options import parts
from ...import_utils.rows import Row
from ...import_utils.starts import IN_REQUEST
from ...import_utils.totals import totals_of
from ...librenms.errors import LibreNMSError
from ...resources import declared_resources
from ...runs.queue import workers_for_runs
from ...sync.core.plan import Plan
from ..base.address import follow
from ..base.filters import Chip
from ..base.navigation import page_navigation
from ..base.problems import problem_of
from .basket import Basket
from .basket_view import BasketView
from .edits import decisions, edited
from .member_rows import Remark, member_rows, remarks
from .permissions import lacking
from .review_numbers import device_sentences, left_out_sentence, numbers_of
from .review_rows import LABELS, Group, ReviewLine, Summary, digest_of, lines_of, matches, summary_of
from .table_state import TableState

PAGE = "netbox_librenms_plugin/librenms_import_review.html"
LINES = "netbox_librenms_plugin/htmx/import_review_rows.html"
TOTALS = "netbox_librenms_plugin/htmx/import_totals.html"
MEMBERS = "netbox_librenms_plugin/htmx/import_review_members.html"


class ReviewMixin(BasketView):
    """Reads the basket's rows, and shows a page of them."""

    def basket_listing(self, basket: Basket) -> Listing:
        """All rows of the server, with what was decided when the basket was filled. Raises ``LibreNMSError``."""
        return self.listing(choices=basket.choices)

    @cached_property
    def review_state(self) -> TableState:
        """Filter, search and page of the address."""
        shows = [group.value for group in Group]
        return TableState.of(self.request.GET, shows=shows, keep=("basket", "server"))

    def review_page(self, lines: Sequence[ReviewLine]) -> Any:
        """The lines of one page under filter and search."""
        state = self.review_state
        matching = [
            one
            for one in lines
            if (not state.show or one.group.value == state.show) and (not state.q or matches(one, state.q))
        ]
        return EnhancedPaginator(matching, get_paginate_count(self.request)).get_page(state.page)

    def review_links(self, **changes: Any) -> dict[str, str]:
        """Addresses of the page in another state."""
        address = self.url("review", query=self.review_state.query(**changes))
        return {"page": address, "panel": address}

    def table_context(self, lines: Sequence[ReviewLine], summary: Summary) -> dict[str, Any]:
        """What the table shows."""
        page = self.review_page(lines)
        known = self.known_counts()
        return {
            "state": self.review_state,
            "table": {"page": page},
            **page_navigation(page, self.review_links),
            "lines": [(one, beside(known.get(one.row.librenms_id, {}))) for one in page],
            "members_url": self._members_url(page),
            "chips": self._chips(summary, len(lines)),
            "search_url": self.url("review", query=self.review_state.query(q="")),
            "everything": self.review_links(q="", show=""),
            "list_url": self.list_url,
            "find_url": self.server_list_url,
        }

    def _members_url(self, lines: Iterable[ReviewLine]) -> str:
        """Where the members of the stacks among these lines are said; empty where none is."""
        if not any(asks_members(one) for one in lines):
            return ""
        return self.url("review_members", query=self.review_state.query(page=self.review_state.page))

    def _chips(self, summary: Summary, number: int) -> list[tuple[Chip, dict[str, str]]]:
        found: list[tuple[str, Any, int]] = [("", _("All"), number)]
        found += [(group.value, LABELS[group], summary.counts[group]) for group in Group if summary.counts[group]]
        show = self.review_state.show
        return [
            (Chip(value=value or "all", label=label, count=count, active=show == value), self.review_links(show=value))
            for value, label, count in found
        ]


class ReviewView(ReviewMixin):
    """POST: put the chosen devices into a basket. GET: the review of a basket, to HTMX its table alone."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """``pk`` for each device, or ``all=1`` for all that the address's filter lets through, or ``only`` for one;
        ``choose`` for what was chosen in rows and may not have arrived yet."""
        try:
            choices = self.shelf.all()
            for pk, values in decisions(request.POST):
                choices = self.shelf.edit([pk], lambda choice, values=values: edited(choice, values))  # type: ignore
            found = self.listing(choices=choices)
            everything = request.POST.get("all") == "1" and "only" not in request.POST
            rows = self.find(found).rows if everything else _chosen(request, found.by_id)
            back = self.state.query()
            return self.keep(rows, choices, back=back) if rows else redirect(self.url(query=back))
        except LibreNMSError as error:
            return self._without(problem=problem_of(error))

    def get(self, request: HttpRequest) -> HttpResponse:
        """The review as things are now."""
        if self.basket is None:
            return self._without(gone=True, run_pk=self.baskets.run_of(self.basket_name))
        try:
            found = self.basket_listing(self.basket)
        except LibreNMSError as error:
            return self._without(problem=problem_of(error))
        lines = lines_of(found, self.basket)
        summary = summary_of(lines, self.basket)
        table = self.table_context(lines, summary)
        if not htmx_partial(request):
            return render(request, PAGE, {**table, **self._context(self.basket, lines, summary)})
        response = render(request, LINES, table)
        follow(request, response, self.url("review", query=self.review_state.query()))
        return response

    def _without(self, **why: Any) -> HttpResponse:
        if htmx_partial(self.request):
            # There is no table any more: the page says why
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(self.request, PAGE, {**why, "list_url": self.list_url})

    def _context(self, basket: Basket, lines: Sequence[ReviewLine], summary: Summary) -> dict[str, Any]:
        return {
            "server": self.api.server,
            "basket": self.basket_name,
            "seen": digest_of(lines),
            "basket_ids": [one.row.librenms_id for one in lines] if _has_changed(lines) else [],
            "summary": summary,
            "devices": device_sentences(summary),
            "left_out": left_out_sentence(summary),
            "in_request": IN_REQUEST,
            "options": [(one.name, one.label, one.default) for one in parts()],
            "may_start": self.may_change,
            "lacks": lacking(self.request.user, lines),
            "no_worker": not workers_for_runs(),
            "start_url": self.url("start"),
            "review_url": self.url("review", query=self.review_state.query()),
            "totals_url": self.url("review_totals", query=self.review_state.query(page=self.review_state.page)),
        }


class ReviewTotalsView(ReviewMixin):
    """GET: what comes beside the devices, in numbers, as a fragment."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The numbers, and those of each device of the page that is shown."""
        if self.basket is None:
            return render(request, TOTALS, {"gone": True})
        try:
            found = self.basket_listing(self.basket)
        except LibreNMSError as error:
            return render(request, TOTALS, {"problem": problem_of(error)})
        lines = lines_of(found, self.basket)
        wanted = [one.row for one in lines if one.group is not Group.LEFT_OUT]
        partners = [row.librenms_id for row in found.rows if row.holder is not None]
        totals = totals_of(self.api, wanted, partners=partners)
        self.remember_counts(dict(totals.beside))
        new = sum(one.holder is None for one in wanted)
        numbers = numbers_of(totals, self._forecast(wanted), new=new, holds=len(wanted) - new)
        page = (one.row.librenms_id for one in self.review_page(lines))
        shown = [(pk, beside(totals.beside.get(pk, {}))) for pk in page]
        return render(request, TOTALS, {"totals": totals, "numbers": numbers, "shown": shown})

    def _forecast(self, rows: Sequence[Row]) -> Forecast | None:
        """None where there are too many to wait for it, or LibreNMS does not let them be compared."""
        if len(rows) > MOST_DEVICES:
            return None
        try:
            return forecast_of(self.api, rows, user=self.request.user)
        except LibreNMSError:
            return None


class ReviewMembersView(ReviewMixin):
    """GET: what is to be said of the members of the stacks on the page that is shown, as a fragment. LibreNMS's
    inventory is asked for each of them, which the page itself does not wait for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The reasons of each stack; where LibreNMS does not answer, its sentence."""
        if self.basket is None:
            return render(request, MEMBERS, {})
        try:
            found = self.basket_listing(self.basket)
            lines = [one for one in self.review_page(lines_of(found, self.basket)) if asks_members(one)]
            scope = scope_of(self.api, request.user, Options())
            plans = members_of_rows([one.row for one in lines], self.api, scope)
        except LibreNMSError as error:
            return render(request, MEMBERS, {"problem": problem_of(error)})
        return render(request, MEMBERS, {"stacks": [(pk, *_said(plan)) for pk, plan in plans.items()]})


def _said(plan: Plan | LibreNMSError) -> tuple[int, Sequence[Remark]]:
    """How many members there are, and what is to be said of them."""
    if isinstance(plan, LibreNMSError):
        return 0, [Remark(name="", sentence=plan.message)]
    return len(member_rows(plan)), remarks(plan)


def asks_members(line: ReviewLine) -> bool:
    """Whether an import of the line would ask for members."""
    return line.group is not Group.LEFT_OUT and is_asked(line.row, existing=True)


def beside(counts: Mapping[str, int]) -> list[str]:
    """What LibreNMS knows of a device, in words: "48 ports"."""
    found = ((declared_resources().get(name), number) for name, number in counts.items())
    return [
        str(one.brought.beside % {"n": number, "number": intcomma(number)})
        for one, number in found
        if one is not None and one.brought is not None and one.brought.beside is not None
    ]


def _chosen(request: HttpRequest, rows: Mapping[int, Row]) -> list[Row]:
    """The rows of the ids in the form; what is no id, or none that LibreNMS lists, is left out."""
    texts = dict.fromkeys(request.POST.getlist("only" if "only" in request.POST else "pk"))
    ids = (int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 19)
    return [rows[pk] for pk in ids if pk in rows]


def _has_changed(lines: Sequence[ReviewLine]) -> bool:
    return any(one.changed for one in lines)
