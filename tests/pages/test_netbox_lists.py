"""NetBox's own lists say how many differences each object has, from what is stored."""

import csv
import io
from typing import Any

import pytest
from dcim.models import Device
from django.urls import reverse

from netbox_librenms_plugin.models import ComparedObject
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, client_of, make_device, make_interface, make_vm, somebody
from tests.librenms import add_switch
from tests.orm.support import counted, writes_in
from tests.pages.support import words

pytestmark = pytest.mark.django_db

DEVICES, MACHINES = "/dcim/devices/", "/virtualization/virtual-machines/"
LIST = reverse("plugins:netbox_librenms_plugin:deviation_list")


def with_column(user: Any) -> Any:
    """A user whose lists have the column."""
    for table in ("DeviceTable", "VirtualMachineTable"):
        user.config.set(f"tables.{table}.columns", ["name", "librenms_differences"], commit=True)
    return client_of(user)


def add(simulator: Simulator, name: str, ports: int = 1) -> Device:
    """A device whose ports NetBox has with another MTU."""
    number = add_switch(simulator.state, ports, vlans=(), hostname=name)
    device = make_device(name, librenms_id=number)
    for port in [one for one in simulator.state.ports.values() if one["device_id"] == number]:
        make_interface(device, port["ifName"], mtu=9000)
    return device


def cells(client: Any, url: str = DEVICES, **query: Any) -> dict[str, str]:
    """Name → the cell's markup, in the order of the list."""
    html = client.get(url, query).content.decode().replace("&amp;", "&")
    rows = html.split("<tbody")[1].split("</tbody>")[0].split("<tr")[1:]
    # The box of a row, which not everybody has, has no words
    found = [[f"<td{one}" for one in row.split("<td")[1:] if 'name="pk"' not in one] for row in rows]
    return {words(one[0]): one[1] for one in found if len(one) > 1}


def test_the_number_leads_to_the_deviations(simulator: Simulator) -> None:
    device = add(simulator, "sw")
    compare_network()
    number = ComparedObject.objects.get().open
    cell = cells(with_column(admin()))["sw"]
    assert words(cell) == str(number) != "0"
    assert f"{LIST}?kind=device&object_id={device.pk}&counted=true&state=open&state=failed" in cell
    listed = client_of(admin()).get(f"{LIST}?kind=device&object_id={device.pk}&counted=true&state=open&state=failed")
    assert listed.context["table"].page.paginator.count == number


def test_what_was_not_compared_does_not_agree(simulator: Simulator) -> None:
    make_device("unknown")
    cell = cells(with_column(admin()))["unknown"]
    assert words(cell) == "–" and "Not compared with LibreNMS yet" in cell


def test_what_could_not_be_compared_does_not_agree_either(simulator: Simulator) -> None:
    device = add(simulator, "sw")
    compare_network()
    ComparedObject.objects.filter(object_id=device.pk).update(
        open=0, problem={"code": "timeout", "message": "LibreNMS did not answer in time."}
    )
    cell = cells(with_column(admin()))["sw"]
    assert words(cell) == "–" and "LibreNMS did not answer in time." in cell


def test_what_agrees_says_when(simulator: Simulator) -> None:
    add(simulator, "sw")
    compare_network(complete=True)
    ComparedObject.objects.update(open=0)
    cell = cells(with_column(admin()))["sw"]
    assert words(cell) == "0" and "No difference in what was compared just now" in cell


def test_what_was_not_looked_at_is_said_where_no_difference_was_found(simulator: Simulator) -> None:
    add(simulator, "sw")
    compare_network()
    ComparedObject.objects.update(open=0)
    cell = cells(with_column(admin()))["sw"]
    assert words(cell) == "0 in part" and "Not everything was looked at" in cell


def test_virtual_machines_have_it_too(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 1, vlans=(), hostname="guest")
    make_vm("guest", librenms_id=number)
    compare_network()
    cell = cells(with_column(admin()), MACHINES)["guest"]
    assert words(cell) == str(ComparedObject.objects.get().open) and "kind=virtualmachine" in cell


def test_the_worst_come_first_and_the_unknown_last(simulator: Simulator) -> None:
    for name, ports in (("few", 1), ("many", 3)):
        add(simulator, name, ports)
    make_device("unknown")
    compare_network()
    client = with_column(admin())
    assert list(cells(client, sort="-librenms_differences")) == ["many", "few", "unknown"]
    assert list(cells(client, sort="librenms_differences")) == ["few", "many", "unknown"]


def test_it_is_exported_as_a_number(simulator: Simulator) -> None:
    add(simulator, "sw")
    make_device("unknown")
    compare_network()
    answer = with_column(admin()).get(DEVICES, {"export": "table"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = {one["Name"]: one["LibreNMS differences"] for one in csv.DictReader(io.StringIO(content.decode()))}
    assert rows == {"sw": str(ComparedObject.objects.get().open), "unknown": ""}


def test_who_may_not_read_the_plugins_pages_is_told_nothing(simulator: Simulator) -> None:
    add(simulator, "sw")
    compare_network()
    assert words(cells(with_column(somebody("reader", {"dcim.device": ["view"]})))["sw"]) == "–"


def test_problems_are_text(simulator: Simulator) -> None:
    add(simulator, "sw")
    compare_network()
    ComparedObject.objects.update(open=0, problem={"code": "x", "message": '"><script>alert(1)</script>'})
    assert "<script>alert" not in cells(with_column(admin()))["sw"]


def test_it_is_one_query_for_any_number_of_rows(simulator: Simulator) -> None:
    client = with_column(admin())
    asked = []
    for number in (2, 30):
        for name in range(number):
            add(simulator, f"sw-{number}-{name}")
        compare_network()
        client.get(DEVICES)
        with counted() as queries:
            client.get(DEVICES)
        assert not writes_in(queries)
        asked.append(len([one for one in queries if "librenms_plugin_comparedobject" in one["sql"]]))
    assert asked == [1, 1]
