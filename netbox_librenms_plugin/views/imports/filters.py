"""The filters of the import list, as NetBox's lists have them in a tab of their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ...forms.import_choices import ImportFiltersForm
from ...import_utils.filters import EXACT, options
from ...librenms.errors import LibreNMSError
from ..base.address import current_query
from ..base.problems import problem_of
from .base import ImportPageView
from .state import ListState

TEMPLATE = "netbox_librenms_plugin/htmx/import_filters.html"


class ImportFiltersView(ImportPageView):
    """GET: the form, with the values that there are. It leads to the page with the filters in its address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form as the page's address says."""
        current = current_query(request)
        if current is not None:
            self.state = ListState.of(current)
        try:
            devices = self.listing().rows
        except LibreNMSError as error:
            return render(request, TEMPLATE, {"problem": problem_of(error)})
        filters = self.state.filters
        values = {name: options(devices, name, keep=getattr(filters, name)) for name in EXACT}
        initial = {name: getattr(filters, name) for name in ImportFiltersForm.base_fields}
        form = ImportFiltersForm(values=values, groups=self._groups(request), initial=initial)
        return render(request, TEMPLATE, {"form": form, "state": self.state, "page_url": self.url()})

    def _groups(self, request: HttpRequest) -> list[str]:
        """The device groups; without them the other filters still work."""
        chosen = self.state.filters.group
        try:
            found: Any = self.api.device_groups().value
        except LibreNMSError as error:
            messages.warning(request, _("The device groups are missing. {reason}").format(reason=error.message))
            found = ()
        return sorted({*found, *([chosen] if chosen else [])}, key=str.casefold)
