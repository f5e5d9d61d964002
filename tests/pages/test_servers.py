"""Several LibreNMS servers and one object: which know it, what is linked by hand, and what is taken away again."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device

from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.librenms import add_switch, librenms_servers, server_entry
from tests.pages.support import Reader, stored_id, words

pytestmark = pytest.mark.django_db


def a_device(stored: Any) -> Device:
    device = make_device("switch")
    device.custom_field_data = {"librenms_id": stored}
    device.save()
    return device


def entry(html: str, key: str) -> str:
    return words(html.split(f'id="librenms-server-{key}">')[1].split("</form>")[0].split("</div>")[0])


def two(simulator: Simulator) -> Any:
    return librenms_servers(
        {"a": server_entry(simulator, display_name="First"), "b": server_entry(simulator, display_name="Second")}
    )


def test_one_server_needs_no_card(simulator: Simulator) -> None:
    device = a_device({"default": add_switch(simulator.state, 2, vlans=())})
    assert "LibreNMS servers" not in words(Reader(admin(), device).overview())


def test_each_server_with_its_id_and_the_one_in_use(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, vlans=())
    with two(simulator):
        html = Reader(admin(), a_device({"a": {"id": str(number)}})).overview()
    assert entry(html, "a").startswith(f"First in use ID {number}")
    assert entry(html, "b").startswith("Second No ID stored")


def test_a_bare_id_says_so(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, vlans=())
    with two(simulator):
        html = Reader(admin(), a_device(number)).overview()
    assert f"ID {number} stored without the name of a server" in entry(html, "a")


def test_an_id_for_a_server_that_is_gone_can_be_removed(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, vlans=())
    device = a_device({"default": number, "old": 7})
    reader = Reader(admin(), device)
    assert entry(reader.overview(), "old").startswith("old not configured any more ID 7")
    answer = reader.post("unlink", server="old")
    assert stored_id(device) == {"default": number}
    assert "is removed" in words(answer) and reader.last["HX-Trigger"] == "librenms:reload"
    change = ObjectChange.objects.get(changed_object_type__model="device", action="update")
    assert change.prechange_data["custom_fields"]["librenms_id"]["old"] == 7 and "old" in change.message
    assert "LibreNMS servers" not in words(reader.overview())


def test_a_bare_id_is_removed_with_its_server(simulator: Simulator) -> None:
    device = a_device(add_switch(simulator.state, 2, vlans=()))
    reader = Reader(admin(), device)
    reader.post("unlink", server="elsewhere")
    assert stored_id(device) is not None and not ObjectChange.objects.exists()
    reader.post("unlink", server="default")
    assert stored_id(device) is None


def test_another_server_is_linked_by_id_after_it_was_asked(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, vlans=())
    with two(simulator):
        device = a_device({"a": number})
        reader = Reader(admin(), device)
        assert f'hx-post="{reader.address("link")}?server=b"' in reader.overview()
        reader.query = {"server": "b"}
        reader.link(99)
        assert stored_id(device) == {"a": number}
        reader.link(number)
    assert stored_id(device) == {"a": number, "b": number}


def test_who_may_not_change_the_object_removes_nothing(simulator: Simulator) -> None:
    device = a_device({"default": add_switch(simulator.state, 2, vlans=()), "old": 7})
    plugin = {"netbox_librenms_plugin.librenmssettings": ["view", "change"]}
    reader = Reader(somebody("half", {"dcim.device": ["view"], **plugin}), device)
    assert "Remove" not in entry(reader.overview(), "old")
    assert "You may not" in words(reader.post("unlink", server="old"))
    assert stored_id(device)["old"] == 7
