"""What is done with the rows of a status list: many are linked, or go to the pages about many objects."""

import pytest
from core.models import ObjectChange
from dcim.models import Device

from simulator.server import Simulator
from tests.factories import admin, grant, make_chassis, make_device, somebody
from tests.orm.support import analyse, counted
from tests.pages.support import words

from .support import Looker, one_of_each

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"


def stored(device: Device) -> object:
    return Device.objects.get(pk=device.pk).custom_field_data.get("librenms_id")


class TestLinking:
    def test_what_was_found_is_linked_and_the_rest_left_out_with_reasons(self, simulator: Simulator) -> None:
        devices = one_of_each(simulator)
        question, after = Looker(admin()).link(everything=True)
        assert "1 device will be linked , 4 left out: " in question.replace("linked,", "linked ,")
        for said in ("1 linked already", "1 unknown to LibreNMS", "1 ambiguous", "1 doubtful", "found → found #2"):
            assert said in question, (said, question)
        assert "1 device linked." in after and "4 are not linked." in after
        assert stored(devices["found"]) == {"default": 2}
        for name in ("unknown", "ambiguous"):
            assert stored(devices[name]) is None

    def test_it_is_in_the_change_log_and_other_servers_ids_are_kept(self, simulator: Simulator) -> None:
        simulator.state.add_device(hostname="sw")
        device = make_device("sw")
        device.custom_field_data = {"librenms_id": {"elsewhere": 9}}
        device.save()
        user = admin()
        ObjectChange.objects.all().delete()
        Looker(user).link(device.pk)
        assert stored(device) == {"elsewhere": 9, "default": 1}
        change = ObjectChange.objects.get()
        assert (change.user, change.action, change.changed_object_id) == (user, "update", device.pk)
        assert change.message == "Linked to LibreNMS (Simulated LibreNMS)"
        assert change.prechange_data["custom_fields"]["librenms_id"] == {"elsewhere": 9}
        assert change.postchange_data["custom_fields"]["librenms_id"] == {"elsewhere": 9, "default": 1}

    def test_a_chassis_may_share_its_device(self, simulator: Simulator) -> None:
        simulator.state.add_device(hostname="stack-1")
        members = [make_device("stack-1"), make_device("stack-2")]
        make_chassis("stack", *members, master=members[0])
        Looker(admin()).link(everything=True)
        assert [stored(one) for one in members] == [{"default": 1}] * 2

    def test_what_changed_since_the_question_is_not_linked(self, simulator: Simulator) -> None:
        simulator.state.add_device(hostname="sw")
        device, late = make_device("sw"), make_device("late")
        looker = Looker(admin())
        answer = looker.choose("link", device.pk, late.pk)
        name = looker.client.get(answer.url).context["selection"]
        simulator.state.add_device(hostname="late")
        simulator.state.devices[1]["hostname"] = simulator.state.devices[1]["sysName"] = "renamed"
        looker.client.post(looker.address("refresh"))
        looker.client.post(answer.url, {"selection": name})
        assert stored(device) is None and stored(late) is None

    def test_a_second_click_says_what_the_first_one_did(self, simulator: Simulator) -> None:
        simulator.state.add_device(hostname="sw")
        looker = Looker(admin())
        answer = looker.choose("link", make_device("sw").pk)
        name = looker.client.get(answer.url).context["selection"]
        for _click in range(2):
            done = looker.client.post(answer.url, {"selection": name})
            assert "1 device linked." in looker.client.get(done.url).content.decode()
        assert ObjectChange.objects.filter(action="update").count() == 1

    def test_only_what_one_may_change(self, simulator: Simulator) -> None:
        devices = []
        for name in ("mine", "theirs"):
            simulator.state.add_device(hostname=name)
            devices.append(make_device(name))
        user = somebody("editor", {SETTINGS: ["view", "change"], "dcim.device": ["view"]})
        grant(user, "dcim.device", "change", constraints={"name": "mine"})
        question, after = Looker(type(user).objects.get(pk=user.pk)).link(everything=True)
        assert "1 not yours to change" in question and "1 device linked." in after
        assert [stored(one) for one in devices] == [{"default": 1}, None]

    def test_who_may_only_look_may_not(self, simulator: Simulator) -> None:
        device = make_device("sw")
        looker = Looker(somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view", "change"]}))
        assert looker.choose("link", device.pk).status_code == 403
        assert looker.client.post(looker.address("link"), {"selection": "0" * 32}).status_code == 403

    def test_a_librenms_that_fails_links_nothing(self, simulator: Simulator) -> None:
        simulator.state.add_device(hostname="sw")
        device = make_device("sw")
        simulator.faults.add("/devices", "status", status=500)
        looker = Looker(admin())
        answer = looker.choose("link", device.pk)
        assert "LibreNMS failed" in looker.client.get(answer.url).content.decode()
        assert stored(device) is None

    def test_many_cost_as_many_queries_as_few(self, simulator: Simulator) -> None:
        looker, costs = Looker(admin()), {}
        for number in (10, 150):
            for n in range(number):
                simulator.state.add_device(hostname=f"sw-{number}-{n}")
                make_device(f"sw-{number}-{n}")
            analyse()
            looker.client.post(looker.address("refresh"))
            answer = looker.choose("link", state="show=found", everything=True)
            name = looker.client.get(answer.url).context["selection"]
            with counted() as queries:
                looker.client.post(answer.url, {"selection": name})
            costs[number] = len(queries)
            linked = Device.objects.filter(name__startswith=f"sw-{number}-", custom_field_data__has_key="librenms_id")
            assert linked.count() == number
        assert costs[10] == costs[150] <= 60, costs
        print(costs)


class TestAdding:
    def test_what_librenms_does_not_have_goes_to_the_plan_of_adding_it(self, simulator: Simulator) -> None:
        devices = one_of_each(simulator)
        looker = Looker(admin())
        for answer in (
            looker.choose("push", *(one.pk for one in devices.values())),
            looker.choose("push", everything=True),
            looker.choose("push", state="show=unknown", everything=True),
        ):
            page = words(looker.client.get(answer.url).content.decode())
            assert "/devices/push/?" in answer.url and "1 device as ticked" in page, page
        first = words(looker.client.get(looker.choose("push", everything=True).url).content.decode())
        assert "not unknown to LibreNMS: Linked 1, Found 1, Ambiguous 1, Doubtful 1" in first

    def test_where_none_is_unknown_it_says_so(self, simulator: Simulator) -> None:
        devices = one_of_each(simulator)
        looker = Looker(admin())
        answer = looker.choose("push", devices["linked"].pk)
        assert "None of them is unknown to LibreNMS" in looker.client.get(answer.url).content.decode()
        reader = Looker(somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"]}))
        for what in ("push", "maintenance"):
            assert reader.choose(what, devices["unknown"].pk).status_code == 403
        assert "Add to LibreNMS" not in reader.list() and "Add to LibreNMS…" in looker.list()


class TestOthers:
    def test_the_rows_that_are_shown_go_to_the_comparison(self, simulator: Simulator) -> None:
        one_of_each(simulator)
        looker = Looker(admin())
        answer = looker.choose("compare", state="show=linked", everything=True)
        assert "1 device" in looker.client.get(answer.url).content.decode()
        whole = looker.choose("sync", state="site=site", everything=True)
        page = words(looker.client.get(whole.url).content.decode())
        assert "site: site" in page and "5 devices" in page
        nothing = looker.choose("compare")
        assert nothing.url == looker.address()
