"""``deviations/``, ``causes/``, ``compared-objects/``: what is stored of the network, and what is decided about it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from netbox_librenms_plugin.models import Cause, ComparedObject, Deviation
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, grant, make_interface, make_object_of, somebody
from tests.librenms import add_switch

from .support import ROOT, Caller, counted_queries

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"
LIST, CAUSES, OBJECTS = (f"{ROOT}/{name}/" for name in ("deviations", "causes", "compared-objects"))
ACCEPT, TAKE_BACK = f"{LIST}accept/", f"{LIST}take-back/"


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


def rows(caller: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = caller.get(path, limit=200, **query)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def half_reader(*actions: str) -> Caller:
    """Somebody who may view one of the two devices."""
    user = somebody("half", {SETTINGS: actions or ("view",)})
    grant(user, "dcim.device", "view", constraints={"name": "one"})
    return Caller(user)


def until(days: int = 30) -> str:
    return str((timezone.localdate() + timedelta(days=days)).isoformat())


class TestReading:
    def test_a_deviation_says_what_since_when_and_why(self, network: Cause, caller: Caller) -> None:
        compare_network(complete=True)
        one = rows(caller, LIST, field="mtu", q="one")[0]
        device = ComparedObject.objects.get(name="one")
        assert one["object"] == {
            "type": "dcim.device",
            "id": device.object_id,
            "name": "one",
            "url": f"http://testserver/api/dcim/devices/{device.object_id}/",
        }
        assert (one["resource"], one["field"], one["found"], one["wanted"]) == ("interfaces", "mtu", 1500, 9216)
        assert (one["state"]["value"], one["outcome"]["value"], one["times_seen"]) == ("open", "changed", 2)
        assert one["cause"]["id"] == network.pk and one["writes"] is True and one["reason"] is None
        assert one["first_seen"] < one["seen_at"]
        assert caller.get(f"{LIST}{one['id']}/").json() == one

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ({"field": "mtu"}, 4),
            ({"field": "mtu", "state": ["failed", "accepted"]}, 0),
            ({"resource": "vlans", "field": "mtu"}, 0),
            ({"field": "mtu", "q": "other"}, 2),
            ({"field": "mtu", "server": "elsewhere"}, 0),
            ({"field": "mtu", "writes": "true", "outcome": "changed"}, 4),
            ({"field": "mtu", "first_seen_after": "2099-01-01"}, 0),
        ],
    )
    def test_it_is_filtered(self, network: Cause, caller: Caller, query: dict[str, Any], number: int) -> None:
        assert len(rows(caller, LIST, **query)) == number

    def test_reasons_are_sentences(self, simulator: Simulator, caller: Caller) -> None:
        make_object_of({"hostname": "gone", "device_id": 999})
        add_switch(simulator.state, 2)
        compare_network()
        (one,) = rows(caller, LIST, q="gone")
        assert one["reason"]["code"] == "not_in_librenms"
        assert one["reason"]["message"].endswith(".")

    def test_a_device_that_netbox_lacks_has_no_address_there(self, simulator: Simulator, caller: Caller) -> None:
        device_id = add_switch(simulator.state, 2, hostname="new")
        compare_network()
        (one,) = rows(caller, LIST, kind="librenms")
        assert one["object"] == {"type": "librenms.device", "id": device_id, "name": "new", "url": None}

    def test_a_cause_has_its_words_and_its_numbers(self, network: Cause, caller: Caller) -> None:
        (one,) = rows(caller, CAUSES, field="mtu")
        assert (one["display"], one["value"]) == ("MTU should be 9216", 9216)
        assert (one["open"], one["objects"], one["accepted"]) == (4, 2, 0)

    def test_what_was_not_looked_at_never_agrees(self, network: Cause, caller: Caller) -> None:
        ComparedObject.objects.filter(name="other").update(checks={}, counts={}, open=0)
        compared = {one["object"]["name"]: one for one in rows(caller, OBJECTS)}
        checks = {one["resource"]: one for one in compared["one"]["checks"]}
        assert checks["interfaces"]["state"] == "differs" and checks["interfaces"]["open"] >= 2
        assert checks["ip_addresses"]["state"] == "agrees" and checks["ip_addresses"]["full_at"]
        unseen = {one["resource"]: (one["state"], one["open"], one["at"]) for one in compared["other"]["checks"]}
        assert set(unseen.values()) == {("not_compared", None, None)} and "interfaces" in unseen

    def test_what_was_looked_at_in_part_does_not_agree(self, simulator: Simulator, caller: Caller) -> None:
        make_object_of(simulator.state.devices[simulator.state.add_device(hostname="bare")])
        compare_network()
        (one,) = rows(caller, OBJECTS, q="bare")
        checks = {check["resource"]: check for check in one["checks"]}
        assert checks["interfaces"]["state"] == "incomplete"
        assert checks["interfaces"]["full_at"] is None
        assert checks["interfaces"]["gaps"][0]["message"].endswith(".")

    @pytest.mark.parametrize("path", [LIST, CAUSES, OBJECTS])
    def test_the_number_of_queries_is_fixed(self, simulator: Simulator, path: str) -> None:
        numbers = []
        caller = Caller(admin())
        for names in (["a1"], [f"b{number}" for number in range(12)]):
            fill(simulator, *names)
            cache.clear()
            compare_network(complete=True)
            caller.get(path, limit=500)
            with counted_queries() as captured:
                assert caller.get(path, limit=500).json()["count"] >= len(names)
            numbers.append(len(captured))
        assert numbers[0] == numbers[1] <= 20, numbers


class TestRights:
    @pytest.mark.parametrize("path", [LIST, CAUSES, OBJECTS])
    def test_reading_needs_the_plugins_right(self, network: Cause, path: str) -> None:
        assert Caller(somebody("stranger", {"dcim.device": ["view"]})).get(path).status_code == 403

    def test_one_sees_the_objects_that_one_may_view(self, network: Cause) -> None:
        caller = half_reader()
        assert {one["object"]["name"] for one in rows(caller, LIST)} == {"one"}
        assert {one["object"]["name"] for one in rows(caller, OBJECTS)} == {"one"}
        (cause,) = rows(caller, CAUSES, field="mtu")
        assert (cause["open"], cause["objects"]) == (2, 1)
        hidden = Deviation.objects.filter(compared__name="other").first()
        assert hidden is not None and caller.get(f"{LIST}{hidden.pk}/").status_code == 404

    def test_other_objects_are_not_named_to_who_does_not_see_all(self, network: Cause) -> None:
        other = {"id": 5, "name": "secret-name"}
        Deviation.objects.filter(compared__name="one").update(
            found=other,
            wanted=[other, 3],
            reason="bound_elsewhere",
            details={"name": "secret-name"},
            problem={"code": "bound_elsewhere", "details": {"name": "secret-name"}},
        )
        Cause.objects.update(value=other)
        reader = half_reader()
        assert "secret-name" in str(rows(Caller(admin()), LIST))
        for path in (LIST, CAUSES):
            assert "secret-name" not in str(rows(reader, path))
        one = rows(reader, LIST, field="mtu")[0]
        assert (one["found"], one["wanted"]) == ({"hidden": True}, [{"hidden": True}, 3])
        assert one["reason"]["message"] == "The LibreNMS ID is on another interface"

    @pytest.mark.parametrize("path", [ACCEPT, TAKE_BACK])
    def test_deciding_needs_the_right_to_change_and_a_token_that_writes(self, network: Cause, path: str) -> None:
        body = {"filter": {"cause_id": network.pk}, "until": until(), "reason": "because"}
        if path == TAKE_BACK:
            body = {"filter": {"cause_id": network.pk}}
        reader = somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"]})
        for caller in (Caller(reader), Caller(admin(), writes=False)):
            assert caller.post(path, body).status_code == 403
        assert not Deviation.objects.filter(state="accepted").exists()

    def test_what_one_may_not_view_is_left_out(self, network: Cause) -> None:
        caller = half_reader("view", "change")
        body = {"filter": {"cause_id": network.pk}, "until": until(), "reason": "because"}
        assert caller.post(ACCEPT, body).json() == {"done": 2, "left_out": 2}
        assert set(Deviation.objects.filter(state="accepted").values_list("compared__name", flat=True)) == {"one"}


class TestDeciding:
    def test_a_cause_is_accepted_and_taken_back(self, network: Cause, caller: Caller) -> None:
        body = {"filter": {"cause_id": network.pk}, "until": until(), "reason": "in January"}
        assert caller.post(ACCEPT, body).json() == {"done": 4, "left_out": 0}
        one = rows(caller, LIST, state="accepted")[0]
        assert (one["accepted_until"], one["accepted_reason"], one["accepted_by"]) == (until(), "in January", "root")
        assert rows(caller, CAUSES, field="mtu")[0]["accepted"] == 4
        assert caller.post(TAKE_BACK, {"filter": {"state": ["accepted"]}}).json() == {"done": 4, "left_out": 0}
        assert rows(caller, LIST, state="accepted") == []

    def test_single_rows(self, network: Cause, caller: Caller) -> None:
        ids = [one["id"] for one in rows(caller, LIST, field="mtu")][:2]
        answer = caller.post(ACCEPT, {"ids": [*ids, 999_999], "until": until(), "reason": "because"})
        assert answer.json() == {"done": 2, "left_out": 0}
        assert sorted(one["id"] for one in rows(caller, LIST, state="accepted")) == sorted(ids)

    def test_ends_of_ranges_are_filters(self, network: Cause, caller: Caller) -> None:
        body = {"until": until(), "reason": "because", "filter": {"field": "mtu", "first_seen_before": "2099-01-01"}}
        assert caller.post(ACCEPT, body).json()["done"] == 4

    @pytest.mark.parametrize(
        "chosen",
        [
            {},
            {"ids": []},
            {"filter": {}},
            {"filter": {"unknown": 1}},
            {"filter": {"field": "mtu", "unknown": 1}},
            {"filter": {"q": " "}},
            {"filter": {"q": None}},
            {"filter": {"state": []}},
            {"filter": {"state": ["open", ""]}},
            {"filter": {"state": ["nonsense"]}},
            {"filter": {"writes": "perhaps"}},
            {"filter": {"site_id": "x"}},
            {"filter": {"site_id": {"deep": 1}}},
            {"filter": {"first_seen": "2020-01-01"}},
            {"filter": {"first_seen_after": "yesterday"}},
            {"filter": {"filter_id": 1}},
            {"filter": {"field": ["mtu"] * 1_001}},
            {"filter": "everything"},
            {"ids": [1], "filter": {"field": "mtu"}},
            {"ids": ["all"]},
            {"id": [1]},
        ],
    )
    @pytest.mark.parametrize("path", [ACCEPT, TAKE_BACK])
    def test_what_says_nothing_never_means_everything(
        self, network: Cause, caller: Caller, path: str, chosen: dict[str, Any]
    ) -> None:
        state = "accepted" if path == TAKE_BACK else "open"
        Deviation.objects.update(state=state)
        more = {"until": until(), "reason": "because"} if path == ACCEPT else {}
        answer = caller.post(path, {**chosen, **more})
        assert answer.status_code == 400 and answer.json()["detail"] and answer.json()["code"], answer.content
        assert not Deviation.objects.exclude(state=state).exists()

    @pytest.mark.parametrize(
        "more", [{"until": "2020-01-01"}, {"until": "soon"}, {"reason": " "}, {"reason": "x" * 201}, {"unti": "x"}]
    )
    def test_a_decision_needs_a_day_to_come_and_a_reason(
        self, network: Cause, caller: Caller, more: dict[str, Any]
    ) -> None:
        body = {"filter": {"cause_id": network.pk}, "until": until(), "reason": "because", **more}
        assert caller.post(ACCEPT, body).status_code == 400
        assert not Deviation.objects.filter(state="accepted").exists()
