"""The lists of deviations, causes and compared objects, and what is decided about deviations."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from netbox.object_actions import BulkExport, ObjectAction
from utilities.request import safe_for_redirect

from ..choices import DeviationStateChoices
from ..deviations.deciding import ACCEPTABLE, Decided, DecisionError, accept, servers_of, take_back, writable
from ..deviations.syncing import start_sync_of
from ..filtersets import CauseFilterSet, ComparedObjectFilterSet, DeviationFilterSet
from ..forms.deviations import AcceptForm, CauseFilterForm, ComparedObjectFilterForm, DeviationFilterForm
from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..models import Cause, ComparedObject, Deviation
from ..models.compared_object import sees_network
from ..runs.control import enqueue_run
from ..tables.deviations import CauseTable, ComparedObjectTable, DeviationTable
from ..tables.rules import rules_for
from ..words.deviations import label_of
from .lists import PluginListView
from .network import NetworkPermissionMixin, may_change

TEMPLATES = "netbox_librenms_plugin"
LIST = "plugins:netbox_librenms_plugin:deviation_list"
MOST_CHOSEN = 10_000
# Parameters of a list's address that say nothing about what it finds
PASSED_OVER = frozenset({"page", "per_page", "sort", "return_url", "tableconfig_id"})


class _Decide(ObjectAction):
    """A button below the list for the ticked rows, or for all that the filter finds."""

    multi = True
    template_name = f"{TEMPLATES}/inc/decide_button.html"


class AcceptAction(_Decide):
    """Accept until a day."""

    name = "accept"
    label = gettext_lazy("Accept…")


class SyncAction(_Decide):
    """Let NetBox have what LibreNMS says."""

    name = "sync"
    label = gettext_lazy("Sync…")


class TakeBackAction(_Decide):
    """Open again what was accepted."""

    name = "take_back"
    label = gettext_lazy("Take back…")


class NetworkListView(NetworkPermissionMixin, PluginListView):
    """A list that whoever may read the plugin's pages may read, as far as he may view the objects."""

    actions: tuple[Any, ...] = (BulkExport,)
    deciding: tuple[Any, ...] = ()
    template_name = f"{TEMPLATES}/network_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """What the user may see."""
        return self.queryset.restrict(request.user)

    def get_permitted_actions(self, user: Any, model: Any = None) -> list[Any]:
        """Export for everybody, deciding for those who may change the plugin's settings."""
        return [*self.actions, *(self.deciding if may_change(user) else ())]


class DeviationListView(NetworkListView):
    """Deviations; unless the address says otherwise those that are open."""

    queryset = Deviation.objects.select_related("compared", "cause")
    filterset = DeviationFilterSet
    filterset_form = DeviationFilterForm
    table = DeviationTable
    deciding = (SyncAction, AcceptAction, TakeBackAction)

    def get_table(self, data: Any, request: HttpRequest, bulk_actions: bool = True) -> DeviationTable:
        """Names of other objects are shown to those who may see all."""
        table: DeviationTable = super().get_table(data, request, bulk_actions)
        table.whole = sees_network(request.user)
        return table


class CauseListView(NetworkListView):
    """Causes, the largest first."""

    queryset = Cause.objects.all()
    filterset = CauseFilterSet
    filterset_form = CauseFilterForm
    table = CauseTable

    def get_table(self, data: Any, request: HttpRequest, bulk_actions: bool = True) -> CauseTable:
        """With what the user can do about each."""
        table: CauseTable = super().get_table(data, request, bulk_actions)
        table.may_change, table.whole = may_change(request.user), sees_network(request.user)
        table.links = lambda cause: rules_for(cause, request.user)
        return table


class ComparedObjectListView(NetworkListView):
    """Objects, worst first."""

    queryset = ComparedObject.objects.all()
    filterset = ComparedObjectFilterSet
    filterset_form = ComparedObjectFilterForm
    table = ComparedObjectTable


class DecisionView(NetworkPermissionMixin, View):
    """A decision about the deviations that were ticked (``pk``) or that a filter finds (the address).

    GET, or POST without ``_apply``: what it is about. POST with ``_apply``: decide.
    """

    template = ""
    states: tuple[str, ...] = ()

    def get(self, request: HttpRequest) -> HttpResponse:
        """The question. Nothing is decided."""
        return self.ask(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """The list's own form asks the question; the question's form decides."""
        return self.decide(request) if "_apply" in request.POST else self.ask(request)

    def meant(self, request: HttpRequest) -> QuerySet[Deviation] | None:
        """The deviations that are meant; None where the filter is none."""
        if "pk" in request.POST and "_all" not in request.POST:
            chosen = [int(one) for one in request.POST.getlist("pk")[:MOST_CHOSEN] if one.isdecimal()]
            return Deviation.objects.filter(pk__in=chosen)
        found = DeviationFilterSet(request.GET, Deviation.objects.all(), request=request)
        named = set(request.GET) - PASSED_OVER
        # What is no filter finds everything, which nobody meant
        if not found.is_valid() or named - set(found.filters) - {"filter_id"}:
            return None
        return found.qs if named or "_all" in request.POST else None

    def ask(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """The page with the numbers."""
        rows = self.meant(request)
        if rows is None:
            messages.error(request, _("Nothing was chosen, or the filter is not valid."))
            return redirect(LIST)
        rows = rows.filter(state__in=self.states)
        seen = rows.visible_to(request.user)
        by_resource = dict(seen.order_by().values_list("resource").annotate(n=Count("pk")))
        number = sum(by_resource.values())
        context = {
            "number": number,
            "left_out": rows.count() - number,
            "by_resource": [(label_of(name), count) for name, count in sorted(by_resource.items())],
            "chosen": request.POST.getlist("pk")[:MOST_CHOSEN] if "_all" not in request.POST else [],
            "everything": "_all" in request.POST,
            "query": request.GET.urlencode(),
            "return_url": self.back(request),
            **more,
        }
        return render(request, f"{TEMPLATES}/{self.template}.html", context)

    def decide(self, request: HttpRequest) -> HttpResponse:
        """Decide, and go back."""
        raise NotImplementedError

    def back(self, request: HttpRequest) -> str:
        """Where the user came from, if that is a page of this NetBox."""
        url = request.POST.get("return_url") or request.GET.get("return_url") or ""
        return url if url and safe_for_redirect(url) else f"{reverse(LIST)}?state=open&state=failed"

    def done(self, request: HttpRequest, decided: Decided, sentence: str) -> HttpResponse:
        """The result in a message; those that were left out are told of."""
        messages.success(request, sentence)
        if decided.left_out:
            words = ngettext(
                "{n} more is of an object that you may not see, and was left out.",
                "{n} more are of objects that you may not see, and were left out.",
                decided.left_out,
            )
            messages.warning(request, words.format(n=decided.left_out))
        return HttpResponseRedirect(self.back(request))


class AcceptView(DecisionView):
    """Accept deviations until a day."""

    template = "deviation_accept"
    states = ACCEPTABLE

    def ask(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """With the form."""
        return super().ask(request, **{"form": AcceptForm(), **more})

    def decide(self, request: HttpRequest) -> HttpResponse:
        """Accept them."""
        form, rows = AcceptForm(request.POST), self.meant(request)
        if rows is None or not form.is_valid():
            return self.ask(request, form=form)
        values = form.cleaned_data
        try:
            decided = accept(rows, request.user, until=values["until"], reason=values["reason"])
        except DecisionError as error:
            form.add_error("until", str(error))
            return self.ask(request, form=form)
        words = ngettext("{n} deviation accepted.", "{n} deviations accepted.", decided.done)
        return self.done(request, decided, words.format(n=decided.done))


class TakeBackView(DecisionView):
    """Open what was accepted."""

    template = "deviation_take_back"
    states = ("accepted",)

    def decide(self, request: HttpRequest) -> HttpResponse:
        """Take it back."""
        rows = self.meant(request)
        if rows is None:
            return self.ask(request)
        decided = take_back(rows, request.user)
        words = ngettext("{n} deviation is open again.", "{n} deviations are open again.", decided.done)
        return self.done(request, decided, words.format(n=decided.done))


class SyncView(DecisionView):
    """Sync what deviations are about: these rows and fields, and nothing else of their objects."""

    template = "deviation_sync"
    states = DeviationStateChoices.WAITING

    def ask(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """With what a sync leaves to people."""
        rows = self.meant(request)
        if rows is None:
            return super().ask(request)
        seen = rows.filter(state__in=self.states).visible_to(request.user)
        written = writable(seen)
        numbers = {
            "writable": written.count(),
            "objects": written.values("compared").distinct().count(),
            "left": seen.exclude(pk__in=written.order_by().values("pk")).count(),
        }
        return super().ask(request, **numbers, **more)

    def decide(self, request: HttpRequest) -> HttpResponse:
        """Start a run for each server."""
        rows = self.meant(request)
        if rows is None:
            return self.ask(request)
        seen = Deviation.objects.filter(pk__in=rows.order_by().values("pk")).visible_to(request.user)
        runs = []
        try:
            for server in sorted(servers_of(writable(seen))):
                runs.append(start_sync_of(seen, LibreNMSAPI(server), request=request))
                enqueue_run(runs[-1], request)
        except LibreNMSError as error:
            messages.error(request, error.message)
        if not runs:
            messages.warning(request, _("There is nothing that a sync would write."))
            return HttpResponseRedirect(self.back(request))
        messages.success(request, _("The sync was started."))
        return redirect(runs[0].get_absolute_url())
