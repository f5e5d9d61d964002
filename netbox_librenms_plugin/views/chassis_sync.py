"""The tab "LibreNMS" on a virtual chassis: LibreNMS sees one device in it, so the tab leads to the member it knows."""

from typing import Any

from dcim.models import Device, VirtualChassis
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from netbox.views import generic
from utilities.views import register_model_view

from .base.object_view import VIEW
from .base.page import BaseSyncPage
from .object_sync import PATH


def members_of(chassis: VirtualChassis, user: Any) -> list[Device]:
    """The members that the user may view, the master first."""
    members = Device.objects.restrict(user, "view").filter(virtual_chassis=chassis)
    return sorted(members, key=lambda one: (one.pk != chassis.master_id, one.vc_position or 0, one.pk))


@register_model_view(VirtualChassis, "librenms_sync", path=PATH)
class VirtualChassisSyncPage(generic.ObjectView):
    """GET: to the master's tab, else to that of the first member the user may view. It shows all members' rows."""

    queryset = VirtualChassis.objects.all()
    additional_permissions = (VIEW,)
    tab = BaseSyncPage.tab

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The address keeps its query, so that a link to one resource leads there."""
        chassis = self.get_object(**kwargs)
        ordered = members_of(chassis, request.user)
        if not ordered:
            messages.info(request, _("This virtual chassis has no member that you may view."))
            return redirect(chassis.get_absolute_url())
        address = reverse("dcim:device_librenms_sync", args=(ordered[0].pk,))
        query = request.GET.urlencode()
        return redirect(f"{address}?{query}" if query else address)
