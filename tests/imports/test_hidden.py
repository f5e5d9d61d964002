"""Devices that NetBox has already, for people who may not view them: nothing is done, and the reason is theirs."""

from typing import Any

import pytest
from dcim.models import Device, Site

from netbox_librenms_plugin.models import LocationMapping
from netbox_librenms_plugin.words.sentences import sentence_of
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import make_device, somebody
from tests.imports.fleet import add
from tests.imports.support import import_all, reasons

pytestmark = pytest.mark.django_db

READ = ("site", "devicerole", "devicetype", "manufacturer", "platform")
RIGHTS = {
    "netbox_librenms_plugin.librenmssettings": ["view", "change"],
    **{f"dcim.{name}": ["view"] for name in READ},
}


def outcome(caller: Caller, number: int, **body: Any) -> tuple[str, list[str], Any]:
    answer = caller.post(f"{ROOT}/import/", {"devices": [{"librenms_id": number}], **body})
    (result,) = answer.json()["results"]
    assert "secret" not in answer.content.decode()
    return result["outcome"], [one["code"] for one in result["issues"]], result["netbox"]


@pytest.mark.parametrize("linked", [True, False])
def test_what_is_foreseen_is_what_happens(simulator: Simulator, linked: bool) -> None:
    number = add(simulator, "sw", serial="S1")
    here = Site.objects.get(name="Here")
    make_device("secret", site=here, serial="S1", librenms_id=number if linked else None)
    user = somebody("limited", {**RIGHTS, "dcim.device": ["add"]})
    for body in ({"dry_run": True}, {}):
        assert outcome(Caller(user), number, **body) == ("failed", ["holder_hidden"], None)
    assert Device.objects.count() == 1
    sighted = somebody("sighted", {**RIGHTS, "dcim.device": ["view", "change"]})
    body = {"devices": [{"librenms_id": number}], "dry_run": True}
    (result,) = Caller(sighted).post(f"{ROOT}/import/", body).json()["results"]
    assert (result["outcome"], result["netbox"]["name"]) == ("exists" if linked else "linked", "secret")


def test_the_sentence_speaks_of_permission_and_of_no_choice(simulator: Simulator) -> None:
    make_device("secret", librenms_id=add(simulator))
    run = import_all(user=somebody("limited", {**RIGHTS, "dcim.device": ["add"]}))
    assert reasons(run) == {"sw": ["holder_hidden"]}
    (one,) = run.items.get().issues
    said = sentence_of(one["code"], one["details"])
    assert "permission" in said and "chosen" not in said


def test_each_reason_once_and_without_a_question_mark(simulator: Simulator) -> None:
    number = add(simulator, "sw", serial="")
    LocationMapping.objects.all().delete()
    Site.objects.filter(name="Lab").delete()
    for name in ("A", "B", "C", "D"):
        make_device("sw", site=Site.objects.create(name=f"Site {name}", slug=name))
    user = somebody("limited", {**RIGHTS, "dcim.device": ["add"]})
    answer = Caller(user).get(f"{ROOT}/import/").json()
    (listed,) = answer["results"]
    run = import_all([number], user=user)
    (kept,) = run.items.get().issues
    said = sentence_of(kept["code"], kept["details"])
    assert [one["message"] for one in listed["issues"]] == [said]
    assert said == (
        "NetBox has an object that you may not view, which has the same name. "
        "Link it, or give this device another name."
    )
    assert not Device.objects.exclude(name="sw").exists() and Device.objects.count() == 4


def test_a_reason_that_an_older_version_kept_has_no_question_mark_either() -> None:
    for code in ("name_elsewhere", "namesake", "address_alone"):
        for place in ("site", "cluster"):
            assert "?" not in sentence_of(code, {"name": {"hidden": True}, place: "?"})
    assert "?" not in sentence_of("serial_differs", {"name": {"hidden": True}, "held": "?", "said": "S1"})
    several = sentence_of("several_in_netbox", {"clue": "name", "candidates": [{"hidden": True}] * 3})
    assert several.count("an object that you may not view") == 1
