"""Deleting what only NetBox has: first what would go is shown, then a second click does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Device
from django.db import router
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ...engine import Selection, remove
from ...librenms.errors import LibreNMSError
from ...resources import Resource
from ...sync.core.plan import Outcome
from .object_view import BaseObjectChangeView
from .sync import FAILURES, AskedRows, SyncRowsMixin, say_what_became, shown_keys

TEMPLATE = "netbox_librenms_plugin/htmx/remove_confirm.html"
MOST_AT_ONCE = 500
MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """What goes with the chosen objects: (number, what). ``kept`` names what forbids the deletion."""

    counts: Sequence[tuple[int, Any]] = ()
    kept: Sequence[str] = ()


class BaseRemoveView(SyncRowsMixin, BaseObjectChangeView):
    """GET: what would be deleted, for the modal. POST: delete it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question, with everything that hangs on the chosen objects."""
        instance, resource = self.get_object(pk=kwargs["pk"]), kwargs["resource"]
        chosen = self.removable(resource)
        keys = request.GET.getlist("remove")[:MOST_AT_ONCE]
        try:
            plan = self.comparison(instance, resource).plans.get(resource)
        except LibreNMSError:
            plan = None
        found = [plan.by_key[key] for key in keys if key in plan.by_key] if plan else []
        ids = [change.netbox_id for change in found if change.outcome is Outcome.EXTRA]
        model = self.table_of(resource).model(virtual=not isinstance(instance, Device))
        objects = list(model.objects.restrict(request.user, "delete").filter(pk__in=ids))
        there = {change.netbox_id: change.key for change in found}
        context = {
            "object": instance,
            "resource": chosen,
            "objects": objects,
            "keys": [there[one.pk] for one in objects],
            "left_out": len(keys) - len(objects),
            "hanging": hanging_on(objects),
            "remove_url": self.url(instance, "remove", resource=resource, query=self.state.query()),
        }
        return render(request, TEMPLATE, context)

    def post(self, request: HttpRequest, *, pk: int, resource: str, **kwargs: Any) -> HttpResponse:
        """Delete; the rows disappear, or come back with the reason."""
        instance, chosen = self.get_object(pk=pk), self.removable(resource)
        keys = request.POST.getlist("remove")[:MOST_AT_ONCE]
        try:
            seen = self.recall(instance, resource, request.POST.get("seen", ""))
            if seen is None:
                return self._closing(self.out_of_date(request, instance, chosen))
            run = remove(
                instance,
                user=request.user,
                request=request,
                selections={resource: Selection(keys=keys)},
                server=self.api.server.key,
                options=self.comparison_options(instance),
            )
        except FAILURES as error:
            return self._closing(self.failure(request, error))
        noun = self.noun(resource, len(run.written))
        say_what_became(request, run, _("{count} {what} deleted").format(count=len(run.written), what=noun))
        asked = AskedRows(keys=keys, shown=shown_keys(request), seen=seen, exclude=())
        return self._closing(self.show_rows(request, instance, chosen, asked, run))

    def removable(self, name: str) -> Resource:
        """The resource, if anything of it can be deleted at all."""
        resource = self.resource(name)
        if resource.remove is None:
            raise Http404
        return resource

    @staticmethod
    def _closing(response: HttpResponse) -> HttpResponse:
        # Not before: the form in the modal is what the rows are swapped on behalf of
        response["HX-Trigger-After-Swap"] = "librenms:close-modal"
        return response


def hanging_on(objects: Sequence[Model]) -> Hanging:
    """What the database would delete along with the objects. Reads only."""
    if not objects:
        return Hanging()
    collector = Collector(using=router.db_for_write(type(objects[0])), origin=objects)
    try:
        collector.collect(objects)
    except (ProtectedError, RestrictedError) as error:
        rows = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        return Hanging(kept=[str(one)[:100] for one in sorted(rows, key=str)[:MOST_NAMED]])
    numbers: dict[type[Model], int] = {model: len(rows) for model, rows in collector.data.items()}
    for queryset in collector.fast_deletes:
        numbers[queryset.model] = numbers.get(queryset.model, 0) + queryset.count()
    own = type(objects[0])
    numbers[own] = numbers.get(own, 0) - len(objects)
    counts = [
        (number, model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural)
        for model, number in numbers.items()
        if number > 0 and not model._meta.auto_created
    ]
    return Hanging(counts=counts)
