"""The numbers on the sub-tabs of resources that were not looked at yet."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ...librenms.errors import LibreNMSError
from .filters import tab_number
from .overview import OverviewMixin

TEMPLATE = "netbox_librenms_plugin/htmx/sync_counts.html"
UNKNOWN = -1


class BaseCountsView(OverviewMixin):
    """GET: the numbers, for the sub-tabs that have none yet."""

    def get(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """All resources are compared; LibreNMS is asked where nothing is cached. What it does not give has no number,
        and its own tab says why."""
        instance = self.get_object(pk=pk)
        numbers = dict.fromkeys(self.resources(), UNKNOWN)
        try:
            comparison = self.whole_comparison(instance)
        except LibreNMSError:
            return render(request, TEMPLATE, {"counts": list(numbers.items())})
        for name, plan in comparison.plans.items():
            numbers[name] = tab_number(plan)
            self.remember_count(instance, name, numbers[name])
        return render(request, TEMPLATE, {"counts": list(numbers.items())})
