"""The links of one device: one call, and nobody else's."""

import json

import pytest

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms.endpoints import Reader
from netbox_librenms_plugin.librenms.links import read_links
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.librenms import librenms_servers

from .raw import raw_server, reply

OTHERS = {"links": [{"id": 1, "local_device_id": 7}, {"id": 2, "local_device_id": 8}]}


def test_links_and_ports_come_together_and_are_cached(simulator: Simulator) -> None:
    state = simulator.state
    near, far = (state.add_port(state.add_device(hostname=name), ifName="1") for name in ("switch", "core"))
    state.add_link(near, far, both=True)
    seen = LibreNMSAPI("default").device_links(1)
    assert [(one.local_port_id, one.remote_port_id, one.active) for one in seen.links] == [(near, far, True)]
    assert [port.port_id for port in seen.ports] == [near]
    asked = len(simulator.requests)
    assert LibreNMSAPI("default").device_links(1) == seen
    assert len(simulator.requests) == asked


def test_a_device_without_links_has_none_and_an_unknown_device_is_told_from_it(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="lonely")
    simulator.state.add_port(device_id, ifName="1")
    assert LibreNMSAPI("default").device_links(device_id).links == ()
    with pytest.raises(errors.DeviceNotFound):
        LibreNMSAPI("default").device_links(999)


def test_rows_that_cannot_be_read_are_counted(simulator: Simulator) -> None:
    state = simulator.state
    near = state.add_port(state.add_device(hostname="switch"), ifName="1")
    for name in ("one", "two"):
        state.add_link(near, remote_hostname=name)
    simulator.faults.add("/links", "wrong_types", row=0)
    seen = LibreNMSAPI("default").device_links(1)
    assert ([one.remote_hostname for one in seen.links], seen.odd_rows) == (["two"], 1)


def test_links_of_other_devices_are_refused() -> None:
    body = json.dumps({"status": "ok", **OTHERS}).encode()
    with raw_server(reply(body)) as raw, librenms_servers({"default": {"librenms_url": raw.url, "api_token": "x"}}):
        with pytest.raises(errors.WrongDevice):
            read_links(Reader(LibreNMSAPI("default").server), 7)
