"""Fields over REST: the plan, a choice, a confirmation."""

import pytest

from simulator.server import Simulator
from tests.factories import make_device, make_device_type
from tests.orm.test_fields import monitored

from .support import Caller

pytestmark = pytest.mark.django_db


def test_each_field_is_a_row(simulator: Simulator, caller: Caller) -> None:
    held = make_device_type("C9300-48P")
    device = make_device("switch", librenms_id=monitored(simulator.state))
    (plan,) = caller.compare(device, resource="fields").json()["plans"]
    rows = {row["key"]: row for row in plan["changes"]}
    assert list(rows) == ["name", "serial", "device_type", "platform", "site"]
    (field,) = rows["device_type"]["fields"]
    assert (field["field"], field["librenms"]["id"], field["policy"]) == ("device_type", held.pk, "librenms_wins")
    assert (rows["device_type"]["matched_by"], rows["platform"]["issues"][0]["code"]) == ("model", "platform_missing")


def test_a_choice_and_a_confirmation_can_be_given(simulator: Simulator, caller: Caller) -> None:
    types = [make_device_type("C9300-48P", maker=maker) for maker in ("Cisco", "Clone")]
    device = make_device("somebody-else", librenms_id=monitored(simulator.state))
    asked = {"resources": ["fields"], "keys": {"fields": ["device_type"]}}
    choice = {"device_type": {"device_type": types[1].pk}}
    for choices, applied in ((choice, {}), ({**choice, "*": {"confirmed": True}}, {"changed": 1})):
        answer = caller.sync(device, **asked, choices={"fields": choices})
        assert answer.json()["results"][0]["applied"] == applied, answer.json()
    device.refresh_from_db()
    assert device.device_type == types[1]


def test_names_can_be_taken_otherwise(simulator: Simulator, caller: Caller) -> None:
    device = make_device("old", librenms_id=monitored(simulator.state), serial="FOC1")
    choices = {"fields": {"*": {"name_source": "hostname", "strip_domain": False}}}
    assert caller.sync(device, resources=["fields"], keys={"fields": ["name"]}, choices=choices).status_code == 200
    device.refresh_from_db()
    assert device.name == "switch.example.net"
    wrong = caller.sync(device, resources=["fields"], choices={"fields": {"*": {"name_source": "password"}}})
    assert wrong.status_code == 400
