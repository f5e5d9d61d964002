"""The list of all runs, and the page of one, whatever it does."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, client_of, make_import_run, somebody
from tests.fleet_sync.support import switches, sync
from tests.orm.support import counted
from tests.pages.support import words
from tests.undo import undone

pytestmark = pytest.mark.django_db

APP = "plugins:netbox_librenms_plugin"
LIST = "/plugins/librenms_plugin/runs/"
LOOKING = {"netbox_librenms_plugin.librenmssettings": ["view"]}
ALL_RUNS = {**LOOKING, "netbox_librenms_plugin.run": ["view"]}


def said(address: str, user: Any = None, **query: Any) -> str:
    """The words of a page."""
    answer = client_of(user or admin()).get(address, query)
    assert answer.status_code == 200, answer.status_code
    return words(answer.content.decode())


def listed(who: Any = None, **query: Any) -> set[int]:
    """The runs that the list shows."""
    answer = client_of(who or admin()).get(LIST, query)
    assert answer.status_code == 200
    return {row.record.pk for row in answer.context["table"].rows}


class TestList:
    def test_what_each_run_did_and_what_became_of_it(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 2))
        by = undone(run)
        html = said(LIST)
        assert f"Undo #{by.pk} Undo of a LibreNMS run just now root Simulated LibreNMS Completed Done 2" in html
        assert f"Sync #{run.pk} Sync with LibreNMS just now root Simulated LibreNMS Completed Synced 2" in html
        assert html.index(f"Undo #{by.pk} ") < html.index(f"Sync #{run.pk} "), "the newest first"

    def test_its_filters(self, simulator: Simulator) -> None:
        ann = somebody("ann", LOOKING)
        old = make_import_run(ann, state="failed", server="other")
        Run.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=3))
        new = make_import_run(admin(), kind="sync", state="completed")
        day = (timezone.now() - timedelta(days=1)).isoformat()
        for query, found in (
            ({"kind": "sync"}, new),
            ({"kind": "import"}, old),
            ({"state": "failed"}, old),
            ({"server": "other"}, old),
            ({"user": "ann"}, old),
            ({"created__gte": day}, new),
            ({"created__lte": day}, old),
            ({"q": "ROOT"}, new),
        ):
            assert listed(**query) == {found.pk}, query
        assert listed(undone="true") == set() and listed(undone="false") == {old.pk, new.pk}

    def test_what_is_undone_and_what_is_not_any_more(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 1))
        first = undone(run)
        assert listed(undone="true") == {run.pk}
        second = undone(first)
        assert listed(undone="true") == {first.pk} and listed(undone="false") == {run.pk, second.pk}

    def test_a_run_that_nobody_is_at_is_told_as_it_is(self) -> None:
        run = make_import_run(admin(), kind="sync", state="running", outcomes=["pending"])
        Run.objects.update(created=timezone.now() - timedelta(hours=1))
        assert "Abandoned Not done 1" in said(LIST)
        assert listed(state="abandoned") == {run.pk} and listed(state="running") == set()

    def test_ones_own_and_with_the_permission_all(self) -> None:
        ann = somebody("ann", LOOKING)
        own, other = make_import_run(ann), make_import_run(admin())
        assert listed(ann) == {own.pk}
        assert listed(somebody("auditor", ALL_RUNS)) == {own.pk, other.pk}
        assert client_of(somebody("stranger", {})).get(LIST).status_code == 403

    def test_it_can_be_exported(self, simulator: Simulator) -> None:
        sync(switches(simulator, 1))
        lines = client_of(admin()).get(LIST, {"export": "table"}).content.decode().splitlines()
        assert len(lines) == 2 and ",sync," in lines[1] and "Synced: 1" in lines[1]

    def test_the_menu_leads_to_it(self) -> None:
        assert f'href="{LIST}"' in client_of(admin()).get("/").content.decode()

    def test_the_number_of_queries_does_not_grow(self) -> None:
        client, numbers = client_of(admin()), []
        for more in (3, 12):
            for _number in range(more):
                make_import_run(admin(), kind="sync", state="completed", outcomes=["synced", "failed"])
            client.get(LIST)
            with counted() as queries:
                client.get(LIST)
            numbers.append(len(queries))
        assert numbers[0] == numbers[1], numbers


class TestRun:
    def test_a_sync_of_many_says_what_was_asked_for(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 2))
        html = said(run.get_absolute_url())
        assert "2 objects with Simulated LibreNMS root just now took" in html
        assert "Written: 6 interfaces Change log Undo… Of each object: Interfaces" in html

    def test_failures_come_first(self, simulator: Simulator) -> None:
        devices = switches(simulator, 3)
        broken = devices[1].custom_field_data["librenms_id"]["default"]
        simulator.faults.add(rf"/devices/{broken}/ports", "status", status=500)
        run = sync(devices)
        html = said(run.get_absolute_url())
        assert "All 3 Failed 1 Synced 2" in html
        assert html.index("switch-002 Failed") < html.index("switch-001 Synced")
        assert "switch-001" not in said(run.get_absolute_url(), show="failed")

    def test_a_comparison_leads_to_the_page_of_the_network(self) -> None:
        run = make_import_run(admin(), kind="compare", state="completed", options={"complete": True})
        answer = client_of(admin()).get(run.get_absolute_url()).content.decode()
        assert f'href="{reverse(f"{APP}:network")}?server=default"' in answer
        assert "Undo" not in words(answer) and "Device by device" in words(answer)

    def test_an_import_has_its_own_page(self) -> None:
        run = make_import_run(admin(), state="completed")
        answer = client_of(admin()).get(reverse(f"{APP}:run", args=(run.pk,)))
        assert answer.url == reverse(f"{APP}:importrun", args=(run.pk,)) == run.get_absolute_url()

    def test_the_old_address_of_a_sync_still_leads_to_it(self) -> None:
        run = make_import_run(admin(), kind="sync", state="completed")
        answer = client_of(admin()).get(f"/plugins/librenms_plugin/syncs/{run.pk}/")
        assert (answer.status_code, answer.url) == (301, run.get_absolute_url())

    def test_an_undo_and_what_it_undoes_name_each_other(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 2))
        assert "Undo…" in said(run.get_absolute_url())
        by = undone(run)
        html = said(run.get_absolute_url())
        assert f"Undone by Undo #{by.pk} root has undone it" in html and "Undo…" not in html
        html = said(by.get_absolute_url())
        assert f"Undoes Sync #{run.pk}" in html and "Undone: 12 objects deleted" in html
        assert "switch-001 Done 6 objects deleted" in html

    def test_why_it_cannot_be_undone(self, simulator: Simulator) -> None:
        devices = switches(simulator, 1)
        sync(devices)
        again = sync(devices)
        assert "Nothing was written, so there is nothing to undo." in said(again.get_absolute_url())
        Run.objects.filter(pk=again.pk).update(branch="rollout")
        assert "It was written in the branch “rollout”" in said(again.get_absolute_url())

    def test_an_undo_names_nothing_that_may_not_be_viewed(self, simulator: Simulator) -> None:
        by = undone(sync(switches(simulator, 1)))
        html = said(by.get_absolute_url(), somebody("auditor", ALL_RUNS))
        assert "switch-001" not in html and "not to be seen" in html

    def test_the_number_of_queries_does_not_grow(self, simulator: Simulator) -> None:
        client, numbers = client_of(admin()), []
        for number, first in ((2, 1), (9, 11)):
            run = sync(switches(simulator, number, first=first))
            for one in (run, undone(run)):
                client.get(one.get_absolute_url())
                with counted() as queries:
                    client.get(one.get_absolute_url())
                numbers.append(len(queries))
        assert numbers[:2] == numbers[2:], numbers
