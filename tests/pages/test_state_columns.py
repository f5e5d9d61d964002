"""NetBox's own lists say what LibreNMS said last of each row: from the cache alone."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from virtualization.models import VMInterface

from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, make_interface, make_vm, somebody
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import counted, writes_in
from tests.pages.support import HTMX, words

pytestmark = pytest.mark.django_db

DEVICES, MACHINES = "/dcim/devices/", "/virtualization/virtual-machines/"
INTERFACES, VIRTUAL = "/dcim/interfaces/", "/virtualization/interfaces/"
TABLES = ("DeviceTable", "VirtualMachineTable", "InterfaceTable", "DeviceInterfaceTable", "VMInterfaceTable")
HEARD = "/plugins/librenms_plugin/monitoring/heard/"


def with_columns(user: Any) -> Any:
    for table in TABLES:
        user.config.set(f"tables.{table}.columns", ["name", "librenms_state", "librenms_polled"], commit=True)
    return client_of(user)


def rows(client: Any, url: str) -> list[str]:
    """The words of each row's first three cells that have any."""
    html = client.get(url).content.decode()
    body = html.split("<tbody")[1].split("</tbody>")[0]
    cells = [[words(f"<td{cell}") for cell in row.split("<td")[1:]] for row in body.split("<tr")[1:]]
    return [" ".join([one for one in row if one][:3]) for row in cells]


def test_the_columns_say_what_was_heard(simulator: Simulator) -> None:
    polled = datetime.now(UTC) - timedelta(minutes=3)
    for name, columns in {"a": {}, "b": {"status": 0}, "c": {"disabled": 1}, "d": {"ignore": 1}}.items():
        number = simulator.state.add_device(hostname=name, last_polled=f"{polled:%Y-%m-%d %H:%M:%S}", **columns)
        make_device(name, librenms_id=number)
    make_device("e")
    client = with_columns(admin())
    with librenms_servers({"default": server_entry(simulator, time_zone="UTC")}):
        assert rows(client, DEVICES)[0] == "a – –", "nothing was heard yet"
        assert simulator.requests == []
        LibreNMSAPI().devices()
        found = [one.replace("\xa0", " ") for one in rows(client, DEVICES)]
    assert found == [
        "a up 3 minutes ago",
        "b down 3 minutes ago",
        "c disabled in LibreNMS 3 minutes ago",
        "d ignored in LibreNMS 3 minutes ago",
        "e – –",
    ]
    assert len(simulator.requests) == 1


def test_machines_and_what_one_device_alone_said(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="vm", status=0)
    make_vm("vm", librenms_id=number)
    LibreNMSAPI().device(number)
    assert rows(with_columns(admin()), MACHINES)[0].startswith("vm down 2026-11-23 02:05:10")


def test_interfaces_have_the_state_of_their_ports(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="sw")
    simulator.state.add_port(number, ifName="eth0")
    simulator.state.add_port(number, ifName="eth1", ifAdminStatus="down")
    device, machine = make_device("sw", librenms_id=number), make_vm("sw", librenms_id=number)
    for name in ("eth0", "eth1", "eth2"):
        make_interface(device, name)
    VMInterface.objects.create(virtual_machine=machine, name="eth0")
    LibreNMSAPI().port_traffic(number)
    LibreNMSAPI().device(number)
    client = with_columns(admin())
    polled = "2026-11-23 02:05:10"
    wanted = [f"eth0 up {polled}", f"eth1 shut down {polled}", f"eth2 – {polled}"]
    assert rows(client, INTERFACES) == wanted
    assert rows(client, f"{device.get_absolute_url()}interfaces/") == wanted
    assert rows(client, VIRTUAL) == [f"eth0 up {polled}"]


def test_they_are_exported(simulator: Simulator) -> None:
    make_device("a", librenms_id=simulator.state.add_device(hostname="a"))
    make_device("b")
    LibreNMSAPI().devices()
    answer = with_columns(admin()).get(DEVICES, {"export": "table"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    exported = csv.DictReader(io.StringIO(content.decode()))
    found = [(one["LibreNMS state"], one["LibreNMS last polled"]) for one in exported]
    assert found == [("up", "2026-11-23 02:05:10"), ("", "")]


def test_who_may_not_read_the_plugins_pages_is_told_nothing(simulator: Simulator) -> None:
    make_device("a", librenms_id=simulator.state.add_device(hostname="a"))
    LibreNMSAPI().devices()
    client = with_columns(somebody("reader", {"dcim.device": ["view"]}))
    assert rows(client, DEVICES) == ["a – –"]
    assert "monitoring/heard" not in client.get(DEVICES).content.decode()


def test_a_list_with_the_columns_has_librenms_asked_after_it(simulator: Simulator) -> None:
    make_device("a", librenms_id=simulator.state.add_device(hostname="a"))
    user = admin()
    assert "monitoring/heard" not in client_of(user).get(DEVICES).content.decode()
    client = with_columns(user)
    assert f'hx-get="{HEARD}"' in client.get(DEVICES).content.decode()
    assert client.get(HEARD, headers=HTMX).status_code == 204
    assert rows(client, DEVICES)[0].startswith("a up")
    simulator.stop()
    assert client.get(HEARD, headers=HTMX).status_code == 204


def test_queries_are_the_same_for_any_number_of_rows(simulator: Simulator) -> None:
    client = with_columns(admin())
    costs = {}
    for number in (3, 30):
        for one in range(number):
            librenms_id = simulator.state.add_device(hostname=f"sw-{number}-{one}")
            simulator.state.add_port(librenms_id, ifName="eth0")
            # Half of them are found by their names
            device = make_device(f"sw-{number}-{one}", librenms_id=librenms_id if one % 2 else None)
            make_interface(device, "eth0")
            LibreNMSAPI().port_traffic(librenms_id)
        LibreNMSAPI().devices(refresh=True)
        asked = len(simulator.requests)
        for url in (DEVICES, INTERFACES):
            client.get(url)
            with counted() as queries:
                client.get(url)
            assert not writes_in(queries)
            costs[number, url] = len(queries)
        assert len(simulator.requests) == asked
    assert costs[3, DEVICES] == costs[30, DEVICES]
    assert costs[3, INTERFACES] == costs[30, INTERFACES]
