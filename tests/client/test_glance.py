"""A client for a glance: short calls, and none to a server that failed three times in a row."""

import json

import pytest

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.data import Dataset
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry, simulated_librenms

from .raw import raw_server, reply


def glance() -> LibreNMSAPI:
    return LibreNMSAPI("default", glance=True)


def test_three_failures_in_a_row_and_nobody_asks(simulator: Simulator) -> None:
    numbers = [simulator.state.add_device(hostname=f"sw{one}") for one in range(5)]
    simulator.faults.add("/devices", "status", status=503, retry_after=60)
    for number in numbers[:3]:
        with pytest.raises(errors.Unavailable):
            glance().device(number)
    asked = len(simulator.requests)
    with pytest.raises(errors.Resting) as caught:
        glance().device(numbers[3])
    assert len(simulator.requests) == asked
    assert "Simulated LibreNMS" in caught.value.message and "30 seconds" in caught.value.message
    simulator.faults.clear()
    assert LibreNMSAPI("default").device(numbers[4]).value.hostname == "sw4", "others are not kept from asking"


def test_an_answer_ends_the_row(simulator: Simulator) -> None:
    numbers = [simulator.state.add_device(hostname=f"sw{one}") for one in range(6)]
    for at in (0, 3):
        simulator.faults.add("/devices", "status", status=503, retry_after=60, times=2)
        for number in numbers[at : at + 2]:
            with pytest.raises(errors.Unavailable):
                glance().device(number)
        assert glance().device(numbers[at + 2]).value.device_id == numbers[at + 2]


def test_what_librenms_does_not_have_is_no_failure_of_the_server(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="sw")
    simulator.state.without_rrd.add(number)
    for graph in ("device_bits", "device_uptime", "device_processor", "device_mempool"):
        with pytest.raises(errors.ServerError):
            glance().device_graph(number, graph, 86_400)
    assert glance().device(number).value.hostname == "sw"


def test_each_server_has_its_own_circuit(simulator: Simulator) -> None:
    numbers = [simulator.state.add_device(hostname=f"sw{one}") for one in range(3)]
    other = server_entry(simulator, librenms_url="http://127.0.0.1:1")
    with librenms_servers({"default": server_entry(simulator), "away": other}):
        for number in numbers:
            with pytest.raises(errors.TransportError):
                LibreNMSAPI("away", glance=True).device(number)
        with pytest.raises(errors.Resting):
            LibreNMSAPI("away", glance=True).devices()
        assert glance().device(numbers[0]).value.hostname == "sw0"


def test_a_picture_is_a_picture_and_of_a_bearable_size() -> None:
    svg = {"Content_Type": "image/svg+xml; charset=utf-8"}
    for body, headers, error in (
        (b"<svg/>", svg, None),
        (b"<svg>" + b" " * 1_100_000 + b"</svg>", svg, errors.AnswerTooLarge),
        (b"<script>alert(1)</script>", {"Content_Type": "text/html"}, errors.UnexpectedAnswer),
        (json.dumps({"status": "ok"}).encode(), {"Content_Type": "application/json"}, errors.UnexpectedAnswer),
        (b"", svg, errors.UnexpectedAnswer),
        (b"<svg/>", {}, errors.UnexpectedAnswer),
    ):
        with raw_server(reply(body, **headers)) as server:
            entry = {"librenms_url": server.url, "api_token": "0123456789abcdef0123456789abcdef"}
            with librenms_servers({"default": entry}):
                if error is None:
                    assert glance().device_graph(1, "device_bits", 86_400).value.kind == "image/svg+xml"
                    continue
                with pytest.raises(error):
                    glance().device_graph(1, "device_bits", 86_400)


def test_the_ports_of_a_device_are_one_call_for_every_token() -> None:
    data = Dataset.empty()
    switch = data.add_device(hostname="sw")
    data.add_port(switch, ifName="Gi1/0/1", ifInOctets_rate=1250, deleted=0)
    data.add_port(switch, ifName="gone", deleted=1)
    with simulated_librenms(data) as simulator:
        simulator.user_devices = {switch}
        with librenms_servers({"default": server_entry(simulator, token=simulator.tokens.user)}):
            (port,) = glance().port_traffic(switch).value
            assert (port.if_name, port.in_octets_rate, port.if_oper_status) == ("Gi1/0/1", 1250.0, "up")
            assert len(simulator.requests) == 1
            assert glance().port_traffic(switch).value == (port,) and len(simulator.requests) == 1


def test_a_server_that_lacks_a_column_gives_the_others() -> None:
    with simulated_librenms(Dataset.empty(), version="25") as simulator:
        switch = simulator.state.add_device(hostname="sw")
        simulator.state.add_port(switch, ifName="Gi1/0/1")
        simulator.faults.add(
            "ports.*ifInErrors_rate", "status", status=400, message="Invalid columns: ifInErrors_rate", times=1
        )
        (port,) = glance().port_traffic(switch).value
        assert port.if_name == "Gi1/0/1"
        assert "ifInErrors_rate" not in simulator.requests[-1].query
