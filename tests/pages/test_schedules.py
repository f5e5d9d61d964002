"""Pages of schedules: how one stands, what it would do, from shadow to armed, and who may."""

import csv
import io
import re
from typing import Any

import pytest
import yaml
from dcim.models import Interface
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from utilities.querydict import prepare_cloned_fields

from netbox_librenms_plugin.models import Schedule
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, client_of, somebody
from tests.fleet_sync.support import switches
from tests.schedules.support import armed, fresh, make_schedule, run_of

pytestmark = pytest.mark.django_db

APP = "plugins:netbox_librenms_plugin"
LABEL = "netbox_librenms_plugin.schedule"
FORM: dict[str, Any] = {
    **{"name": "Nightly", "weight": 1000, "enabled": "on", "devices": "all", "virtual_machines": "none"},
    **{"action": "sync", "server": "default", "outcomes": ["missing", "changed"], "at": "02:00", "shadow_runs": 1},
    **{"device_filter": "", "vm_filter": ""},
}


@pytest.fixture(autouse=True)
def network(simulator: Simulator) -> None:
    """Two switches without their interfaces."""
    switches(simulator, 2)


def url(part: str = "", schedule: Schedule | None = None) -> str:
    name = f"{APP}:schedule_{part}" if part else f"{APP}:schedule"
    return reverse(name, args=(schedule.pk,) if schedule else ())


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def planner(*actions: str) -> Any:
    return somebody("planner", {LABEL: actions or ("view", "add", "change"), "dcim.device": ["view"]})


def test_one_is_made_from_a_form_in_ones_own_name() -> None:
    user = planner()
    client = client_of(user)
    page = words(client.get(url("add")))
    assert all(group in page for group in ("Objects", "What", "When", "Guards")) and "Run as" not in page
    answer = client.post(url("add"), FORM)
    assert answer.status_code == 302, answer.content
    schedule = Schedule.objects.get()
    assert (schedule.run_as, schedule.state, schedule.resources) == (user, "shadow", [])
    assert "every day at 02:00" in words(client.get(schedule.get_absolute_url()))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"devices": "some", "device_filter": '{"sight": ["x"]}'}, "NetBox has no filter “sight”"),
        ({"devices": "some", "device_filter": "{"}, "Enter a valid JSON"),
        ({"devices": "none"}, "Choose devices, virtual machines or both."),
        ({"at": ""}, "Give either an interval in minutes or a time of day."),
    ],
)
def test_what_cannot_be_followed_stays_in_the_form_with_a_sentence(change: dict[str, Any], sentence: str) -> None:
    page = client_of(admin()).post(url("add"), {**FORM, "run_as": admin().pk, **change})
    assert sentence in words(page) and "Nightly" in page.content.decode()
    assert not Schedule.objects.exists()


def test_the_whole_way_from_shadow_to_armed() -> None:
    schedule, client = make_schedule(), client_of(planner())
    page = words(client.get(url("", schedule)))
    assert "Shadow" in page and "1 more run in shadow is needed" in page and "It has not run yet." in page
    seen = words(client.get(url("preview", schedule)))
    assert "2 objects match now." in seen and "Interfaces 6" in seen
    client.post(url("run", schedule))
    assert fresh(schedule).last_run is not None
    Schedule.objects.update(last_run=None)
    run = run_of(schedule)
    question = client.get(url("arm", schedule))
    assert "Would write: 6 interfaces" in words(question) and "switch-001" in words(question)
    mark = re.search(r'name="seen" value="([^"]+)"', question.content.decode())
    assert mark is not None
    client.post(url("arm", schedule), {"seen": "another"})
    assert not fresh(schedule).armed
    assert client.post(url("arm", schedule), {"seen": mark[1]}).status_code == 302
    assert fresh(schedule).armed
    assert "Armed" in words(client.get(url("", schedule)))
    assert "6 interfaces" in words(client.get(run.get_absolute_url()))
    client.post(url("disarm", schedule))
    assert not fresh(schedule).armed
    client.post(url("enable", schedule), {"enabled": "0"})
    assert not fresh(schedule).enabled and "Disabled" in words(client.get(url("", schedule)))
    assert Interface.objects.count() == 0


def test_who_changes_what_it_writes_is_told_that_it_is_back_in_shadow() -> None:
    schedule = armed(make_schedule(minutes=None, at="02:00"))
    form = {**FORM, "run_as": admin().pk, "resources": ["interfaces"]}
    client = client_of(admin())
    page = words(client.post(url("edit", schedule), {**form, "weight": 7}, follow=True))
    assert fresh(schedule).armed and "back in shadow" not in page
    page = words(client.post(url("edit", schedule), {**form, "outcomes": ["missing"]}, follow=True))
    assert not fresh(schedule).armed and "What it writes was changed, so it is back in shadow." in page


def test_nobody_changes_what_is_written_in_the_name_of_somebody_else() -> None:
    schedule = make_schedule(minutes=None, at="02:00")
    form = {**FORM, "resources": ["interfaces"]}
    client = client_of(planner())
    assert client.post(url("edit", schedule), {**form, "weight": 7}).status_code == 302
    page = words(client.post(url("edit", schedule), {**form, "outcomes": ["missing"]}))
    assert "Only a superuser, or root, may change what it writes." in page
    assert fresh(schedule).outcomes == ["missing", "changed"]


def test_a_guard_that_stopped_it_shows_its_figures_and_lets_one_go_on_once() -> None:
    schedule = armed(make_schedule(most_changes=5))
    run_of(schedule)
    client = client_of(planner())
    page = words(client.get(url("", schedule)))
    assert "It would write 6 changes, and 5 are the most, so nothing was written." in page and "Go on once" in page
    client.post(url("run", schedule), {"force": "As planned"})
    run = fresh(schedule).last_run
    assert run is not None and (run.options["force"], run.options["forced_by"]) == ("As planned", "planner")
    assert "planner let it go on: As planned" in words(client.get(url("", schedule)))
    assert client.post(url("run", schedule), {"force": "x" * 201}).status_code == 302


def test_who_may_only_view_is_offered_nothing() -> None:
    schedule = make_schedule()
    client = client_of(planner("view"))
    page = words(client.get(url("", schedule)))
    assert "Run now" not in page and "Arm…" not in page
    assert "Preview" in page


def test_other_pages_say_which_schedule_is_next_and_which_looks_after_an_object() -> None:
    schedule = armed(make_schedule("Hourly"))
    run_of(schedule)
    client = client_of(admin())
    device = Interface.objects.all()[0].device
    tab = words(client.get(reverse("dcim:device_librenms_sync_overview", args=(device.pk,))))
    assert "Kept in step by schedule Hourly : Interfaces" in tab
    compare_network()
    assert re.search(r"Next Hourly , (today|tomorrow) \d\d:\d\d", words(client.get(reverse(f"{APP}:network"))))
    Schedule.objects.update(state="shadow")
    tab = words(client.get(reverse("dcim:device_librenms_sync_overview", args=(device.pk,))))
    assert "Kept in step" not in tab


def test_what_is_written_into_a_schedule_is_shown_as_it_is() -> None:
    schedule = make_schedule("<script>alert(1)</script>", description="<b>x</b>")
    Schedule.objects.update(message="<i>said</i>")
    for address in (url("", schedule), url("list"), url("arm", schedule)):
        page = client_of(admin()).get(address).content.decode()
        assert "<script>alert(1)" not in page and "<b>x</b>" not in page and "<i>said" not in page


def test_the_list_is_exported_edited_and_cloned() -> None:
    schedule = make_schedule(
        minutes=None, at="02:30", weekdays=[0, 4], devices="some", device_filter={"name__ic": "sw"}
    )
    client = client_of(admin())
    exported = yaml.safe_load(client.get(url("list"), {"export": ""}).content)
    assert (exported["at"], exported["weekdays"], exported["device_filter"]) == ("02:30:00", [0, 4], {"name__ic": "sw"})
    (row,) = csv.DictReader(io.StringIO(client.get(url("list"), {"export": "table"}).content.decode()))
    assert (row["Name"], row["State"], row["When"]) == ("Nightly", "shadow", "Mon, Fri at 02:30")
    body = {"pk": [schedule.pk], "_apply": "1", "weight": "9", "enabled": "false"}
    assert client.post(url("bulk_edit"), body).status_code == 302
    assert (fresh(schedule).weight, fresh(schedule).enabled) == (9, False)
    page = client.get(f"{url('add')}?{prepare_cloned_fields(schedule).urlencode()}").content.decode()
    assert "name__ic" in page
    assert re.search(r'<option value="4"\s+selected', page), re.findall(r".*Friday.*", page)


def test_the_number_of_queries_does_not_depend_on_how_many_there_are() -> None:
    schedule, client = make_schedule(), client_of(admin())
    run_of(schedule)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as held:
            assert client.get(address).status_code == 200
        return len(held)

    addresses = [url("", schedule), url("list"), url("arm", schedule), reverse(f"{APP}:network")]
    run = fresh(schedule).last_run
    assert run is not None
    addresses.append(run.get_absolute_url())
    few = [queries(one) for one in addresses]
    for number in range(5):
        run_of(make_schedule(f"Other {number}"))
        run_of(schedule)
    assert [queries(one) for one in addresses] == few
