"""The history on the overview: every run of the object, newest first, with its result in words."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dcim.models import Interface
from django.utils import timezone

from netbox_librenms_plugin.models import SyncRun
from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_device, make_sync_run, somebody
from tests.librenms import add_switch
from tests.orm.support import counted
from tests.pages.support import Reader, words

pytestmark = pytest.mark.django_db

LOOKING = {"dcim.device": ["view"], "netbox_librenms_plugin.librenmssettings": ["view"]}


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[Reader]:
    """A switch of four ports that NetBox has none of."""
    yield Reader(admin(), make_device("switch", librenms_id=add_switch(simulator.state, 4, vlans=())))


def test_before_anything_was_synced(reader: Reader) -> None:
    assert "Nothing was synced yet" in words(reader.history())
    assert f'hx-get="{reader.address("history")}"' in reader.overview()


def test_who_when_what_and_where(reader: Reader) -> None:
    reader.panel()
    reader.sync(pk=["port-1", "port-4"])
    html = reader.history()
    assert "just now Completed Interfaces 2 root · Simulated LibreNMS · Change log" in words(html)
    assert f"?request_id={SyncRun.objects.get().request_id}" in html


def test_the_branch_that_was_written_to(reader: Reader) -> None:
    reader.panel()
    reader.sync(pk=["port-1"])
    assert "branch" not in words(reader.history())
    SyncRun.objects.update(branch="<b>Rollout")
    assert "Simulated LibreNMS · branch <b>Rollout · Change log" in words(reader.history())


def test_what_was_not_looked_at(reader: Reader, simulator: Simulator) -> None:
    simulator.faults.add("/port_stack", "status", status=500)
    reader.panel()
    reader.sync(all="1")
    assert "Which ports lie on which others was not looked at." in words(reader.history())
    SyncRun.objects.update(results=[{"resource": "interfaces", "applied": {}, "gaps": [{"code": "of older days"}]}])
    assert "of older days" in words(reader.history())


def test_what_was_not_written_and_why(reader: Reader) -> None:
    reader.panel()
    reader.sync(all="1")
    Interface.objects.update(description="first")
    reader.panel()
    Interface.objects.update(description="second")
    reader.sync(all="1")
    html = words(reader.history())
    assert html.index("Failed") < html.index("Completed")
    assert "This has changed since it was shown" in html


def test_codes_and_resources_that_are_gone_do_no_harm(reader: Reader) -> None:
    failed = [{"key": "x-1", "name": "<b>x</b>", "code": "older_code", "details": {}}]
    make_sync_run(reader.instance, results=[{"resource": "older", "applied": {}, "failed": failed, "stale": []}])
    html = reader.history()
    assert "<b>x" not in html and "older_code" in words(html) and "Nothing was written" in words(html)


def test_older_ones_on_demand_and_in_a_fixed_number_of_queries(reader: Reader) -> None:
    make_sync_run(reader.instance)
    with counted() as one:
        reader.history()
    for days in range(1, 8):
        make_sync_run(reader.instance)
    SyncRun.objects.filter(pk=SyncRun.objects.earliest("pk").pk).update(created=timezone.now() - timedelta(days=30))
    with counted() as many:
        html = reader.history()
    assert len(one) == len(many)
    assert html.count("librenms-run-line") == 5 and "Show older" in words(html)
    older = reader.history(page="2")
    assert older.count("librenms-run-line") == 3 and "Show older" not in words(older)


def test_on_a_chassis_the_runs_of_all_members_that_one_may_view(reader: Reader) -> None:
    first, second = make_device("stack-1"), make_device("stack-2")
    make_chassis("stack", first, second)
    make_sync_run(second)
    make_sync_run(make_device("another"))
    assert Reader(admin(), first).history().count("librenms-run-line") == 1
    assert "stack-2" in words(Reader(admin(), first).history())
    narrow = somebody("narrow", LOOKING)
    narrow.object_permissions.filter(object_types__model="device").update(constraints={"name": "stack-1"})
    assert "librenms-run-line" not in Reader(narrow, first).history()


def test_the_change_log_is_for_those_who_may_see_it(reader: Reader) -> None:
    make_sync_run(reader.instance)
    assert "Change log" not in words(Reader(somebody("looking", LOOKING), reader.instance).history())
