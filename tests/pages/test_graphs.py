"""Graphs of LibreNMS as images of NetBox's own."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from dcim.models import Device
from django.core.cache import cache

from netbox_librenms_plugin.monitoring.graphs import DEVICE_GRAPHS, PERIODS, PORT_GRAPHS
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, make_interface, make_vm, somebody

pytestmark = pytest.mark.django_db

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def address(instance: Any, graph: str = "device_bits", period: str = "day") -> str:
    return f"{instance.get_absolute_url()}librenms-graph/{graph}/{period}/"


def image(instance: Any, graph: str = "device_bits", period: str = "day", user: Any = None) -> Any:
    return client_of(user or admin()).get(address(instance, graph, period))


@pytest.fixture
def device(simulator: Simulator) -> Device:
    return make_device("sw", librenms_id=simulator.state.add_device(hostname="sw"))


def test_every_graph_of_every_period_is_a_picture(simulator: Simulator, device: Device) -> None:
    port = simulator.state.add_port(1, ifName="Gi1/0/1")
    machine = make_vm("vm", librenms_id=simulator.state.add_device(hostname="vm"))
    interface = make_interface(device, "Gi1/0/1", custom_field_data={"librenms_id": {"default": port}})
    for instance, graphs in ((device, DEVICE_GRAPHS), (machine, DEVICE_GRAPHS), (interface, PORT_GRAPHS)):
        for graph in graphs:
            for period, seconds in PERIODS.items():
                answer = image(instance, graph, period)
                assert answer.status_code == 200 and answer.content.startswith(b"<?xml"), (graph, period)
                asked = parse_qs(simulator.requests[-1].query)
                assert int(asked["to"][0]) - int(asked["from"][0]) == seconds
    assert "/ports/Gi1%2F0%2F1/port_errors" in simulator.requests[-1].path


def test_the_browser_may_keep_it_for_a_minute_and_run_nothing_of_it(device: Device) -> None:
    answer = image(device)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "private, max-age=60"
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_it_is_asked_for_once_in_a_minute(simulator: Simulator, device: Device) -> None:
    for _look in range(3):
        image(device)
    assert [one.path for one in simulator.requests] == ["/api/v0/devices/1/device_bits"]


def test_only_known_graphs_and_periods_exist(simulator: Simulator, device: Device) -> None:
    interface = make_interface(device, "Gi1/0/1")
    for instance, graph, period in (
        (device, "device_nosuch", "day"),
        (device, "availability", "day"),
        (device, "port_bits", "day"),
        (device, "device_bits", "decade"),
        (interface, "device_bits", "day"),
    ):
        assert image(instance, graph, period).status_code == 404
    assert client_of(admin()).get(f"{address(device)}?width=9999&from=1&graph_type=png").status_code == 200
    (asked,) = simulator.requests
    assert "9999" not in asked.query and "graph_type" not in asked.query


def test_what_librenms_says_of_its_files_is_not_shown(simulator: Simulator, device: Device) -> None:
    simulator.state.without_rrd.add(1)
    answer = image(device)
    assert answer.status_code == 404 and answer["Content-Type"] == "image/svg+xml"
    assert b"No graph" in answer.content and b"rrd" not in answer.content
    assert answer["Content-Security-Policy"] == POLICY and answer["Cache-Control"] == "private, no-store"


def test_what_librenms_does_not_know_has_no_graph(simulator: Simulator, device: Device) -> None:
    for instance, graph in (
        (make_device("unknown"), "device_bits"),
        (make_interface(device, "Gi9"), "port_bits"),
    ):
        answer = image(instance, graph)
        assert answer.status_code == 404 and b"No graph" in answer.content


def test_a_port_of_a_shared_name_is_asked_for_by_its_description(simulator: Simulator, device: Device) -> None:
    simulator.state.add_port(1, ifName="eth", ifDescr="other")
    port = simulator.state.add_port(1, ifName="eth", ifDescr="slot 1/port 2")
    interface = make_interface(device, "eth", custom_field_data={"librenms_id": {"default": port}})
    assert image(interface, "port_bits").status_code == 200
    asked = simulator.requests[-1]
    assert "slot%201%2Fport%202/port_bits" in asked.path and "ifDescr=true" in asked.query


def test_it_is_for_who_may_view_the_object_and_the_plugins_pages(simulator: Simulator, device: Device) -> None:
    settings = {"netbox_librenms_plugin.librenmssettings": ["view"]}
    assert image(device, user=somebody("no-plugin", {"dcim.device": ["view"]})).status_code == 403
    assert image(device, user=somebody("no-device", settings)).status_code == 403
    other = somebody("other", {**settings, "dcim.device": ["view"]})
    other.object_permissions.filter(object_types__model="device").update(constraints={"name": "another"})
    assert image(device, user=other).status_code == 404
    assert simulator.requests == []
    assert image(device, user=somebody("reader", {**settings, "dcim.device": ["view"]})).status_code == 200


def test_the_picture_in_the_cache_is_for_everybody_who_may_view_it(simulator: Simulator, device: Device) -> None:
    image(device)
    stranger = image(device, user=somebody("stranger", {"dcim.device": ["view"]}))
    assert stranger.status_code == 403
    cache.clear()
    assert len(simulator.requests) == 1
