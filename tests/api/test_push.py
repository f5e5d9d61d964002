"""``POST push/``: LibreNMS is told of devices in one call; and push rules."""

from collections.abc import Iterator
from typing import Any

import pytest
from dcim.models import Site
from extras.models import Tag

from netbox_librenms_plugin.models import PushRule, Run
from simulator.data import Dataset
from simulator.server import Simulator
from tests.api.test_models import Pattern
from tests.factories import make_device
from tests.librenms import librenms_servers, server_entry, simulated_librenms
from tests.push.support import reachable, rule

from .support import ROOT, Caller

PATH = f"{ROOT}/push/"
PROFILES = {"campus": {"version": "v2c", "community": "c"}, "core": {"version": "ping"}}


@pytest.fixture
def librenms(simulator: Simulator) -> Iterator[Simulator]:
    with librenms_servers({"default": server_entry(simulator)}, snmp_profiles=PROFILES):
        yield simulator


@pytest.mark.django_db
class TestPush:
    def test_a_plan_first_and_then_a_run(self, librenms: Simulator, caller: Caller) -> None:
        one = rule("Campus", give_location=True)
        switch, bare = reachable("sw1", "192.0.2.1"), make_device("bare")
        body: dict[str, Any] = {"ids": [switch.pk, bare.pk]}
        plan = caller.post(PATH, {**body, "dry_run": True}).json()
        first, second = plan["results"]
        assert plan["counts"] == {"add": 1, "link": 0, "change": 0, "same": 0, "nothing": 1} and plan["run"] is None
        assert (first["action"], first["hostname"], first["display"]) == ("add", "192.0.2.1", "sw1")
        assert (first["location"], first["profile"]) == ("Site", "campus")
        assert first["rule"] == {"id": one.pk, "name": "Campus"}
        assert [issue["code"] for issue in second["issues"]] == ["nothing_to_reach"]
        assert len(librenms.state.devices) == 0 and not Run.objects.exists()
        done = caller.post(PATH, {**body, "expected": plan["digest"]}).json()
        assert (done["state"], done["counts"]) == ("completed", {"created": 1, "left_out": 1})
        assert done["written"] == {"push_added": 1, "push_linked": 1}
        assert [row["outcome"] for row in done["results"]] == ["created", "left_out"]
        again = caller.post(PATH, {**body, "expected": plan["digest"]})
        assert (again.status_code, again.json()["code"]) == (409, "stale")

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, "invalid"),
            ({"ids": [4711]}, "not_found"),
            ({"filter": {"colour": ["red"]}}, "unknown_filter"),
            ({"filter": {"status": ["active"]}, "server": "other"}, "unknown_server"),
            ({"filter": {"status": ["active"]}, "community": "c"}, "invalid"),
            ({"filter": {"status": ["active"]}}, "too_many"),
        ],
    )
    def test_what_cannot_be_followed_tells_nothing(
        self, librenms: Simulator, caller: Caller, body: dict[str, Any], code: str
    ) -> None:
        rule(address="name")
        for number in range(4):
            make_device(f"sw{number}")
        answer = caller.post(PATH, body)
        assert (answer.status_code, answer.json()["code"]) == (400, code), answer.json()
        assert not Run.objects.exists() and len(librenms.state.devices) == 0


class PushRuleAPITestCase(Pattern.ModelCase):
    model = PushRule
    brief_fields = ["description", "display", "enabled", "id", "name", "url", "weight"]
    bulk_update_data = {"weight": 3, "description": "changed"}
    bulk_update_invalid_data = {"weight": -1}
    user_permissions = ("dcim.view_devicerole", "dcim.view_site", "dcim.view_platform", "extras.view_tag")

    @classmethod
    def setUpTestData(cls) -> None:
        cls.site = Site.objects.create(name="HQ", slug="hq")
        cls.of_object = Tag.objects.create(name="Managed", slug="managed")
        for number in range(3):
            PushRule.objects.create(name=f"Rule {number}", profile="campus", site=cls.site)
        cls.create_data = [
            {"name": "one", "profile": "campus", "site": cls.site.pk, "object_tag": cls.of_object.pk},
            {"name": "two", "profile": "core", "address": "oob", "site": None},
            {"name": "three", "profile": "core", "weight": 7, "enabled": False, "give_location": True},
        ]

    def setUp(self) -> None:
        super().setUp()
        simulator = self.enterContext(simulated_librenms(Dataset.empty()))
        self.enterContext(librenms_servers({"default": server_entry(simulator)}, snmp_profiles=PROFILES))

    def test_a_profile_that_is_not_configured_is_refused_and_one_that_is_gone_can_stay(self) -> None:
        self.add_permissions("netbox_librenms_plugin.add_pushrule", "netbox_librenms_plugin.change_pushrule")
        body = {"name": "new", "profile": "gone"}
        answer = self.client.post(self._get_list_url(), body, format="json", **self.header)
        self.assertHttpStatus(answer, 400)
        self.assertIn("Choose one of: campus, core", str(answer.data))
        old = PushRule.objects.create(name="old", profile="gone")
        answer = self.client.patch(self._get_detail_url(old), {"profile": "gone"}, format="json", **self.header)
        self.assertHttpStatus(answer, 200)
