"""What is done with the rows of a status list: compared, synced, linked, added to LibreNMS, put under maintenance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...fleet_sync.finding import FilterError, ids_of, load
from ...librenms.errors import LibreNMSError
from ...status_lists.linking import Links, foreseen_links, link_found
from ...sync.core.device_identity import DOUBTS
from ...sync.core.issues import Code, Issue
from ...sync.core.normalise import text
from ...sync.status.choosing import EVERYTHING
from ...sync.status.rows import LinkState
from ...words.sentences import sentence
from ..address_state import encoded
from ..base.object_view import query_string
from ..base.problems import problem_of
from ..fleet.kept import Chosen, Shelf
from .base import APP, StatusChangeView, StatusView

PAGE = "netbox_librenms_plugin/status_link.html"
LINK, COMPARE, SYNC, PUSH, MAINTENANCE = "link", "compare", "sync", "push", "maintenance"
WRITING = (LINK, SYNC, PUSH, MAINTENANCE)
# Objects that the question names, of those that are linked and of those that are left out; and a toast
MOST_NAMED = 50
MOST_IN_A_TOAST = 3
_OTHERWISE = gettext_lazy("refused")
WHY_NOT: Mapping[Code, Any] = {
    Code.LINKED_ALREADY: gettext_lazy("linked already"),
    Code.NOT_FOUND_THERE: gettext_lazy("unknown to LibreNMS"),
    Code.NOT_IN_LIBRENMS: gettext_lazy("unknown to LibreNMS"),
    Code.SEVERAL_IN_LIBRENMS: gettext_lazy("ambiguous"),
    Code.FOUND_TWICE: gettext_lazy("ambiguous"),
    Code.LINKED_BY_OTHER: gettext_lazy("doubtful"),
    Code.ID_USED_TWICE: gettext_lazy("doubtful"),
    **dict.fromkeys(DOUBTS, gettext_lazy("doubtful")),
    Code.NO_PERMISSION: gettext_lazy("not yours to change"),
    Code.STALE: gettext_lazy("changed meanwhile"),
}


class StatusChooseView(StatusView):
    """POST: what is ticked, or all that the list shows, goes to one of the pages about many objects."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the objects, and go there. Nothing in NetBox changes."""
        what = request.POST.get("what", "")
        if what in WRITING and not self.may_change:
            return self.handle_no_permission()
        back = self.url(query=self.state.query())
        try:
            chosen = self._chosen(request, what)
        except (FilterError, LibreNMSError) as error:
            messages.error(request, str(error) if isinstance(error, FilterError) else error.message)
            return redirect(back)
        if not chosen.ids or what not in (COMPARE, *WRITING):
            nothing = _("None of them is unknown to LibreNMS, so there is nothing to add.")
            messages.warning(request, nothing if chosen.left_out else _("None of it is there any more."))
            return redirect(back)
        query = query_string(selection=Shelf(request.user).put(chosen), server=self.state.server)
        name = "status_link" if what == LINK else f"fleet_{what}"
        return redirect(f"{reverse(f'{APP}:{name}', kwargs={'kind': self.kind})}?{query}")

    def _chosen(self, request: HttpRequest, what: str) -> Chosen:
        """Raises ``FilterError`` and ``LibreNMSError``."""
        everything = request.POST.get("all") == "1"
        if what == PUSH:
            return self._unknown(request, everything=everything)
        ids = self.meant() if everything else self._ticked(request)
        # The question about links leads back to the list as it was; the others name NetBox's filters
        in_states = self.state.show != EVERYTHING or bool(self.state.monitoring)
        ticked = not everything or in_states
        filters = self.state.query() if what == LINK else "" if ticked else encoded(self.state.netbox.lists())
        return Chosen(kind=self.kind, ids=ids, ticked=ticked, filters=filters)

    def _unknown(self, request: HttpRequest, *, everything: bool) -> Chosen:
        """Those of the rows that LibreNMS does not have. Raises ``FilterError`` and ``LibreNMSError``."""
        listed = self.listing(self.ids() if everything else self._ticked(request)).rows
        rows = self.shown(listed) if everything else listed
        others = Counter(row.link.value for row in rows if row.link is not LinkState.UNKNOWN)
        unknown = [row.pk for row in rows if row.link is LinkState.UNKNOWN]
        return Chosen(kind=self.kind, ids=unknown, ticked=True, left_out=dict(others))

    def _ticked(self, request: HttpRequest) -> list[int]:
        said = [int(one) for one in request.POST.getlist("pk") if one.isascii() and one.isdecimal() and len(one) < 19]
        return ids_of(self.model.objects.restrict(request.user, "view").filter(pk__in=said))


class StatusLinkView(StatusChangeView):
    """GET: which of the objects will be linked to what, and which not. POST: link them."""

    @cached_property
    def name(self) -> str:
        """The name of what was chosen."""
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        return str(data.get("selection", ""))[:50]

    @cached_property
    def shelf(self) -> Shelf:
        """What the user has chosen."""
        return Shelf(self.request.user)

    def chosen(self) -> Chosen | None:
        """The objects; None when they are not kept any more."""
        found = self.shelf.get(self.name)
        return found if found is not None and found.kind == self.kind else None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question, in numbers. Nothing is linked."""
        chosen = self.chosen()
        if chosen is None:
            return self._gone(request)
        context: dict[str, Any] = {"list_url": self._list_url(chosen), "things": self.model._meta.verbose_name_plural}
        try:
            links = foreseen_links(self.api, self.kind, chosen.ids, user=request.user)
        except LibreNMSError as error:
            return render(request, PAGE, context | {"problem": problem_of(error)})
        shown = {str(pk): number for pk, number in links.wanted.items()}
        self.shelf.put(replace(chosen, counted={"links": shown}), self.name)
        return render(request, PAGE, context | self._question(links))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Link what was shown and is still so; the second of two clicks is told what the first one did."""
        with self.shelf.alone(self.name):
            chosen = self.chosen()
            if chosen is None or not chosen.counted:
                return self._gone(request)
            done = chosen.counted.get("done")
            if done is None:
                expected = {int(pk): number for pk, number in chosen.counted["links"].items()}
                try:
                    links = link_found(self.api, self.kind, chosen.ids, user=request.user, expected=expected)
                except LibreNMSError as error:
                    messages.error(request, _("Nothing was linked. {reason}").format(reason=error.message))
                    return redirect(self._list_url(chosen))
                done = {"linked": len(links.rows), "words": self._left_out_words(links), "waiting": links.waiting}
                self.shelf.put(replace(chosen, counted={"done": done}), self.name)
        self._tell(request, done)
        return redirect(self._list_url(chosen))

    def _tell(self, request: HttpRequest, done: Mapping[str, Any]) -> None:
        """What came of it, as toasts."""
        number = done["linked"]
        if number:
            meta = self.model._meta
            things = meta.verbose_name if number == 1 else meta.verbose_name_plural
            messages.success(request, _("{n} {things} linked.").format(n=number, things=things))
        if done["words"]:
            messages.warning(request, done["words"])
        if done["waiting"]:
            words = ngettext("{n} more can be linked now.", "{n} more can be linked now.", done["waiting"])
            messages.info(request, words.format(n=done["waiting"]))

    def _left_out_words(self, links: Links) -> str:
        number = len(links.left_out)
        if not number:
            return ""
        some = self._named(list(links.left_out.items())[:MOST_IN_A_TOAST])
        said = " ".join(f"{one['name']}: {one['sentence']}" for one in some)
        head = ngettext("{n} is not linked.", "{n} are not linked.", number).format(n=number)
        more = number - len(some)
        rest = ngettext("And {n} more.", "And {n} more.", more).format(n=more) if more else ""
        return " ".join(part for part in (head, said, rest) if part)

    def _question(self, links: Links) -> dict[str, Any]:
        groups = Counter(str(WHY_NOT.get(one.code, _OTHERWISE)) for one in links.left_out.values())
        links = links.at_once()
        shown = dict(list(links.rows.items())[:MOST_NAMED])
        objects = {one.pk: one for one in load(self.kind, list(shown), self.request.user)}
        return {
            "selection": self.name,
            "number": len(links.rows),
            "later": links.waiting,
            "left_out": len(links.left_out),
            "groups": groups.most_common(),
            "thing": self.model._meta.verbose_name,
            "linked": [
                {
                    "name": str(objects[pk]),
                    "url": objects[pk].get_absolute_url(),
                    "hostname": text(row.device.hostname) if row.device is not None else "",
                    "librenms_url": self.api.device_url(row.librenms_id or 0),
                    "librenms_id": row.librenms_id,
                }
                for pk, row in shown.items()
                if pk in objects
            ],
            "unnamed": len(links.rows) - len(shown),
            "named": self._named(list(links.left_out.items())[:MOST_NAMED]),
            "unnamed_left_out": max(0, len(links.left_out) - MOST_NAMED),
        }

    def _named(self, some: Sequence[tuple[int, Issue]]) -> list[dict[str, str]]:
        objects = {one.pk: one for one in load(self.kind, [pk for pk, _reason in some], self.request.user)}
        return [
            {"name": str(objects[pk]), "url": self.tab_url(pk), "sentence": sentence(reason)}
            for pk, reason in some
            if pk in objects
        ]

    def _list_url(self, chosen: Chosen) -> str:
        return self.url(query=chosen.filters)

    def _gone(self, request: HttpRequest) -> HttpResponse:
        messages.warning(request, _("This selection has expired. Choose the objects again."))
        return redirect(self.url())
