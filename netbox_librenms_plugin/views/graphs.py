"""Graphs of LibreNMS as images of NetBox's own: the token stays here, and nothing but a picture comes out."""

from typing import Any

from dcim.models import Device, Interface
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from netbox.views import generic
from utilities.views import register_model_view
from virtualization.models import VirtualMachine, VMInterface

from ..librenms import errors
from ..librenms.cache import Fetched
from ..librenms.errors import LibreNMSError
from ..librenms.records import Graph
from ..monitoring.graphs import DEVICE_GRAPHS, PERIODS, PORT_GRAPHS
from ..monitoring.reading import read_port
from .monitoring import GlanceMixin

PATH = "librenms-graph/<slug:graph>/<slug:period>"
NONE = "netbox_librenms_plugin/graphs/none.svg"
SVG = "image/svg+xml"
# As long as the picture itself is kept
LIFE = 60
# What a picture may do: nothing
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
# The first class that fits; anything else is LibreNMS's failure
_STATUSES: tuple[tuple[type[LibreNMSError], int], ...] = (
    (errors.NotFound, 404),
    (errors.ConfigurationError, 503),
    (errors.Busy, 503),
    (errors.Resting, 503),
    (errors.TimedOut, 504),
)


class BaseGraphView(GlanceMixin, generic.ObjectView):
    """GET: a picture. What may be asked for is a few words; everything else of the address is NetBox's own."""

    names: tuple[str, ...]

    def get(self, request: HttpRequest, *, pk: int, graph: str, period: str, **kwargs: Any) -> HttpResponse:
        """The picture, or a picture that says that there is none, with the status that says why."""
        if graph not in self.names or period not in PERIODS:
            raise Http404
        instance = self.get_object(pk=pk)
        try:
            found = self.read(instance, graph, PERIODS[period])
        except LibreNMSError as error:
            return self._none(_status(error))
        if found is None:
            return self._none(404)
        headers = {**HEADERS, "Cache-Control": f"private, max-age={LIFE}"}
        return HttpResponse(found.value.content, content_type=found.value.kind, headers=headers)

    def read(self, instance: Any, graph: str, seconds: int) -> Fetched[Graph] | None:
        """The picture; None where LibreNMS does not know the object. Raises LibreNMSError."""
        raise NotImplementedError

    @staticmethod
    def _none(status: int) -> HttpResponse:
        """LibreNMS's own words are not for everybody: they hold paths of its files."""
        content = render_to_string(NONE, {"words": _("No graph")})
        headers = {**HEADERS, "Cache-Control": "private, no-store"}
        return HttpResponse(content, content_type=SVG, status=status, headers=headers)


def _status(error: LibreNMSError) -> int:
    if isinstance(error, errors.ServerError) and error.status == 500:
        # LibreNMS's way to say that it has no data for the graph, or no such port
        return 404
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 502)


class BaseDeviceGraphView(BaseGraphView):
    """Of a device or virtual machine."""

    names = DEVICE_GRAPHS

    def read(self, instance: Any, graph: str, seconds: int) -> Fetched[Graph] | None:
        """By the LibreNMS id."""
        number = self.api.get_librenms_id(instance)
        return None if number is None else self.api.device_graph(number, graph, seconds)


class BasePortGraphView(BaseGraphView):
    """Of an interface."""

    names = PORT_GRAPHS

    def read(self, instance: Any, graph: str, seconds: int) -> Fetched[Graph] | None:
        """By a name that is the port's alone."""
        reading = read_port(self.api, instance)
        if reading is None or reading.name is None:
            return None
        name = reading.name
        return self.api.port_graph(reading.device_id, name.name, graph, seconds, by_descr=name.by_descr)


def _register(model: Any, base: type[BaseGraphView]) -> None:
    view = type(f"{model.__name__}GraphView", (base,), {"queryset": model.objects.all()})
    register_model_view(model, "librenms_graph", path=PATH)(view)


for _model in (Device, VirtualMachine):
    _register(_model, BaseDeviceGraphView)
for _model in (Interface, VMInterface):
    _register(_model, BasePortGraphView)
