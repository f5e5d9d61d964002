"""Looking for stacks among the devices of the list, in the background."""

from core.models import Job
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from utilities.permissions import get_permission_for_model

from ...import_utils.kinds import enqueue_filter, running_search
from ...librenms.errors import LibreNMSError
from ...models import LibreNMSSettings
from ...runs.status import status_document
from .base import ImportPageView
from .job_urls import job_urls

TEMPLATE = "netbox_librenms_plugin/htmx/import_stacks.html"


class ImportStacksView(ImportPageView):
    """POST: ask LibreNMS for the inventories of what may be a stack, of the devices that the filters let through.

    GET: the search that is under way, for somebody who comes back.
    """

    def get_required_permission(self) -> str:
        """A search is many calls to LibreNMS, so looking is not enough to start one."""
        return get_permission_for_model(LibreNMSSettings, "change" if self.request.method == "POST" else "view")

    def get(self, request: HttpRequest) -> HttpResponse:
        """The progress for the modal, or that it has ended."""
        try:
            job = running_search(request.user, self.api.server.key)
        except LibreNMSError as error:
            messages.error(request, error.message)
            return self._only_toasts(request)
        if job is None:
            messages.info(request, _("The search for stacks has ended."))
            response = self._only_toasts(request)
            response["HX-Trigger"] = "librenms:import-ended"
            return response
        return self._progress(request, job)

    def post(self, request: HttpRequest) -> HttpResponse:
        """The progress for the modal; of a search that is under way already, that one's."""
        try:
            ids = [row.librenms_id for row in self.find(self.listing()).unasked_stacks]
        except LibreNMSError as error:
            messages.error(request, error.message)
            return self._only_toasts(request)
        if not ids:
            messages.info(request, _("For all of these devices it is already known whether they are stacks."))
            return self._only_toasts(request)
        try:
            job = enqueue_filter(self.api, ids, request)
        except LibreNMSError as error:
            messages.error(request, error.message)
            return self._only_toasts(request)
        return self._progress(request, job)

    def _progress(self, request: HttpRequest, job: Job) -> HttpResponse:
        said = status_document(job)
        context = {"done": said["done"], "total": said["total"], **job_urls(job, request.user)}
        return render(request, TEMPLATE, context)

    def _only_toasts(self, request: HttpRequest) -> HttpResponse:
        response = render(request, "netbox_librenms_plugin/htmx/toasts.html", {})
        response["HX-Reswap"] = "none"
        return response
