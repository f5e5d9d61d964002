"""How LibreNMS sees an object, beside NetBox's own page of it. Importing registers the views."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from dcim.models import Device, Interface, VirtualChassis
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from netbox.views import generic
from utilities.views import get_viewname, register_model_view
from virtualization.models import VirtualMachine, VMInterface

from ..engine import doubts_about
from ..librenms.clock import Clock
from ..librenms.errors import LibreNMSError
from ..librenms.lookup import How
from ..librenms.records import Alert
from ..librenms_api import LibreNMSAPI
from ..monitoring.graphs import FIRST_PERIOD, PERIODS, PORT_GRAPHS
from ..monitoring.reading import DeviceReading, PortReading, holder_of, read_device, read_port
from ..monitoring.states import Tone, port_state, port_tone, tone_of, traffic_of
from ..words.monitoring import (
    DURATIONS,
    PORT_COLOURS,
    PORT_STATES,
    SEVERITIES,
    TONES,
    bit_rate,
    error_rate,
    graph_label,
    percentage,
    period_label,
)
from ..words.polled import moment_of, text
from ..words.sentences import sentence
from .base.facts import facts_of
from .base.object_view import VIEW, query_string
from .base.problems import problem_of
from .chassis_sync import members_of
from .mixins import FragmentMixin, LibreNMSAPIMixin

PATH = "librenms-monitoring"
TEMPLATES = "netbox_librenms_plugin/htmx"
# More than so many alerts are counted, and LibreNMS has them all
SHOWN_ALERTS = 5


class GlanceMixin(FragmentMixin, LibreNMSAPIMixin):
    """For what is shown beside NetBox's own pages: LibreNMS is asked briefly, or not at all while it is away."""

    additional_permissions: tuple[str, ...] = (VIEW,)

    @cached_property
    def api(self) -> LibreNMSAPI:
        """The client of the server in the address, else of the selected one."""
        return LibreNMSAPI(self.server_key, glance=True)

    def address(self, instance: Any, name: str, *args: str, **query: str) -> str:
        """Address of a view on an object, which keeps the server."""
        address = reverse(get_viewname(instance, name), args=(instance.pk, *args))
        kept = query_string(server=self.server_key or "", **query)
        return f"{address}?{kept}" if kept else address


class BaseMonitoringView(GlanceMixin, generic.ObjectView):
    """GET: how LibreNMS sees an object, as a fragment."""

    template: str

    def get(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """The facts, or one quiet line about why there are none. ``?period=`` asks for the graphs alone."""
        instance = self.get_object(pk=pk)
        asked = request.GET.get("period", "")
        period = asked if asked in PERIODS else FIRST_PERIOD
        context = {"object": instance, "url": self.address(instance, "librenms_monitoring"), "period": period}
        try:
            context |= self.context(self.subject(instance), period)
        except LibreNMSError as error:
            context["problem"] = problem_of(error)
        name = "monitoring_graphs" if asked and "graphs" in context else self.template
        return render(request, f"{TEMPLATES}/{name}.html", context)

    def subject(self, instance: Any) -> Any:
        """What LibreNMS is asked about; None where there is nothing to ask about."""
        return instance

    def context(self, subject: Any, period: str) -> dict[str, Any]:
        """What the template shows. Raises LibreNMSError."""
        raise NotImplementedError

    def graphs(self, subject: Any, names: Sequence[str], number: int, period: str) -> dict[str, Any]:
        """The graphs of a device or interface, whose number in LibreNMS that is, and the choice of their period."""
        return {
            "graphs": [
                {
                    "label": graph_label(name),
                    "image_url": self.address(subject, "librenms_graph", name, period),
                    "librenms_url": self.api.graph_url(name, number),
                }
                for name in names
            ],
            "periods": [(name, period_label(name)) for name in PERIODS],
            "period_label": period_label(period),
        }


class BaseDeviceMonitoringView(BaseMonitoringView):
    """State, availability, alerts and graphs of a device."""

    template = "monitoring_device"

    def context(self, subject: Any, period: str) -> dict[str, Any]:
        """Nothing but the way to the tab where LibreNMS does not know the object."""
        context = {"server": self.api.server, "notice": self.api.notice}
        if subject is None:
            return context
        context["tab_url"] = self.address(subject, "librenms_sync")
        identification = self.api.identify(subject)
        number = identification.librenms_id
        if number is None:
            return {**context, "ambiguous": identification.how is How.AMBIGUOUS}
        reading, clock = read_device(self.api, number), self.api.clock()
        doubts = doubts_about([(subject, reading.device)], user=self.request.user, api=self.api)
        return {
            **context,
            **self.graphs(subject, reading.graphs, number, period),
            "librenms_url": self.api.device_url(number),
            "facts": facts_of(reading.device, clock),
            "doubts": [sentence(one) for one in doubts.values()],
            "fetched_at": reading.fetched_at,
            "availability": _availability(reading),
            "alerts": _alerts(reading, clock),
            "more_alerts": max(0, len(reading.alerts or ()) - SHOWN_ALERTS),
            "alerts_url": self.api.alerts_url(number),
        }


def _availability(reading: DeviceReading) -> list[tuple[Any, str]] | None:
    if reading.availability is None:
        return None
    return [(DURATIONS[seconds], percentage(percent)) for seconds, percent in reading.availability.items()]


def _alerts(reading: DeviceReading, clock: Clock | None) -> list[dict[str, Any]] | None:
    return None if reading.alerts is None else [_alert(one, clock) for one in reading.alerts[:SHOWN_ALERTS]]


def _alert(alert: Alert, clock: Clock | None) -> dict[str, Any]:
    severity, tone = text(alert.severity), tone_of(alert)
    since = text(alert.timestamp)
    acknowledged = tone is Tone.QUIET and severity in ("critical", "warning")
    return {
        "name": text(alert.name) or _("alert without a name"),
        "tone": tone.value,
        "severity": SEVERITIES.get(severity, severity),
        "acknowledged": acknowledged,
        "since": since,
        "since_at": moment_of(since, clock),
    }


@register_model_view(Device, "librenms_monitoring", path=PATH)
class DeviceMonitoringView(BaseDeviceMonitoringView):
    """Of a device."""

    queryset = Device.objects.all()


@register_model_view(VirtualMachine, "librenms_monitoring", path=PATH)
class VirtualMachineMonitoringView(BaseDeviceMonitoringView):
    """Of a virtual machine."""

    queryset = VirtualMachine.objects.all()


@register_model_view(VirtualChassis, "librenms_monitoring", path=PATH)
class VirtualChassisMonitoringView(BaseDeviceMonitoringView):
    """Of a virtual chassis: LibreNMS sees one device in it."""

    queryset = VirtualChassis.objects.all()

    def subject(self, instance: Any) -> Any:
        """The master, else the first member that the user may view."""
        return next(iter(members_of(instance, self.request.user)), None)


class BaseInterfaceMonitoringView(BaseMonitoringView):
    """State, rates, errors and graphs of an interface's port."""

    template = "monitoring_port"

    def context(self, subject: Any, period: str) -> dict[str, Any]:
        """Nothing but the way to the tab where LibreNMS has no such port."""
        context = {
            "server": self.api.server,
            "notice": self.api.notice,
            "tab_url": self.address(holder_of(subject), "librenms_sync", tab="interfaces"),
        }
        reading = read_port(self.api, subject)
        if reading is None:
            return context
        number = reading.port.port_id
        return {
            **context,
            **self.graphs(subject, PORT_GRAPHS if reading.name is not None else (), number, period),
            **_port(reading, connected=bool(getattr(subject, "cable_id", None))),
            "librenms_url": self.api.device_url(reading.device_id, number),
        }


def _port(reading: PortReading, *, connected: bool) -> dict[str, Any]:
    state, traffic = port_state(reading.port), traffic_of(reading.port)
    tone = port_tone(state, connected=connected)
    return {
        "facts": {"status": state.value, "label": PORT_STATES[state], "color": PORT_COLOURS.get(state, TONES[tone])},
        "ways": [
            (_("In"), bit_rate(traffic.bits_in), percentage(traffic.used_in), error_rate(traffic.errors_in)),
            (_("Out"), bit_rate(traffic.bits_out), percentage(traffic.used_out), error_rate(traffic.errors_out)),
        ],
        "fetched_at": reading.fetched_at,
        "unnamed": reading.name is None,
    }


@register_model_view(Interface, "librenms_monitoring", path=PATH)
class InterfaceMonitoringView(BaseInterfaceMonitoringView):
    """Of a device's interface."""

    queryset = Interface.objects.all()


@register_model_view(VMInterface, "librenms_monitoring", path=PATH)
class VMInterfaceMonitoringView(BaseInterfaceMonitoringView):
    """Of a virtual machine's interface."""

    queryset = VMInterface.objects.all()
