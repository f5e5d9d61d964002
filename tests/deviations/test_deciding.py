"""Decisions: accepted until a day, taken back, left to a sync; always as far as somebody sees the objects."""

from datetime import timedelta

import pytest
from django.utils import timezone

from netbox_librenms_plugin.deviations.deciding import (
    DecisionError,
    accept,
    reopen_expired,
    rows_to_sync,
    take_back,
)
from netbox_librenms_plugin.models import Cause, ComparedObject, Deviation
from simulator.server import Simulator
from tests.factories import admin, make_interface, make_object_of, somebody
from tests.librenms import add_switch

from .support import compare_network

pytestmark = pytest.mark.django_db


@pytest.fixture
def cause(simulator: Simulator) -> Cause:
    """MTU 9216 instead of 1500 on two ports of two devices."""
    for name in ("one", "other"):
        device_id = add_switch(simulator.state, 3, hostname=name)
        device = make_object_of(simulator.state.devices[device_id])
        for port in [one for one in simulator.state.ports.values() if one["device_id"] == device_id][:2]:
            port["ifMtu"] = 9216
            make_interface(device, port["ifName"], type="1000base-t", mtu=1500)
    compare_network(complete=True)
    return Cause.objects.get(field="mtu")


def soon() -> object:
    return timezone.localdate() + timedelta(days=10)


def test_a_cause_is_accepted_at_once(cause: Cause) -> None:
    before = sum(ComparedObject.objects.values_list("open", flat=True))
    done = accept(cause.deviations.all(), admin(), until=soon(), reason="Jumbo frames come in June")
    assert (done.done, done.left_out) == (4, 0)
    cause.refresh_from_db()
    assert (cause.open, cause.accepted, cause.objects_open) == (0, 4, 0)
    assert sum(ComparedObject.objects.values_list("open", flat=True)) == before - 4
    one = cause.deviations.first()
    assert (one.state, one.accepted_name, one.accepted_reason) == ("accepted", "root", "Jumbo frames come in June")


def test_and_taken_back(cause: Cause) -> None:
    accept(cause.deviations.all(), admin(), until=soon(), reason="because")
    assert take_back(cause.deviations.all(), admin()).done == 4
    cause.refresh_from_db()
    assert (cause.open, cause.accepted) == (4, 0)


def test_it_ends_with_its_day(cause: Cause) -> None:
    accept(cause.deviations.all(), admin(), until=timezone.localdate(), reason="because")
    assert reopen_expired() == 0
    assert reopen_expired(timezone.localdate() + timedelta(days=1)) == 4
    cause.refresh_from_db()
    assert cause.open == 4


def test_what_one_may_not_see_is_left_out(cause: Cause) -> None:
    user = somebody("reader", {"dcim.device": ["view"]}, constraints={"name": "one"})
    done = accept(cause.deviations.all(), user, until=soon(), reason="because")
    assert (done.done, done.left_out) == (2, 2)
    assert set(Deviation.objects.filter(state="accepted").values_list("compared__name", flat=True)) == {"one"}


@pytest.mark.parametrize(("days", "reason"), [(-1, "because"), (3, "  ")])
def test_a_decision_needs_a_day_and_a_reason(cause: Cause, days: int, reason: str) -> None:
    with pytest.raises(DecisionError):
        accept(cause.deviations.all(), admin(), until=timezone.localdate() + timedelta(days=days), reason=reason)
    assert not Deviation.objects.filter(state="accepted").exists()


def test_a_sync_of_a_cause_is_of_its_field_alone(cause: Cause) -> None:
    rows = rows_to_sync(cause.deviations.all())
    assert len(rows) == 2
    for resources in rows.values():
        assert set(resources) == {"interfaces"}
        assert all(fields == ["mtu"] for fields in resources["interfaces"].values())
