"""Looking for stacks among the devices of the list, in the background."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ...import_utils.job_control import enqueue_filter
from ...librenms.errors import LibreNMSError
from .base import ImportPostView
from .job_urls import job_urls

TEMPLATE = "netbox_librenms_plugin/htmx/import_stacks.html"


class ImportStacksView(ImportPostView):
    """POST: ask LibreNMS for the inventories of what may be a stack, of the devices that the filters let through."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The progress for the modal; of a search that is under way already, that one's."""
        try:
            ids = [row.librenms_id for row in self.find(self.listing()).unasked_stacks]
        except LibreNMSError as error:
            messages.error(request, error.message)
            return self._only_toasts(request)
        if not ids:
            messages.info(request, _("It is known of all these devices whether they are stacks."))
            return self._only_toasts(request)
        job = enqueue_filter(self.api, ids, request)
        return render(request, TEMPLATE, {"total": len(ids), **job_urls(job, request.user)})

    def _only_toasts(self, request: HttpRequest) -> HttpResponse:
        response = render(request, "netbox_librenms_plugin/htmx/toasts.html", {})
        response["HX-Reswap"] = "none"
        return response
