"""Two schedules that are about the same object: the first in order writes what both would, and the other says so."""

import pytest
from dcim.models import Interface

from netbox_librenms_plugin.schedules.objects import ids_by_kind
from netbox_librenms_plugin.schedules.order import order_of
from netbox_librenms_plugin.schedules.preview import preview
from netbox_librenms_plugin.words.sentences import kept_sentence
from simulator.server import Simulator
from tests.factories import make_interface
from tests.fleet_sync.support import switches
from tests.schedules.support import armed, make_schedule, run_of

pytestmark = pytest.mark.django_db

PORTS = 2


@pytest.fixture(autouse=True)
def network(simulator: Simulator) -> None:
    """Three switches, each of which has its first interface in NetBox, with another description and MTU."""
    for device in switches(simulator, 3, ports=PORTS):
        make_interface(device, "Gi1/0/1", description="old", mtu=9000)


def first(name: str) -> Interface:
    return Interface.objects.get(device__name=name, name="Gi1/0/1")


def test_the_first_in_order_has_the_field_that_both_would_write() -> None:
    some = {"devices": "some", "device_filter": {"name": ["switch-001"]}}
    every = ["missing", "changed"]
    armed(make_schedule("First", weight=1, exclude_fields=["description"], outcomes=["changed"], **some))
    run = run_of(armed(make_schedule("Second", weight=2, outcomes=every)))
    assert run.options["left_to"] == {"First": ["interfaces"]}
    # Of the one that both are about: what is missing and the description, which the first one leaves alone
    assert (first("switch-001").mtu, first("switch-001").description) == (9000, "desk 1")
    assert Interface.objects.filter(device__name="switch-001").count() == PORTS
    assert (first("switch-002").mtu, first("switch-002").description) == (1500, "desk 1")
    assert first("switch-003").mtu == 1500


def test_an_object_of_which_nothing_is_left_is_left_out_and_says_whose_it_is() -> None:
    armed(make_schedule("First", weight=1, devices="some", device_filter={"name": ["switch-001"]}))
    second = armed(make_schedule("Second", weight=2))
    assert preview(second).totals.together.kept == 2
    run = run_of(second)
    assert run.state == "completed"
    item = run.items.get(name="switch-001")
    assert item.outcome == "left_out"
    assert kept_sentence(item.issues[0]["code"], item.issues[0]["details"]) == "The schedule “First” looks after it."
    assert first("switch-001").mtu == 9000


@pytest.mark.parametrize(
    "fields",
    [
        {"weight": 3},
        {"weight": 1, "resources": ["vlans"]},
        {"weight": 1, "enabled": False},
        {"weight": 1, "action": "compare"},
        {"weight": 1, "devices": "some", "device_filter": {"name": ["none-of-them"]}},
    ],
)
def test_who_comes_later_or_writes_something_else_keeps_nobody_from_anything(fields: dict[str, object]) -> None:
    other = make_schedule("Other", **fields)
    armed(other)
    second = make_schedule("Second", weight=2)
    assert not order_of(second, ids_by_kind(second)).left


def test_who_is_in_shadow_keeps_nobody_from_anything() -> None:
    make_schedule("First", weight=1)
    second = make_schedule("Second", weight=2)
    assert not order_of(second, ids_by_kind(second)).left
