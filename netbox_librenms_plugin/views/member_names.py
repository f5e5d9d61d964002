"""The example of member names, which follows what is typed on the settings page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import View
from utilities.htmx import htmx_partial

from ..forms.member_names import FIELD, member_names
from .settings import PAGE, SettingsPermissionMixin


class MemberNamesView(SettingsPermissionMixin, View):
    """What members would be called with the pattern in the address, for a piece of the settings page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The example, or why the pattern cannot be used. Nothing is saved."""
        if not htmx_partial(request):
            return redirect(PAGE)
        context = {"names": member_names(request.GET.get(FIELD, ""))}
        return render(request, "netbox_librenms_plugin/htmx/member_names.html", context)
