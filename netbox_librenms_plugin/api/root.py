"""What there is below ``/api/plugins/librenms_plugin/``."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import APIRootView

# What the router does not know by itself; ``{id}`` stands for the ID of an object, or of a job, ``{server}`` for the
# key of a LibreNMS server
OTHERS = (
    "settings",
    "import",
    "devices/sync",
    "deviations/accept",
    "deviations/take-back",
    "hook/{server}",
    "network",
    "network/compare",
    "maintenance",
    "push",
    "devices/{id}/compare",
    "devices/{id}/sync",
    "virtual-machines/sync",
    "virtual-machines/{id}/compare",
    "virtual-machines/{id}/sync",
    "runs/{id}/items",
    "runs/{id}/cancel",
    "runs/{id}/undo",
    "sync-runs/{id}/undo",
    "sites",
    "sites/sync",
    "schedules/{id}/preview",
    "schedules/{id}/run",
    "schedules/{id}/arm",
    "status/devices",
    "status/devices/link",
    "status/virtual-machines",
    "status/virtual-machines/link",
    "jobs/{id}/status",
    "jobs/{id}/cancel",
    "jobs/{id}/sync-status",
)


class LibreNMSRootView(APIRootView):
    """The plugin's addresses."""

    def get_view_name(self) -> str:
        """What the page is called in a browser."""
        return "LibreNMS"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Name → address, in the order of the names."""
        listed = super().get(request, *args, **kwargs).data
        # As text, since it is no address yet while {id} stands in it
        here = request.build_absolute_uri(request.path)
        return Response(dict(sorted({**listed, **{one: f"{here}{one}/" for one in OTHERS}}.items())))
