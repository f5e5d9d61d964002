"""Many devices are imported together, with the outcome of importing one after the other."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Cable, ConsolePortTemplate, Device, DeviceType, Interface, MACAddress, Platform, Site
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from extras.validators import CustomValidator
from ipam.models import VLAN, IPAddress

from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run, SyncRun
from simulator.large import build_large
from simulator.server import Simulator
from tests.factories import make_named
from tests.librenms import simulated_librenms

from .support import import_all, outcomes, reasons, refer_to

# From 50 on they are written together
DEVICES = 55
FEW = 28
PORTS = 9


@pytest.fixture
def network(db: Any) -> Iterator[Simulator]:
    """A LibreNMS with devices at fifty sites, some of them cabled, whose sites, types and roles NetBox knows. Many are
    of a type that brings a component."""
    with simulated_librenms(build_large(DEVICES, DEVICES * PORTS)) as simulator:
        for pk in ids(simulator)[10::2]:
            simulator.state.devices[pk]["hardware"] = "C9500-40X-E"
        refer_to(LibreNMSAPI().devices().value)
        DeviceType.objects.update(airflow="front-to-rear", default_platform=make_named(Platform, "Of the type"))
        ConsolePortTemplate.objects.create(device_type=DeviceType.objects.get(model="C9500-40X-E"), name="console")
        yield simulator


def ids(simulator: Simulator) -> list[int]:
    return sorted(simulator.state.devices)


def there() -> dict[str, Any]:
    """What NetBox holds, and what its change log says of it, without primary keys."""
    interfaces = Interface.objects.select_related("device", "untagged_vlan", "lag", "parent", "primary_mac_address")
    columns = ("device__name", "name", "type", "mtu", "speed", "enabled", "description", "mode")
    related = ("untagged_vlan__vid", "lag__name", "parent__name", "primary_mac_address__mac_address")
    return {
        "devices": sorted(
            Device.objects.values_list(
                "name",
                "site__name",
                "serial",
                "platform__name",
                "airflow",
                "console_port_count",
                "primary_ip4__address",
                "primary_ip6__address",
                "interface_count",
                "custom_field_data__librenms_id",
            ),
            key=repr,
        ),
        "interfaces": sorted(interfaces.values_list(*columns, *related, "custom_field_data__librenms_id"), key=repr),
        "tagged": sorted(
            Interface.tagged_vlans.through.objects.values_list(
                "interface__device__name", "interface__name", "vlan__vid"
            )
        ),
        "macs": sorted(map(str, MACAddress.objects.values_list("mac_address", flat=True))),
        "vlans": sorted(VLAN.objects.values_list("vid", "name", "site__name", "group__name")),
        "addresses": sorted(map(str, IPAddress.objects.values_list("address", flat=True))),
        "cables": sorted(
            sorted(f"{end.device} {end}" for end in (*cable.a_terminations, *cable.b_terminations))
            for cable in Cable.objects.all()
        ),
        "changes": Counter(ObjectChange.objects.values_list("changed_object_type__model", "action")),
        "counted": sorted(Site.objects.values_list("name", flat=True)),
        "synced": sorted(SyncRun.objects.values_list("object_repr", "state"), key=repr),
    }


@contextmanager
def nothing_stays() -> Iterator[None]:
    """Afterwards it is as if nothing had been imported."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(runs: Iterable[Run]) -> dict[str, tuple[str, dict[str, int], list[str]]]:
    """Hostname → outcome, what was written, and the codes of what was not."""
    return {
        row.name: (row.outcome, row.counts, [one["code"] for one in row.issues])
        for run in runs
        for row in run.items.all()
    }


@pytest.mark.slow
def test_the_outcome_is_that_of_one_after_the_other_and_again_is_no_news(network: Simulator) -> None:
    """Two devices say the same address, which only one can have."""
    first, second = list(network.state.ipv4.values())[:2]
    second.update(ipv4_address=first["ipv4_address"], ipv4_prefixlen=first["ipv4_prefixlen"])
    with nothing_stays():
        together = told([import_all(ids(network))])
        held = there()
        assert IPAddress.objects.filter(address__net_host=first["ipv4_address"]).count() == 1
        assert held["cables"] and {one[4] for one in held["devices"]} == {"front-to-rear"}
        assert {one[5] for one in held["devices"]} == {0, 1}
        again = import_all(ids(network))
        assert Counter(outcomes(again).values()) == {"exists": DEVICES}
        assert there()["changes"] == held["changes"]
    single = told([import_all(some) for some in batched(ids(network), FEW)])
    assert Counter(outcome for outcome, *_rest in single.values()) == {"created": DEVICES}
    alone = there()
    for name in alone:
        if name != "synced":  # of the cables: one that two devices share is a row of whoever comes first
            assert held[name] == alone[name], name
    assert {name: (one[0], one[2]) for name, one in together.items()} == {
        name: (one[0], one[2]) for name, one in single.items()
    }
    assert written(together) == written(single)


def written(rows: dict[str, tuple[str, dict[str, int], list[str]]]) -> Counter[str]:
    return sum((Counter(counts) for _outcome, counts, _codes in rows.values()), Counter())


class NotThatOne(CustomValidator):
    """A rule of this NetBox that one of the devices breaks."""

    def validate(self, instance: Any, request: Any = None) -> None:
        if instance.name.endswith(NotThatOne.name):
            self.fail("not in this house", field="name")

    name = ""


def test_what_is_wrong_with_one_costs_only_itself(network: Simulator) -> None:
    """One that NetBox refuses, one that LibreNMS does not answer for, and one that looks different by now."""
    stale, silent, refused = ids(network)[0], ids(network)[3], ids(network)[7]
    hostname = {pk: network.state.devices[pk]["hostname"] for pk in (stale, silent, refused)}
    NotThatOne.name = network.state.devices[refused]["sysName"].split(".")[0]
    network.faults.add(f"/devices/{silent}/", "status", status=500)
    with override_settings(CUSTOM_VALIDATORS={"dcim.device": [NotThatOne()]}):
        run = import_all(ids(network), expected={stale: "0123456789abcdef"})
    assert Counter(outcomes(run).values()) == {"created": DEVICES - 3, "failed": 3}, reasons(run)
    assert reasons(run) == {
        hostname[stale]: ["stale"],
        hostname[silent]: ["librenms_failed"],
        hostname[refused]: ["refused"],
    }
    assert not Device.objects.filter(name=NotThatOne.name).exists()


@pytest.mark.slow
@pytest.mark.parametrize(("cables", "budget", "sizes"), [(False, 40, (50, 75)), (True, 60, (75, 100))])
def test_queries_and_calls_a_device(db: Any, cables: bool, budget: int, sizes: tuple[int, int]) -> None:
    """With cables, of which each device has one from the 51st on, NetBox's validation of each one comes on top, and the
    reading of both ends."""
    options = ImportOptions(cables=cables)
    counted: dict[int, tuple[int, int]] = {}
    for size in sizes:
        with nothing_stays(), simulated_librenms(build_large(size, size * PORTS)) as simulator:
            refer_to(LibreNMSAPI().devices().value)
            simulator.requests.clear()
            with CaptureQueriesContext(connection) as queries:
                assert Counter(outcomes(import_all(options=options)).values()) == {"created": size}
            assert Cable.objects.count() == (size - 50 if cables else 0)
            counted[size] = (len(queries), len(simulator.requests))
    queries_more, calls_more = (more - few for few, more in zip(*counted.values(), strict=True))
    assert queries_more / 25 <= budget, counted
    assert calls_more / 25 <= 3, counted
    assert all(number / size <= 60 for size, (number, _calls) in counted.items()), counted
