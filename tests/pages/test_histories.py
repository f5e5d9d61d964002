"""The tab says since when rows differ, as far as that is stored, and what was accepted of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.template.defaultfilters import date as shown_date
from django.urls import reverse
from django.utils import timezone

from netbox_librenms_plugin.deviations.deciding import accept
from netbox_librenms_plugin.models import ComparedObject, Deviation
from netbox_librenms_plugin.templatetags.librenms import day
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, make_device, make_interface, make_vm
from tests.librenms import add_switch
from tests.orm.support import counted, writes_in
from tests.pages.support import Reader, rows, words

pytestmark = pytest.mark.django_db

SINCE = datetime(2025, 3, 12, 10, 0, tzinfo=UTC)
LIST = reverse("plugins:netbox_librenms_plugin:deviation_list")


def a_switch(simulator: Simulator, ports: int = 3, name: str = "switch") -> Any:
    """A switch whose interfaces have another MTU in NetBox."""
    number = add_switch(simulator.state, ports, vlans=(), hostname=name)
    device = make_device(name, librenms_id=number)
    for port in [one for one in simulator.state.ports.values() if one["device_id"] == number]:
        make_interface(device, port["ifName"], mtu=9000)
    return device


@pytest.fixture
def device(simulator: Simulator) -> Any:
    """Compared, and its differences of some age."""
    device = a_switch(simulator)
    compare_network()
    Deviation.objects.update(first_seen=SINCE)
    return device


def row_of(reader: Reader, name: str = "Gi1/0/1", **query: Any) -> str:
    return next(text for text in rows(reader.panel(**query)).values() if text.startswith(name))


def accepted(until: date, reason: str, **which: Any) -> None:
    accept(Deviation.objects.filter(**which), admin(), until=until, reason=reason)


def test_a_row_says_since_when_it_differs(device: Any) -> None:
    reader = Reader(admin(), device)
    assert "Differs since 12 March 2025" in row_of(reader)
    assert "2025-03-12 10:00:00" in reader.panel()


def test_a_day_of_this_year_needs_no_year() -> None:
    now = timezone.localtime()
    assert day(now) == shown_date(now, "j F")
    assert day(date(2024, 2, 1)) == "1 February 2024"


def test_what_nobody_has_compared_has_no_age(simulator: Simulator) -> None:
    html = Reader(admin(), a_switch(simulator)).panel()
    assert "since" not in words(html) and "Differs" in words(html)


def test_the_row_says_what_was_accepted_by_whom_and_why(device: Any) -> None:
    until = timezone.localdate() + timedelta(days=30)
    accepted(until, "migration", name="Gi1/0/1")
    reader = Reader(admin(), device)
    assert f"accepted until {day(until)} by root: migration" in row_of(reader)
    assert "accepted" not in row_of(reader, "Gi1/0/2")


def test_a_field_that_was_accepted_alone_is_named(device: Any) -> None:
    until = timezone.localdate() + timedelta(days=30)
    accepted(until, "migration", name="Gi1/0/1", field="mtu")
    assert f"MTU: accepted until {day(until)} by root: migration" in row_of(Reader(admin(), device))


def test_what_was_accepted_of_another_value_is_not_said(device: Any, simulator: Simulator) -> None:
    accepted(timezone.localdate() + timedelta(days=30), "migration", name="Gi1/0/1", field="mtu")
    next(one for one in simulator.state.ports.values() if one["ifName"] == "Gi1/0/1")["ifMtu"] = 1400
    reader = Reader(admin(), device)
    reader.panel()
    reader.post("panel_refresh")
    said = row_of(reader)
    assert "since 12 March 2025" in said and "accepted" not in said


def test_a_row_that_agrees_by_now_has_no_age(device: Any) -> None:
    device.interfaces.filter(name="Gi1/0/1").update(mtu=1500, speed=1_000_000, duplex="full", description="")
    deviations = Deviation.objects.filter(name="Gi1/0/1")
    assert deviations.exists()
    reader = Reader(admin(), device)
    reader.panel(show="all")
    reader.sync(pk=[deviations[0].key])
    assert "since" not in row_of(reader, show="all")


def test_a_synced_row_of_which_something_is_left_keeps_its_age(device: Any) -> None:
    reader = Reader(admin(), device)
    reader.panel()
    html = reader.sync(pk=[Deviation.objects.filter(name="Gi1/0/1")[0].key], exclude=["mtu"])
    assert "since 12 March 2025" in words(html)


def test_reasons_are_text(device: Any) -> None:
    accepted(timezone.localdate() + timedelta(days=30), "<script>alert(1)</script>", name="Gi1/0/1")
    assert "<script>alert" not in Reader(admin(), device).panel()


def test_the_header_leads_to_the_deviations(device: Any) -> None:
    html = Reader(admin(), device).header().replace("&amp;", "&")
    record = ComparedObject.objects.get()
    assert f"{LIST}?compared_id={record.pk}&state=open&state=failed&state=accepted" in html
    assert f"{record.open + record.extra} deviations" in words(html)


def test_the_header_leads_nowhere_where_nothing_is_stored(simulator: Simulator) -> None:
    assert "deviation" not in words(Reader(admin(), a_switch(simulator)).header())


def test_virtual_machines_have_it_too(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, vlans=(), hostname="guest")
    machine = make_vm("guest", librenms_id=number)
    compare_network()
    Deviation.objects.update(first_seen=SINCE)
    reader = Reader(admin(), machine)
    assert "Missing since 12 March 2025" in row_of(reader)
    assert "deviations" in words(reader.header())


def test_it_is_one_query_for_any_number_of_rows(simulator: Simulator) -> None:
    asked = {}
    for ports in (5, 40):
        device = a_switch(simulator, ports, name=f"switch-{ports}")
        compare_network()
        reader = Reader(admin(), device)
        reader.panel()
        with counted() as queries:
            assert "since" in words(reader.panel())
        assert not writes_in(queries)
        asked[ports] = len(queries)
    assert asked[5] == asked[40]
