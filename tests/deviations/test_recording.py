"""What differs in the network is stored once, grows old, is resolved only when somebody looked, and comes back."""

from datetime import timedelta
from typing import Any

import pytest
from dcim.models import Device, Interface
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.deviations.seen import DEVICES, seen_in
from netbox_librenms_plugin.models import Cause, ComparedObject, DailyTotal, Deviation, LibreNMSSettings
from netbox_librenms_plugin.sync.core.deviations import Identity
from simulator.server import Simulator
from tests.factories import admin, make_device, make_interface, make_object_of, request_of
from tests.librenms import add_switch, add_switches

from .support import compare_network, deviation, stored

pytestmark = pytest.mark.django_db


def switch(simulator: Simulator, ports: int = 3, name: str = "switch") -> Device:
    """A switch in LibreNMS, and its device in NetBox without interfaces."""
    device_id = add_switch(simulator.state, ports, hostname=name)
    return make_object_of(simulator.state.devices[device_id])


def port(simulator: Simulator, device: Device, number: int = 0) -> dict[str, Any]:
    librenms_id = device.custom_field_data["librenms_id"]["default"]
    return [one for one in simulator.state.ports.values() if one["device_id"] == librenms_id][number]


def on_page(device: Device) -> set[Identity]:
    """The differences that the device's page shows, of each part that was looked at."""
    cache.clear()
    (compared,) = engine.compare([device], user=admin())
    return {one.identity for one in seen_in(compared, unseen_days=30).found}


def of(device: Device, **wanted: Any) -> set[Identity]:
    rows = Deviation.objects.filter(compared__kind="device", compared__object_id=device.pk, **wanted)
    return set(rows.exclude(state="resolved").values_list("resource", "key", "field"))


class TestOnce:
    def test_the_page_and_the_network_know_the_same(self, simulator: Simulator) -> None:
        device = switch(simulator)
        run = compare_network(complete=True)
        assert run.state == "completed"
        assert of(device) == on_page(device) != set()

    def test_nothing_is_stored_of_what_is_the_same(self, simulator: Simulator) -> None:
        switch(simulator)
        compare_network()
        assert not Deviation.objects.filter(outcome="same").exists()

    def test_a_second_look_writes_no_row_but_the_time(self, simulator: Simulator) -> None:
        device = switch(simulator)
        compare_network(complete=True)
        before = list(Deviation.objects.order_by("pk").values())
        first = ComparedObject.objects.get(object_id=device.pk, kind="device").checked_at
        with CaptureQueriesContext(connection) as captured:
            compare_network(complete=True)
        table = Deviation._meta.db_table
        writing = [one["sql"] for one in captured if table in one["sql"] and not one["sql"].startswith("SELECT")]
        assert writing == []
        assert list(Deviation.objects.order_by("pk").values()) == before
        after = ComparedObject.objects.get(object_id=device.pk, kind="device")
        assert after.checked_at > first
        assert deviation(key=before[0]["key"], resource=before[0]["resource"], field=before[0]["field"]).times_seen == 2

    def test_how_many_queries_do_not_depend_on_how_many_there_are(self, simulator: Simulator) -> None:
        numbers = []
        for more in (5, 45):
            ids = add_switches(simulator.state, more, first=len(simulator.state.devices) + 1, ports=2)
            for pk in ids:
                make_object_of(simulator.state.devices[pk])
            cache.clear()
            compare_network()
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                compare_network()
            numbers.append(len(captured))
        assert numbers[1] <= numbers[0] + 3, numbers


def test_librenms_is_asked_anew(simulator: Simulator) -> None:
    """Whoever compares wants to know what is so now, not what was so some minutes ago."""
    device = switch(simulator)
    compare_network()
    before = of(device, resource="interfaces")
    simulator.state.add_port(device.custom_field_data["librenms_id"]["default"], ifName="Gi1/0/9")
    simulator.requests.clear()
    compare_network()
    assert len(of(device, resource="interfaces")) == len(before) + 1
    assert len(simulator.requests) <= 10


class TestLife:
    def test_what_is_gone_is_resolved_and_comes_back_with_its_history(self, simulator: Simulator) -> None:
        device = switch(simulator)
        compare_network(complete=True)
        name = port(simulator, device)["ifName"]
        one = deviation(resource="interfaces", name=name)
        since = one.first_seen
        made = make_interface(device, name, type="1000base-t")
        compare_network(complete=True)
        one.refresh_from_db()
        assert (one.state, one.times_seen) == ("resolved", 1)
        made.delete()
        compare_network(complete=True)
        one.refresh_from_db()
        assert (one.state, one.reopened, one.first_seen, one.resolved_at) == ("open", 1, since, None)

    def test_what_was_not_looked_at_stays(self, simulator: Simulator) -> None:
        """The VLANs of ports are not in LibreNMS's lists."""
        device = switch(simulator)
        for number in range(3):
            make_interface(device, port(simulator, device, number)["ifName"], type="1000base-t")
        compare_network(complete=True)
        vlans = of(device, field="mode")
        assert vlans
        Interface.objects.update(mode="access")
        for one in simulator.state.ports.values():
            one.pop("vlans", None)
        compare_network()
        assert of(device, field="mode") == vlans
        seen = Deviation.objects.filter(field="mode").first()
        assert seen.times_seen == 1 and seen.last_seen is not None

    def test_nothing_is_resolved_while_librenms_fails(self, simulator: Simulator) -> None:
        device = switch(simulator)
        simulator.state.add_vlan(device.custom_field_data["librenms_id"]["default"], 10, "users")
        compare_network()
        before = of(device, resource="vlans")
        cache.clear()
        simulator.faults.add("/resources/vlans", "status", status=500)
        run = compare_network()
        assert of(device, resource="vlans") == before != set()
        assert run.state == "partial"
        assert "LibreNMS server" in run.items.exclude(issues=[]).get().issues[0]["details"]["reason"]

    def test_a_device_that_librenms_lists_no_more_is_one_difference(self, simulator: Simulator) -> None:
        device = switch(simulator)
        switch(simulator, name="other")
        compare_network()
        before = of(device)
        simulator.state.remove_device(device.custom_field_data["librenms_id"]["default"])
        cache.clear()
        compare_network()
        assert of(device) == before | {(DEVICES, "object", "")}
        assert deviation(resource=DEVICES, compared__object_id=device.pk).reason == "not_in_librenms"

    def test_a_deleted_device_has_no_differences(self, simulator: Simulator) -> None:
        device, other = switch(simulator), switch(simulator, name="other")
        compare_network()
        device.delete()
        compare_network()
        assert set(ComparedObject.objects.filter(kind="device").values_list("object_id", flat=True)) == {other.pk}

    def test_it_counts_when_it_was_seen_often_enough(self, simulator: Simulator) -> None:
        LibreNMSSettings(times_before_open=2).save()
        device = switch(simulator)
        compare_network()
        assert stored("open") == set()
        assert ComparedObject.objects.get(object_id=device.pk, kind="device").open == 0
        compare_network()
        assert stored("pending") == set()
        assert ComparedObject.objects.get(object_id=device.pk, kind="device").open > 0

    def test_what_is_seen_once_and_gone_was_nothing(self, simulator: Simulator) -> None:
        LibreNMSSettings(times_before_open=2).save()
        device = switch(simulator)
        compare_network(complete=True)
        name = port(simulator, device)["ifName"]
        make_interface(device, name, type="1000base-t")
        compare_network(complete=True)
        assert not Deviation.objects.filter(resource="interfaces", name=name, field="").exists()


class TestDecided:
    def accept(self, one: Deviation, days: int = 7) -> None:
        one.state, one.accepted_until = "accepted", timezone.localdate() + timedelta(days=days)
        one.save()

    def test_accepted_stays_so_while_it_is_the_same(self, simulator: Simulator) -> None:
        device = switch(simulator)
        compare_network(complete=True)
        one = deviation(resource="interfaces", name=port(simulator, device)["ifName"])
        self.accept(one)
        compare_network(complete=True)
        one.refresh_from_db()
        assert one.state == "accepted"
        assert ComparedObject.objects.get(object_id=device.pk, kind="device").accepted == 1

    def test_another_wanted_value_is_another_difference(self, simulator: Simulator) -> None:
        device = switch(simulator)
        first = port(simulator, device)
        make_interface(device, first["ifName"], type="1000base-t", mtu=1400)
        first["ifMtu"] = 9216
        compare_network(complete=True)
        one = deviation(field="mtu")
        self.accept(one)
        first["ifMtu"] = 9000
        cache.clear()
        compare_network(complete=True)
        one.refresh_from_db()
        assert (one.state, one.wanted) == ("open", 9000)

    def test_it_is_open_again_when_the_day_is_over(self, simulator: Simulator) -> None:
        device = switch(simulator)
        compare_network(complete=True)
        one = deviation(resource="interfaces", name=port(simulator, device)["ifName"])
        self.accept(one, days=-1)
        compare_network(complete=True)
        one.refresh_from_db()
        assert one.state == "open"


class TestCauses:
    def test_one_thing_on_many_devices_is_one_cause(self, simulator: Simulator) -> None:
        for number in range(3):
            device = switch(simulator, name=f"sw{number}")
            for at in range(3):
                one = port(simulator, device, at)
                one["ifMtu"] = 9216
                make_interface(device, one["ifName"], type="1000base-t", mtu=1500)
        compare_network(complete=True)
        cause = Cause.objects.get(field="mtu")
        assert (cause.open, cause.objects_open, cause.value) == (9, 3, 9216)

    def test_values_of_its_own_make_no_cause_each(self, simulator: Simulator) -> None:
        for number in range(3):
            device = switch(simulator, name=f"sw{number}")
            one = port(simulator, device)
            one["ifAlias"] = f"to the customer {number}"
            make_interface(device, one["ifName"], type="1000base-t")
        compare_network(complete=True)
        assert Cause.objects.get(field="description").objects_open == 3

    def test_what_is_missing_is_the_cause(self, simulator: Simulator) -> None:
        for number in range(2):
            device = switch(simulator, name=f"sw{number}")
            row = simulator.state.devices[device.custom_field_data["librenms_id"]["default"]]
            row["os"] = "strangeos"
        compare_network()
        cause = Cause.objects.get(reason="platform_missing")
        assert (cause.details, cause.objects_open) == ({"text": "strangeos"}, 2)


def test_devices_that_netbox_lacks(simulator: Simulator) -> None:
    switch(simulator)
    add_switch(simulator.state, 1, hostname="unknown")
    compare_network()
    one = deviation(compared__kind="librenms")
    assert (one.compared.name, one.outcome) == ("unknown", "missing")
    make_object_of(simulator.state.devices[one.compared.librenms_id])
    cache.clear()
    compare_network()
    assert not Deviation.objects.filter(compared__kind="librenms").exists()


def test_the_day_keeps_its_numbers(simulator: Simulator) -> None:
    switch(simulator)
    compare_network()
    compare_network()
    day = DailyTotal.objects.get(resource="")
    assert day.open == Deviation.objects.filter(state="open", counted=True).count() > 0
    assert day.objects_compared == 1


def test_a_list_that_is_far_shorter_changes_nothing(simulator: Simulator) -> None:
    for number in range(12):
        switch(simulator, ports=1, name=f"sw{number}")
    compare_network()
    before = stored()
    for pk in list(simulator.state.devices)[:4]:
        simulator.state.remove_device(pk)
    cache.clear()
    with pytest.raises(Exception, match="lists only 8 entries in the list of devices where 12 were known"):
        compare_network()
    assert stored() == before
    assert compare_network(force="They were dismantled.").state == "completed"


def test_links_whose_ends_disagree(simulator: Simulator) -> None:
    one, other = switch(simulator, name="one"), switch(simulator, name="other")
    ports = [port(simulator, device) for device in (one, other)]
    for device, row, mtu in zip((one, other), ports, (1500, 9216), strict=True):
        row.update(ifMtu=mtu, ifOperStatus="up")
        interface = make_interface(device, row["ifName"], type="1000base-t")
        interface.custom_field_data["librenms_id"] = {"default": row["port_id"]}
        interface.save()
    simulator.state.add_link(ports[0]["port_id"], ports[1]["port_id"])
    compare_network()
    found = deviation(resource="link_ends")
    assert (found.field, found.found, found.wanted, found.compared.name) == ("mtu", 1500, 9216, "one")
    assert found.details["peer"] == f"other {ports[1]['ifName']}"
    ports[0]["ifMtu"] = 9216
    cache.clear()
    compare_network()
    found.refresh_from_db()
    assert found.state == "resolved"


def test_nothing_of_the_sort_without_rights_on_the_object(simulator: Simulator) -> None:
    from tests.factories import somebody

    hidden, shown = switch(simulator, name="hidden"), switch(simulator, name="shown")
    compare_network()
    user = somebody("reader", {"dcim.device": ["view"]}, constraints={"name": "shown"})
    seen = set(Deviation.objects.visible_to(user).values_list("compared__name", flat=True))
    assert seen == {"shown"} and hidden != shown


def test_a_device_of_another_server_is_not_compared(simulator: Simulator) -> None:
    switch(simulator)
    device = make_device("elsewhere")
    device.custom_field_data["librenms_id"] = {"other": 5}
    device.save()
    compare_network()
    assert not ComparedObject.objects.filter(object_id=device.pk, kind="device").exists()


class TestAfterSync:
    def sync(self, device: Device, **selection: Any) -> None:
        cache.clear()
        with request_of(admin()) as request:
            chosen = {"interfaces": engine.Selection(**selection)}
            engine.apply(device, user=admin(), request=request, selections=chosen)

    def test_what_was_written_is_resolved_at_once(self, simulator: Simulator) -> None:
        device = switch(simulator)
        compare_network(complete=True)
        self.sync(device)
        assert of(device, resource="interfaces") == set()
        compared = ComparedObject.objects.get(object_id=device.pk, kind="device")
        assert "interfaces" not in compared.counts

    def test_a_field_that_was_left_out_is_not(self, simulator: Simulator) -> None:
        device = switch(simulator)
        one = port(simulator, device, 1)
        make_interface(device, one["ifName"], type="1000base-t", mtu=1400, description="another one")
        compare_network(complete=True)
        key = deviation(field="mtu").key
        self.sync(device, keys=[key], only={key: ["mtu"]})
        assert Interface.objects.get(name=one["ifName"]).mtu == 1500
        assert deviation(field="mtu").state == "resolved"
        assert deviation(field="description").state == "open"

    def test_the_next_comparison_says_the_same(self, simulator: Simulator) -> None:
        device = switch(simulator)
        compare_network(complete=True)
        self.sync(device)
        before = list(Deviation.objects.order_by("pk").values_list("pk", "state"))
        compare_network(complete=True)
        assert list(Deviation.objects.order_by("pk").values_list("pk", "state")) == before
