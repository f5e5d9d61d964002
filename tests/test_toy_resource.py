"""A resource that is declared is everywhere: on the page, in REST and its schema, in the commands, in the import's
options, in runs and in words. Nothing but its own modules (``tests/toy``) knows of it."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from dcim.models import ConsolePort, Device
from django.core.management import call_command, get_commands, load_command_class

from netbox_librenms_plugin.models import FieldPolicy, SyncRun
from netbox_librenms_plugin.resources import RESOURCES
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.tables import SYNC_TABLES
from simulator.server import Simulator
from tests.api.support import ROOT, Caller, plugin_schema
from tests.factories import admin, make_device, somebody
from tests.imports.fleet import add
from tests.imports.support import import_all
from tests.pages.imports_actions.support import Importer
from tests.pages.support import Reader, boxes, words
from tests.toy.declaration import CONSOLE_PORTS
from tests.toy.table import ConsolePortSyncTable

pytestmark = pytest.mark.django_db

NAME = CONSOLE_PORTS.name
PLUGIN = "netbox_librenms_plugin"


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line in the registry."""
    monkeypatch.setitem(RESOURCES, NAME, CONSOLE_PORTS)


def consoles(simulator: Simulator, device_id: int, *names: str) -> None:
    """Serial ports of a device in LibreNMS."""
    for name in names:
        simulator.state.add_port(device_id, ifName=name, ifType="rs232", ifAlias=f"front {name}")


@pytest.fixture
def device(simulator: Simulator) -> Device:
    device_id = simulator.state.add_device(hostname="router")
    simulator.state.add_port(device_id, ifName="eth0", ifType="ethernetCsmacd")
    consoles(simulator, device_id, "con0", "aux0")
    return make_device("router", librenms_id=device_id)


def run_command(name: str, *arguments: str) -> str:
    """What it prints, in the name of a superuser."""
    admin()
    out = io.StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        assert end.code in (0, 3), out.getvalue()
    return out.getvalue()


def help_of(name: str) -> str:
    """What ``--help`` prints, on one line."""
    command = load_command_class(get_commands()[name], name)
    return " ".join(command.create_parser("netbox", name).format_help().split())


def row_of(plan: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in plan["changes"] if one["name"] == name)


class TestPage:
    def test_it_has_a_tab_and_a_line_in_the_overview(self, device: Device) -> None:
        reader = Reader(admin(), device, NAME)
        assert "Console ports" in words(reader.page(tab=NAME))
        assert "Console ports" in words(reader.overview())

    def test_its_rows_are_in_a_table_and_can_be_synced(self, device: Device) -> None:
        reader = Reader(admin(), device, NAME)
        html = reader.panel()
        assert len(boxes(html)) == 2 and "front con0" in words(html)
        said = words(reader.sync(pk=boxes(html)))
        assert "2 console ports synced" in said
        assert dict(ConsolePort.objects.values_list("name", "label")) == {"con0": "front con0", "aux0": "front aux0"}

    def test_what_is_decided_about_a_row_is_written(self, device: Device) -> None:
        reader = Reader(admin(), device, NAME)
        html = reader.panel(choose="type:de-9:*")
        assert 'data-librenms-choice="type"' in html and "DE-9" in html
        reader.sync(all="1")
        assert set(ConsolePort.objects.values_list("type", flat=True)) == {"de-9"}

    def test_everything_is_it_too(self, device: Device) -> None:
        reader = Reader(admin(), device, NAME)
        assert "Console ports" in words(reader.ask_everything())
        assert "2 console ports" in words(reader.sync_everything())
        assert ConsolePort.objects.count() == 2
        assert "Console ports" in words(reader.history())

    def test_who_may_not_write_it_is_offered_nothing(self, device: Device) -> None:
        rights = {
            "dcim.device": ["view"],
            "dcim.consoleport": ["view"],
            f"{PLUGIN}.librenmssettings": ["view", "change"],
        }
        assert boxes(Reader(somebody("guest", rights), device, NAME).panel()) == []


class TestRest:
    def test_it_is_compared_and_synced(self, device: Device) -> None:
        caller = Caller(admin())
        (plan,) = caller.compare(device, resource=NAME).json()["plans"]
        assert plan["counts"]["missing"] == 2
        body = caller.sync(device, resources=[NAME], keys={NAME: [row_of(plan, "con0")["key"]]}).json()
        assert body["results"][0]["applied"] == {"missing": 1}
        (run,) = SyncRun.objects.all()
        assert run.pk == body["run"] and run.results[0]["resource"] == NAME

    def test_it_is_compared_where_nobody_says_what(self, device: Device) -> None:
        plans = Caller(admin()).get(f"{ROOT}/devices/{device.pk}/compare/").json()["plans"]
        assert NAME in [one["resource"] for one in plans]

    def test_its_decisions_are_taken_and_others_are_not(self, device: Device) -> None:
        caller = Caller(admin())
        refused = caller.sync(device, resources=[NAME], choices={NAME: {"*": {"type": "usb"}}})
        assert refused.status_code == 400 and "type" in refused.json()["detail"]
        refused = caller.sync(device, resources=[NAME], choices={NAME: {"*": {"vrf": 3}}})
        assert refused.status_code == 400 and "Choose from: type" in refused.json()["detail"]
        caller.sync(device, resources=[NAME], choices={NAME: {"*": {"type": "de-9"}}})
        assert set(ConsolePort.objects.values_list("type", flat=True)) == {"de-9"}

    def test_it_is_in_the_schema(self) -> None:
        made = plugin_schema()
        parts = made["components"]["schemas"]
        choices = parts["LibreNMSSyncRequest"]["properties"]["choices"]["properties"][NAME]
        assert choices["additionalProperties"]["properties"]["type"]["enum"] == ["rj-45", "de-9"]
        assert NAME in parts["LibreNMSSyncRequest"]["properties"]["resources"]["items"]["enum"]
        parameters = made["paths"][f"{ROOT}/devices/{{id}}/compare/"]["get"]["parameters"]
        names = next(one for one in parameters if one["name"] == "resource")
        assert NAME in names["schema"]["items"]["enum"]
        assert parts["LibreNMSImportOptionsRequest"]["properties"][NAME]["default"] is True

    def test_a_policy_can_be_set_for_its_fields(self, device: Device) -> None:
        caller = Caller(admin())
        policy = {"resource": NAME, "field": "label", "policy": "report_only"}
        assert caller.post(f"{ROOT}/field-policies/", policy).status_code == 201
        caller.sync(device, resources=[NAME])
        assert set(ConsolePort.objects.values_list("label", flat=True)) == {""}
        (stored,) = FieldPolicy.objects.all()
        assert "Label on the case" in words(
            Reader(admin(), device).client.get(stored.get_absolute_url()).content.decode()
        )


class TestCommands:
    def test_it_can_be_synced(self, device: Device) -> None:
        said = json.loads(run_command("librenms_sync", "--device", "router", "--resource", NAME, "--format", "json"))
        assert said["objects"][0]["results"][0]["applied"] == {"missing": 2}
        assert ConsolePort.objects.count() == 2

    def test_the_help_names_it(self) -> None:
        assert "console ports (docs/development/adding-a-resource.md)" in help_of("librenms_sync")
        assert f"--no-{NAME.replace('_', '-')} do not import console ports" in help_of("librenms_import")

    def test_it_can_be_left_out_of_an_import(self, simulator: Simulator) -> None:
        consoles(simulator, number := add(simulator), "con0")
        run_command("librenms_import", "--id", str(number), "--no-console-ports")
        assert Device.objects.count() == 1 and not ConsolePort.objects.exists()


class TestImport:
    @pytest.fixture
    def number(self, simulator: Simulator) -> Iterator[int]:
        """A device that can be imported, with two console ports."""
        number = add(simulator)
        consoles(simulator, number, "con0", "aux0")
        yield number

    def test_the_review_offers_it_and_the_run_tells_of_it(self, number: int) -> None:
        person = Importer(admin())
        person.choose([number])
        review = person.review()
        assert f'name="{NAME}" checked' in review and "Console ports" in words(review)
        assert "2 console ports will be created" in words(person.totals())
        (row,) = import_all([number]).items.all()
        assert row.counts[NAME] == 2 and ConsolePort.objects.count() == 2
        page = person.client.get(row.run.get_absolute_url()).content.decode()
        assert "2 console ports" in words(page)

    def test_rest_has_the_option(self, number: int) -> None:
        body = {"devices": [{"librenms_id": number}], "options": {NAME: False}}
        answer = Caller(admin()).post(f"{ROOT}/import/", body).json()
        assert answer["results"][0]["outcome"] == "created" and NAME not in answer["results"][0]["counts"]
        assert not ConsolePort.objects.exists()

    def test_a_permission_that_it_lacks_is_named_before(self, number: int) -> None:
        rights = {f"dcim.{name}": ["view"] for name in ("site", "devicerole", "devicetype", "manufacturer", "platform")}
        rights |= {"dcim.device": ["view", "add"], f"{PLUGIN}.librenmssettings": ["view", "change"]}
        person = Importer(somebody("importer", rights))
        person.choose([number])
        assert "console ports" in words(person.review())


def test_a_reason_speaks_of_its_rows_by_their_name(device: Device) -> None:
    for name in ("con0", "CON0"):
        ConsolePort.objects.create(device=device, name=name)
    (plan,) = Caller(admin()).compare(device, resource=NAME).json()["plans"]
    (reason,) = row_of(plan, "con0")["issues"]
    assert reason["code"] == Code.SEVERAL_FOUND
    assert reason["message"].startswith("Several console ports in NetBox could be this one: ")


def test_its_table_knows_its_declaration() -> None:
    assert SYNC_TABLES[NAME] is ConsolePortSyncTable and ConsolePortSyncTable.resource is CONSOLE_PORTS
