"""The connection test: what it says about servers and tokens of every kind."""

import pytest

from netbox_librenms_plugin.librenms.connection import Rights
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.data import Dataset
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry, simulated_librenms


def data() -> Dataset:
    made = Dataset.empty()
    made.add_port(made.add_device(hostname="sw1"), ifName="Gi0/1")
    return made


@pytest.mark.parametrize("version", ["26.7", "26.4", "25"])
@pytest.mark.parametrize(
    ("account", "rights"),
    [("admin", Rights.GLOBAL), ("reader", Rights.GLOBAL), ("user", Rights.LIMITED), ("norole", Rights.NONE)],
)
def test_rights_of_a_token(version: str, account: str, rights: Rights) -> None:
    with Simulator(data=data(), version=version) as simulator:
        with librenms_servers({"default": server_entry(simulator, token=getattr(simulator.tokens, account))}):
            report = LibreNMSAPI("default").check()
            assert (report.reachable, report.api_ok, report.rights) == (True, True, rights)
            assert report.version.startswith(version)
            assert report.latency_ms is not None and 0 <= report.latency_ms < 5000
            assert bool(report.problems) == (rights is not Rights.GLOBAL)
            assert all("Simulated LibreNMS" in problem for problem in report.problems)
            assert len(simulator.requests) <= 3


def test_a_token_that_is_not_accepted() -> None:
    with simulated_librenms(data(), api_token="wrong" * 6):
        report = LibreNMSAPI("default").check()
        assert (report.reachable, report.api_ok, report.rights) == (True, False, Rights.NONE)
        assert "API token" in report.problems[0] and "wrong" not in report.problems[0]


def test_nobody_there() -> None:
    entry = {"librenms_url": "http://127.0.0.1:1", "api_token": "x"}
    with librenms_servers({"default": entry}):
        report = LibreNMSAPI("default").check()
        assert (report.reachable, report.api_ok, report.latency_ms) == (False, False, None)
        assert len(report.problems) == 1


@pytest.mark.parametrize(("kind", "reachable"), [("html", True), ("redirect", True), ("drop", False)])
def test_something_else_is_there(kind: str, reachable: bool) -> None:
    with simulated_librenms(data()) as simulator:
        simulator.faults.add("/", kind)
        report = LibreNMSAPI("default").check()
        assert (report.reachable, report.api_ok) == (reachable, False)
        assert len(report.problems) == 1


def test_a_failure_half_way_is_reported() -> None:
    with simulated_librenms(data()) as simulator:
        simulator.faults.add("poller_group", "status", status=500)
        report = LibreNMSAPI("default").check()
        assert report.api_ok and report.rights is Rights.NONE and report.problems


@pytest.mark.parametrize(("version", "seen"), [("26.7", True), ("26.4", False)])
def test_what_was_seen_counts_more_than_the_version(version: str, seen: bool) -> None:
    with simulated_librenms(data(), version=version):
        api = LibreNMSAPI("default")
        assert api.check().features == {"vlans_on_ports": True, "ports_at_once": None}
        api.snapshot(1)
        api.fleet_ports()
        assert api.check().features == {"vlans_on_ports": seen, "ports_at_once": True}


def test_an_old_version_cannot() -> None:
    with simulated_librenms(data(), version="25"):
        assert LibreNMSAPI("default").check().features["vlans_on_ports"] is False
