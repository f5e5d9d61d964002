"""What LibreNMS watches as fields: the version of the system, and its state as a status by the map of the settings."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import UNSET
from netbox_librenms_plugin.sync.core.device_state import device_state
from netbox_librenms_plugin.sync.core.plan import Outcome
from netbox_librenms_plugin.sync.core.policy import Policy
from netbox_librenms_plugin.sync.fields.watched import WatchedFields, wanted_status
from tests.librenms import device_record

from .test_fields import held, plan_of, row

MAP = WatchedFields(statuses={"up": "active", "down": "offline"}, possible=("active", "offline", "planned"))


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({"status": True}, "up"),
        ({"status": False}, "down"),
        ({"status": True, "disabled": True, "ignore": True}, "disabled"),
        ({"status": False, "ignore": True}, "ignored"),
        ({"status": None}, None),
        ({"status": UNSET}, None),
    ],
)
def test_what_state_a_device_is_in(columns: dict[str, Any], state: str | None) -> None:
    assert device_state(device_record(**columns)) == state


@pytest.mark.parametrize(
    ("columns", "status", "wanted"),
    [
        ({"status": False}, "active", "offline"),
        ({"status": True}, "active", "active"),
        ({"status": True}, "planned", UNSET),  # a person meant something by it
        ({"disabled": True}, "active", UNSET),  # the map says nothing of it
        ({"status": None}, "active", UNSET),
    ],
)
def test_which_status_that_is(columns: dict[str, Any], status: str, wanted: Any) -> None:
    assert wanted_status(device_record(**columns), status, MAP) == wanted


def test_a_status_that_the_object_cannot_have_is_not_wanted() -> None:
    watched = WatchedFields(statuses={"up": "active", "down": "inventory"}, possible=("active",))
    assert wanted_status(device_record(status=False), "active", watched) is UNSET


def test_without_the_settings_neither_is_compared() -> None:
    plan = plan_of(device_record(version="17.9.4", status=False))
    assert not {"os_version", "status"} & set(plan.by_key)


def test_the_version_differs_and_an_unknown_one_never_does() -> None:
    watched = WatchedFields(version_in="field:os_version")
    plan = plan_of(device_record(version="17.9.4"), held(os_version="16.12"), watched=watched)
    change = row(plan, "os_version")
    assert (change.outcome, dict(change.writes)) == (Outcome.CHANGED, {"os_version": "17.9.4"})
    for said in (None, "", UNSET):
        assert (
            row(plan_of(device_record(version=said), held(os_version="16.12"), watched=watched), "os_version").outcome
            is Outcome.SAME
        )


def test_a_status_is_only_reported_unless_a_policy_lets_it_be_written() -> None:
    seen, netbox = device_record(status=False), held(status="active")
    assert not row(plan_of(seen, netbox, watched=MAP), "status").writes
    plan = plan_of(seen, netbox, watched=MAP, policies={"status": Policy.LIBRENMS_WINS})
    assert dict(row(plan, "status").writes) == {"status": "offline"}
