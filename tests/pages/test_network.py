"""The network page and its lists: totals, causes, objects; decisions; what one may not see."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from dcim.models import Interface
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from netbox_librenms_plugin.models import Cause, ComparedObject, Deviation, Run
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, client_of, grant, make_interface, make_object_of, request_of, somebody
from tests.librenms import add_switch

pytestmark = pytest.mark.django_db

APP = "plugins:netbox_librenms_plugin"
NETWORK, LIST, CAUSES = (reverse(f"{APP}:{name}") for name in ("network", "deviation_list", "cause_list"))
OBJECTS, ACCEPT, TAKE_BACK = (
    reverse(f"{APP}:{name}") for name in ("comparedobject_list", "deviation_accept", "deviation_take_back")
)
READ = {"netbox_librenms_plugin.librenmssettings": ["view"]}
CHANGE = {"netbox_librenms_plugin.librenmssettings": ["view", "change"]}


def fill(simulator: Simulator, *names: str) -> None:
    """Devices whose ports have another MTU in NetBox."""
    for name in names:
        device_id = add_switch(simulator.state, 3, hostname=name)
        device = make_object_of(simulator.state.devices[device_id])
        for port in [one for one in simulator.state.ports.values() if one["device_id"] == device_id][:2]:
            port["ifMtu"] = 9216
            make_interface(device, port["ifName"], type="1000base-t", mtu=1500)


@pytest.fixture
def network(simulator: Simulator) -> Iterator[Cause]:
    """Two devices, compared."""
    fill(simulator, "one", "other")
    compare_network(complete=True)
    yield Cause.objects.get(field="mtu")


def said(user: Any, url: str) -> str:
    answer = client_of(user).get(url)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_it_says_what_to_do_before_anything_was_compared(simulator: Simulator) -> None:
    page = said(admin(), NETWORK)
    assert "The network was not compared yet" in page and "Compare now…" in page


def test_causes_come_with_their_numbers(network: Cause) -> None:
    page = said(admin(), NETWORK)
    assert "MTU should be 9216" in page
    assert f"cause_id={network.pk}" in page
    assert "one" in page and "other" in page


@pytest.mark.parametrize("url", [NETWORK, LIST, CAUSES, OBJECTS])
def test_the_number_of_queries_is_fixed(simulator: Simulator, url: str) -> None:
    numbers = []
    for names in (["a1"], [f"b{number}" for number in range(12)]):
        fill(simulator, *names)
        cache.clear()
        compare_network(complete=True)
        client = client_of(admin())
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 60, numbers


@pytest.mark.parametrize("url", [NETWORK, LIST, CAUSES, OBJECTS])
def test_nobody_reads_it_without_the_right(network: Cause, url: str) -> None:
    assert client_of(somebody("nobody", {"dcim.device": ["view"]})).get(url).status_code == 403


def test_one_sees_the_objects_that_one_may_view(network: Cause) -> None:
    user = somebody("reader", READ)
    grant(user, "dcim.device", "view", constraints={"name": "one"})
    for url in (NETWORK, LIST, OBJECTS):
        page = said(user, url)
        assert ">one</a>" in page, url
        assert ">other</a>" not in page, url
    table = said(user, CAUSES + "?field=mtu")
    assert "MTU should be 9216" in table
    assert Cause.objects.visible_to(user).get(pk=network.pk).seen_open == 2


def test_the_list_is_exported_as_csv(network: Cause) -> None:
    answer = client_of(admin()).get(f"{LIST}?field=mtu&export=table")
    lines = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert lines.decode().count("mtu") == 4


def test_what_is_in_the_list_can_be_filtered(network: Cause) -> None:
    page = said(admin(), f"{LIST}?field=mtu&q=other")
    assert ">other</a>" in page and ">one</a>" not in page


class TestAccepting:
    def until(self, days: int = 30) -> str:
        return str((timezone.localdate() + timedelta(days=days)).isoformat())

    def test_a_cause_is_asked_about_and_accepted(self, network: Cause) -> None:
        client = client_of(somebody("decider", {**CHANGE, "dcim.device": ["view"]}))
        url = f"{ACCEPT}?cause_id={network.pk}"
        asked = client.get(url).content.decode()
        assert "This is about 4 deviations." in asked
        assert not Deviation.objects.filter(state="accepted").exists()
        answer = client.post(url, {"_apply": "1", "until": self.until(), "reason": "in June"}, follow=True)
        assert "4 deviations accepted." in answer.content.decode()
        assert Deviation.objects.filter(state="accepted").count() == 4
        assert "in June" in client.get(f"{LIST}?state=accepted").content.decode()
        assert "MTU should be 9216" not in client.get(NETWORK).content.decode()

    def test_the_ticked_rows_alone(self, network: Cause) -> None:
        client = client_of(admin())
        pk = network.deviations.values_list("pk", flat=True)[0]
        asked = client.post(ACCEPT, {"pk": [pk]}).content.decode()
        assert "This is about 1 deviation." in asked and f'name="pk" value="{pk}"' in asked
        client.post(ACCEPT, {"pk": [pk], "_apply": "1", "until": self.until(), "reason": "because"})
        assert list(Deviation.objects.filter(state="accepted").values_list("pk", flat=True)) == [pk]

    @pytest.mark.parametrize(
        ("until", "reason", "sentence"),
        [
            ("", "because", "This field is required."),
            ("2020-01-01", "because", "Choose today or a later day."),
            ("2099-01-01", "", "This field is required."),
        ],
    )
    def test_what_is_not_valid_loses_nothing(self, network: Cause, until: str, reason: str, sentence: str) -> None:
        client = client_of(admin())
        answer = client.post(f"{ACCEPT}?cause_id={network.pk}", {"_apply": "1", "until": until, "reason": reason})
        page = answer.content.decode()
        assert "This is about 4 deviations." in page and sentence in page
        assert not Deviation.objects.filter(state="accepted").exists()

    @pytest.mark.parametrize("query", ["", "?nonsense=1", "?cause_id=1&nonsense=1"])
    def test_a_filter_that_is_none_finds_nothing(self, network: Cause, query: str) -> None:
        client = client_of(admin())
        values = {"_apply": "1", "until": self.until(), "reason": "because"}
        answer = client.post(ACCEPT + query, values, follow=True)
        assert "Nothing was chosen, or the filter is not valid." in answer.content.decode()
        assert not Deviation.objects.filter(state="accepted").exists()

    def test_it_is_taken_back(self, network: Cause) -> None:
        client = client_of(admin())
        url = f"?cause_id={network.pk}"
        client.post(ACCEPT + url, {"_apply": "1", "until": self.until(), "reason": "because"})
        assert "4 deviations" in client.get(TAKE_BACK + url).content.decode()
        answer = client.post(TAKE_BACK + url, {"_apply": "1"}, follow=True)
        assert "4 deviations are open again." in answer.content.decode()
        assert not Deviation.objects.filter(state="accepted").exists()

    def test_those_who_only_read_decide_nothing(self, network: Cause) -> None:
        client = client_of(somebody("reader", {**READ, "dcim.device": ["view"]}))
        assert "Accept…" not in client.get(NETWORK).content.decode()
        answer = client.post(
            f"{ACCEPT}?cause_id={network.pk}", {"_apply": "1", "until": self.until(), "reason": "because"}
        )
        assert answer.status_code == 403
        assert not Deviation.objects.filter(state="accepted").exists()

    def test_it_goes_back_only_to_this_netbox(self, network: Cause) -> None:
        values = {"_apply": "1", "until": self.until(), "reason": "because", "return_url": "https://evil.example/"}
        answer = client_of(admin()).post(f"{ACCEPT}?cause_id={network.pk}", values)
        assert answer.url.startswith(LIST)


def test_rules_are_opened_with_their_values(network: Cause) -> None:
    page = said(admin(), NETWORK).replace("&amp;", "&")
    assert "field-policies/add/?server=default&resource=interfaces&field=mtu&policy=ignore" in page


def test_hostile_names_are_text(simulator: Simulator) -> None:
    fill(simulator, "<script>alert(1)</script>")
    compare_network(complete=True)
    assert ComparedObject.objects.filter(name__contains="<script>").exists()
    for url in (NETWORK, LIST, CAUSES, OBJECTS):
        assert "<script>alert(1)" not in said(admin(), url)


class TestSyncing:
    def test_a_cause_is_synced_and_nothing_else(self, network: Cause) -> None:
        client = client_of(admin())
        url = f"{reverse(f'{APP}:deviation_sync')}?cause_id={network.pk}"
        asked = " ".join(client.get(url).content.decode().split())
        assert "4 of them can be written" in asked and "2 objects get what LibreNMS says" in asked
        assert not Run.objects.filter(kind="sync").exists()
        client.post(url, {"_apply": "1"})
        run = Run.objects.get(kind="sync")
        with request_of(admin()) as request:
            run_now(run, request)
        assert set(Interface.objects.filter(device__name="one").values_list("mtu", "speed")) == {(9216, None)}
        assert not network.deviations.filter(state="open").exists()
        assert Deviation.objects.filter(field="speed", state="open").count() == 4

    def test_what_a_sync_does_not_write_starts_none(self, simulator: Simulator) -> None:
        add_switch(simulator.state, 1, hostname="unknown")
        compare_network()
        client = client_of(admin())
        url = f"{reverse(f'{APP}:deviation_sync')}?resource=devices"
        assert "disabled" in client.get(url).content.decode().split("_apply")[1][:200]
        answer = client.post(url, {"_apply": "1"}, follow=True)
        assert "There is nothing that a sync would write." in answer.content.decode()
        assert not Run.objects.filter(kind="sync").exists()


def test_a_comparison_leads_to_what_came_of_it(network: Cause) -> None:
    run = Run.objects.get(kind="compare")
    assert run.shown_on_url() in said(admin(), run.get_absolute_url())
    assert "MTU should be 9216" in said(admin(), run.shown_on_url())
