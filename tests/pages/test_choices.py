"""What a person decides about rows: offered where it matters, kept, and what is synced by."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from ipam.models import VLAN, VLANGroup

from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.pages.support import Reader, choice, rows, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[Reader]:
    """A switch with two VLANs, in a NetBox with two groups that each of them could go into."""
    number = simulator.state.add_device(hostname="switch")
    simulator.state.add_vlan(number, 10, "office")
    simulator.state.add_vlan(number, 20, "phones")
    for name in ("Campus", "Lab"):
        VLANGroup.objects.create(name=name, slug=name.lower())
    yield Reader(admin(), make_device("switch", librenms_id=number), "vlans")


def group(name: str) -> int:
    return int(VLANGroup.objects.get(name=name).pk)


def test_groups_are_offered_on_the_row_that_cannot_be_decided(reader: Reader) -> None:
    html = reader.panel()
    assert "Blocked" in rows(html)["vlan-10"] and "several groups" in rows(html)["vlan-10"]
    box = choice(html, "vlan-10")
    assert (box.shown, list(box.options.values())) == ("Choose…", ["Choose…", "Campus", "Lab", "No group"])


def test_a_choice_makes_the_row_syncable_and_is_what_is_written(reader: Reader) -> None:
    reader.panel()
    html = reader.panel(choose=f"group:{group('Lab')}:vlan-10")
    assert "Missing" in rows(html)["vlan-10"] and "Blocked" in rows(html)["vlan-20"]
    box = choice(html, "vlan-10")
    assert (box.shown, list(box.options.values())) == ("Lab", ["As found", "Campus", "Lab", "No group"])
    assert box.value == str(group("Lab"))
    reader.sync(only="vlan-10")
    assert [(one.vid, one.group.name) for one in VLAN.objects.all()] == [(10, "Lab")]


def test_one_choice_for_all_rows_and_another_for_one(reader: Reader) -> None:
    html = reader.panel()
    assert "Group for all" in words(html)
    reader.panel(choose=[f"group:{group('Campus')}:*", f"group:{group('Lab')}:vlan-20"])
    reader.sync(all="1")
    assert {one.vid: one.group.name for one in VLAN.objects.all()} == {10: "Campus", 20: "Lab"}


def test_no_group_is_a_choice_too(reader: Reader) -> None:
    reader.panel(choose="group:0:*")
    reader.sync(all="1")
    assert [(one.group, one.site) for one in VLAN.objects.all()] == [(None, reader.instance.site)] * 2


def test_it_is_remembered_where_the_address_does_not_say_it(reader: Reader) -> None:
    reader.panel(choose=f"group:{group('Lab')}:vlan-10")
    assert "Missing" in rows(reader.panel())["vlan-10"]
    reader.overview()
    assert "VLANs 1 will be created" in words(reader.ask_everything())
    reader.sync_everything()
    assert VLAN.objects.get().group.name == "Lab"
    VLAN.objects.all().delete()
    assert "Blocked" in rows(reader.panel())["vlan-10"]


def test_it_is_taken_back(reader: Reader) -> None:
    reader.panel(choose=f"group:{group('Lab')}:vlan-10")
    assert "Blocked" in rows(reader.panel(choose="group::vlan-10"))["vlan-10"]
    assert "Blocked" in rows(reader.panel())["vlan-10"]


def test_it_is_his_own(reader: Reader) -> None:
    reader.panel(choose=f"group:{group('Lab')}:vlan-10")
    other = Reader(somebody("other", dict.fromkeys(SEEN, ["view"])), reader.instance, "vlans")
    assert "Blocked" in rows(other.panel(show="all"))["vlan-10"]
    assert "data-librenms-choice" not in other.panel(show="all")


SEEN = ("dcim.device", "ipam.vlan", "ipam.vlangroup", "netbox_librenms_plugin.librenmssettings")


@pytest.mark.parametrize("choice", ["group:999999:vlan-10", "member:1:vlan-10", "group:x:vlan-10", "group:1", ":::"])
def test_nonsense_is_as_if_it_were_not_there(reader: Reader, choice: str) -> None:
    html = reader.panel(choose=choice)
    assert "vlan-10" in rows(html)
    reader.sync(all="1")
    assert not VLAN.objects.filter(group__isnull=False).exists()


def test_a_forgotten_choice_writes_nothing_else(reader: Reader) -> None:
    """What was seen with a choice is not what would be written without it."""
    reader.panel(choose=f"group:{group('Lab')}:vlan-10")
    reader.query = {}
    cache.delete_many(cache.keys("*:chosen"))
    reader.sync(only="vlan-10")
    assert not VLAN.objects.exists()
