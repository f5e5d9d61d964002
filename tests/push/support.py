"""What the tests of adding devices share: profiles with secrets of all three kinds, devices with addresses, a run."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ipam.models import IPAddress

from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import PushRule, Run
from netbox_librenms_plugin.push.options import PushOptions
from netbox_librenms_plugin.push.planning import PushPlan, PushPlanner
from netbox_librenms_plugin.push.starting import start_push
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.factories import admin, make_device, make_interface, request_of
from tests.librenms import librenms_servers, server_entry

COMMUNITY, AUTHPASS, CRYPTOPASS = "kept-in-the-configuration", "kept-in-the-environment", "kept-in-a-file"
SECRETS = (COMMUNITY, AUTHPASS, CRYPTOPASS)
VARIABLE = "LIBRENMS_TEST_AUTHPASS"


@contextmanager
def profiles(simulator: Simulator, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """NetBox's configuration with a profile for each version of SNMP."""
    secret = folder / "cryptopass"
    secret.write_text(f"{CRYPTOPASS}\n")
    monkeypatch.setenv(VARIABLE, AUTHPASS)
    known = {
        "campus": {"version": "v2c", "community": COMMUNITY, "poller_group": 2},
        "core": {
            "version": "v3",
            "authlevel": "authPriv",
            "authname": "netbox",
            "authpass": {"env": VARIABLE},
            "authalgo": "SHA-256",
            "cryptopass": {"file": str(secret)},
            "cryptoalgo": "AES",
            "port": 1161,
            "transport": "tcp",
        },
        "guests": {"version": "ping"},
        "absent": {"version": "v2c", "community": {"env": "LIBRENMS_TEST_NOT_SET"}},
        "wrong": {"version": "v2c", "comunity": "x"},
    }
    with librenms_servers({"default": server_entry(simulator)}, snmp_profiles=known):
        yield known


def reachable(name: str, address: str, **fields: Any) -> Any:
    """A device of NetBox's with a primary address."""
    device = make_device(name, **fields)
    ip = IPAddress.objects.create(
        address=f"{address}/24", assigned_object=make_interface(device, "mgmt"), dns_name=f"{name}.example.net"
    )
    device.primary_ip4 = ip
    device.save()
    return device


def rule(name: str = "all", profile: str = "campus", **fields: Any) -> PushRule:
    """A push rule, for everything unless told."""
    return PushRule.objects.create(name=name, profile=profile, **fields)


def plan(devices: Iterable[Any], *, user: Any = None, **how: Any) -> PushPlan:
    """What LibreNMS would be told."""
    planner = PushPlanner.of(LibreNMSAPI(), user=user or admin(), **how)
    return planner.plan("device", [one.pk for one in devices])


def add(devices: Iterable[Any], *, user: Any = None, **options: bool) -> Run:
    """Add them while the caller waits."""
    chosen = PushOptions(**options)
    with request_of(user or admin()) as request:
        planned = plan(devices, user=request.user, ping_only=chosen.ping_only)
        run = start_push(LibreNMSAPI(), "device", planned, request=request, options=chosen)
        run_now(run, request)
    run.refresh_from_db()
    return run


def outcomes(run: Run) -> dict[str, str]:
    """Name → what became of the object."""
    return dict(run.items.values_list("name", "outcome"))


def reasons(run: Run) -> dict[str, list[Mapping[str, Any]]]:
    """Name → why something was not done."""
    return {one.name: one.issues for one in run.items.exclude(issues=[])}
