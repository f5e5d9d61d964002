"""The database's connection breaks off in the midst of a sync: REST, page and command say so, and nothing is halved."""

import io
from collections.abc import Callable

import pytest
from dcim.models import Device, Interface
from django.core.management import call_command

from netbox_librenms_plugin.models import SyncRun
from simulator.server import Simulator
from tests.cuts import cut_before
from tests.factories import admin, make_device
from tests.imports.fleet import add
from tests.librenms import add_switch
from tests.pages.support import Reader, words

from .support import ROOT, Caller

pytestmark = pytest.mark.usefixtures("real_commits")
MOMENTS: dict[str, Callable[[str], bool]] = {
    "as interfaces are stored": lambda sql: sql.startswith('INSERT INTO "dcim_interface"'),
    "as the run is kept": lambda sql: sql.startswith('INSERT INTO "netbox_librenms_plugin_syncrun"'),
    "as NetBox is read": lambda sql: sql.startswith("SELECT") and 'FROM "dcim_interface"' in sql,
}


@pytest.fixture
def device(simulator: Simulator) -> Device:
    return make_device("switch", librenms_id=add_switch(simulator.state, 4, vlans=()))


def numbers() -> tuple[int, int]:
    return Interface.objects.count(), SyncRun.objects.count()


@pytest.mark.parametrize("moment", MOMENTS)
def test_rest_says_503(device: Device, moment: str) -> None:
    caller = Caller(admin())
    with cut_before(MOMENTS[moment]) as hit:
        answer = caller.sync(device)
    assert len(hit) == 1
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert "database broke off" in answer.json()["detail"]
    assert numbers() == (0, 0)
    assert caller.sync(device).status_code == 200 and numbers() == (4, 1)


def test_looking_says_503_too(device: Device) -> None:
    caller = Caller(admin())
    with cut_before(MOMENTS["as NetBox is read"]):
        answer = caller.compare(device)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


def test_an_import_in_the_request_goes_on(simulator: Simulator) -> None:
    number, caller = add(simulator), Caller(admin())
    with cut_before(MOMENTS["as interfaces are stored"]) as hit:
        answer = caller.post(f"{ROOT}/import/", {"server": "default", "devices": [{"librenms_id": number}]})
    assert len(hit) == 1
    (result,) = answer.json()["results"]
    assert (answer.status_code, result["outcome"], result["issues"]) == (200, "created", [])


@pytest.mark.parametrize("part", ["apply", "everything"])
def test_the_page_says_so_in_a_toast(device: Device, part: str) -> None:
    reader = Reader(admin(), device)
    press = shown(reader, part)
    with cut_before(MOMENTS["as interfaces are stored"]) as hit:
        answer = press()
    assert len(hit) == 1
    assert "database broke off" in words(answer)
    assert numbers() == (0, 0)


def shown(reader: Reader, part: str) -> Callable[[], str]:
    """What is pressed: the panel's button for all rows, or that for everything."""
    if part == "everything":
        reader.ask_everything()
        return reader.sync_everything
    reader.panel()
    return lambda: reader.sync(all="1")


def test_a_link_is_refused_in_words(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, hostname="unlinked")
    device = make_device("unlinked")
    reader = Reader(admin(), device)
    with cut_before(lambda sql: sql.startswith('UPDATE "dcim_device"')) as hit:
        answer = reader.link(number)
    assert len(hit) == 1
    assert "database broke off" in words(answer)
    assert not Device.objects.get(pk=device.pk).custom_field_data.get("librenms_id")


def test_the_command_tries_once_more(device: Device) -> None:
    admin()
    with cut_before(MOMENTS["as interfaces are stored"]) as hit:
        call_command("librenms_sync", "--device", "switch", "--resource", "interfaces", stdout=io.StringIO())
    assert len(hit) == 1 and numbers() == (4, 1)
