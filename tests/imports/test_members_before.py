"""What is said of the members of stacks before anything is written: by the review, by REST and by the command."""

import io
import json
from collections.abc import Sequence

import pytest
from core.models import ObjectChange
from dcim.models import Device, DeviceType, Site, VirtualChassis
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from netbox_librenms_plugin.import_utils.options import ImportOptions
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import admin, make_device, somebody
from tests.imports.support import foreseen, import_all, reasons
from tests.imports.test_known_stacks import chassis_of, junos
from tests.orm.support import counted, writes_in
from tests.pages.imports_actions.support import Importer
from tests.pages.support import words

pytestmark = pytest.mark.django_db

PLUGIN = "netbox_librenms_plugin"
ELSEWHERE = "NetBox has the member with the serial number A2 as spare, outside of this stack."
UNSURE = "NetBox may have the member with the serial number B0 already, as ex, ex-second."
CODES = {"newname": ["member_elsewhere"], "ex": ["member_unsure"]}


@pytest.fixture
def numbers(simulator: Simulator) -> list[int]:
    """A new stack one unit of which is a device of NetBox's, and a chassis whose members nobody knows."""
    new = junos(simulator, "newname", "A1", "A2")
    known = junos(simulator, "ex", "B0", "B1", "B2")
    chassis_of("vc", ("ex", ""), ("ex-second", ""), linked=known)
    make_device("spare", serial="a2", site=Site.objects.get(name="Here"))
    cache.clear()
    return [new, known]


def there() -> tuple[object, ...]:
    """What an import could have changed."""
    devices = Device.objects.order_by("pk").values_list("name", "serial", "virtual_chassis", "vc_position")
    return list(devices), list(VirtualChassis.objects.values_list("name", "master")), ObjectChange.objects.count()


def test_the_review_says_both_before_anything_is_written(numbers: Sequence[int]) -> None:
    before = there()
    person = Importer(admin())
    person.choose(numbers)
    html = person.review()
    assert "/review/members/" in html, "the page does not wait for inventories"
    assert all(f'id="librenms-members-{one}"' in html for one in numbers)
    with counted() as queries:
        members = person.members()
    assert ELSEWHERE in words(members) and UNSURE in words(members)
    assert "stack of 2 members" in words(members) and "stack of 3 members" in words(members)
    assert (writes_in(queries), there()) == ([], before)


def test_rest_says_both_in_a_dry_run(numbers: Sequence[int]) -> None:
    before = there()
    body = {
        "devices": [{"librenms_id": one} for one in numbers],
        "options": {"existing": True},
        "dry_run": True,
    }
    results = Caller(admin()).post(f"{ROOT}/import/", body).json()["results"]
    assert {one["hostname"]: [each["code"] for each in one["issues"]] for one in results} == CODES
    assert {each["resource"] for one in results for each in one["issues"]} == {"chassis"}
    assert [one["outcome"] for one in results] == ["failed", "exists"]
    assert there() == before


def test_the_command_says_both_in_a_dry_run(numbers: Sequence[int]) -> None:
    admin()
    before, out = there(), io.StringIO()
    ids = [argument for one in numbers for argument in ("--id", str(one))]
    try:
        call_command("librenms_import", *ids, "--existing", "--dry-run", "--format", "json", stdout=out)
    except SystemExit as end:
        assert end.code in (0, 1, 3)
    results = json.loads(out.getvalue())["results"]
    assert {one["hostname"]: [each["code"] for each in one["issues"]] for one in results} == CODES
    assert there() == before


def test_the_import_says_what_was_said_before(numbers: Sequence[int]) -> None:
    options = ImportOptions(existing=True)
    before = foreseen(options=options)
    run = import_all(numbers, options=options)
    assert before[1] == reasons(run) == CODES


def test_the_members_of_one_stack_are_shown_as_rows(numbers: Sequence[int]) -> None:
    person = Importer(admin())
    name = "plugins:netbox_librenms_plugin:librenms_import_stack"
    told = [words(person.client.get(reverse(name, args=[one])).content.decode()) for one in numbers]
    assert ELSEWHERE in told[0] and "Conflict" in told[0] and "newname" in told[0]
    assert UNSURE in told[1] and "ex-second" in told[1] and "Same" in told[1]


def test_a_hidden_device_keeps_its_name_to_itself(numbers: Sequence[int]) -> None:
    rights = {"dcim.device": ["view"], f"{PLUGIN}.librenmssettings": ["view"]}
    user = somebody("clerk", rights, {"pk__gt": 0})
    user.object_permissions.filter(object_types__model="device").update(constraints={"name": "ex"})
    person = Importer(type(user).objects.get(pk=user.pk))
    name = "plugins:netbox_librenms_plugin:librenms_import_stack"
    said = words(person.client.get(reverse(name, args=[numbers[0]])).content.decode())
    assert "an object that you may not view" in said and "spare" not in said


def test_what_librenms_does_not_say_is_said(numbers: Sequence[int], simulator: Simulator) -> None:
    simulator.faults.add(rf"/inventory/{numbers[0]}\b", "status", status=500)
    person = Importer(admin())
    person.choose(numbers)
    said = words(person.members())
    assert UNSURE in said and ELSEWHERE not in said and "stack of 2 members" not in said


def test_without_stacks_no_inventory_is_asked_for(simulator: Simulator) -> None:
    number = junos(simulator, "plain", "A1", "A2")
    simulator.state.devices[number] |= {"os": "linux", "hardware": "Model X"}
    cache.clear()
    person = Importer(admin())
    person.choose([number])
    assert "/review/members/" not in person.review()


def test_neither_members_nor_stacks_show_in_a_query_count(simulator: Simulator) -> None:
    small = junos(simulator, "small", "S0", "S1")
    large = [junos(simulator, f"large-{n}", *(f"L{n}-{unit}" for unit in range(8))) for n in range(4)]
    assert DeviceType.objects.filter(model="EX4300").exists()
    person = Importer(admin())
    costs = []
    for ids in ([small], [small], [small, *large]):
        person.choose(ids)
        with counted() as queries:
            person.members()
        costs.append(len(queries))
    assert costs[1] == costs[2], costs


def test_neither_shows_in_that_of_a_dry_run(simulator: Simulator) -> None:
    costs = []
    for number, units in ((1, 2), (4, 8)):
        for n in range(number):
            junos(simulator, f"sw-{units}-{n}", *(f"{units}-{n}-{unit}" for unit in range(units)))
        foreseen()
        with counted() as queries:
            foreseen()
        costs.append(len(queries))
    assert costs[0] == costs[1], costs
