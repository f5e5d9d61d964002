"""Version and status from monitoring: into a custom field or the config context, and back."""

from typing import Any

import pytest
from core.models import ObjectType
from dcim.models import Device
from extras.models import CustomField

from netbox_librenms_plugin.models import FieldPolicy, LibreNMSSettings
from simulator.server import Simulator
from tests.factories import make_device, make_vm
from tests.orm.support import apply_to, plan_of
from tests.undo import contents, sync, undone, unlike

pytestmark = pytest.mark.django_db

STATUSES = {"up": "active", "down": "offline", "disabled": "inventory"}


def custom_field(*models: Any) -> None:
    made = CustomField.objects.create(name="os_version", type="text")
    made.object_types.set([ObjectType.objects.get_for_model(one) for one in models])


def configure(place: str = "", **statuses: str) -> None:
    LibreNMSSettings.objects.create(os_version_in=place, status_map=statuses)
    FieldPolicy.objects.create(resource="fields", field="status", policy="librenms_wins")


def outcomes(held: Any) -> dict[str, str]:
    rows = plan_of(held, "fields").by_key
    return {key: rows[key].outcome.value for key in ("os_version", "status") if key in rows}


def watched_device(simulator: Simulator, name: str = "sw", **columns: Any) -> int:
    return simulator.state.add_device(hostname=name, sysName=name, **{"version": "17.9.4", "status": 0, **columns})


def test_both_are_written_and_then_agree(simulator: Simulator) -> None:
    custom_field(Device)
    configure("field:os_version", **STATUSES)
    device = make_device("sw", librenms_id=watched_device(simulator))
    device.custom_field_data["os_version"] = "16.12"
    device.save()
    assert outcomes(device) == {"os_version": "changed", "status": "changed"}
    assert not apply_to(device, "fields").failures
    device.refresh_from_db()
    assert (device.custom_field_data["os_version"], device.status) == ("17.9.4", "offline")
    assert device.custom_field_data["librenms_id"]
    assert outcomes(device) == {"os_version": "same", "status": "same"}


def test_the_config_context_keeps_what_else_is_in_it(simulator: Simulator) -> None:
    configure("context")
    device = make_device("sw", librenms_id=watched_device(simulator))
    device.local_context_data = {"ntp": ["192.0.2.1"]}
    device.save()
    apply_to(device, "fields")
    device.refresh_from_db()
    assert device.local_context_data == {"ntp": ["192.0.2.1"], "os_version": "17.9.4"}


def test_a_virtual_machine_gets_what_it_can_have(simulator: Simulator) -> None:
    custom_field(Device)
    configure("field:os_version", **STATUSES)
    vm = make_vm("vm", librenms_id=watched_device(simulator, "vm", disabled=1))
    # It has no such custom field, and no status "inventory": nothing is looked at, which is no agreement
    assert outcomes(vm) == {}


def test_what_a_person_meant_by_a_status_is_no_agreement(simulator: Simulator) -> None:
    configure(**STATUSES)
    device = make_device("sw", librenms_id=watched_device(simulator), status="planned")
    assert outcomes(device) == {}
    assert not apply_to(device, "fields").failures
    device.refresh_from_db()
    assert device.status == "planned"


def test_a_custom_field_that_is_gone_is_no_place(simulator: Simulator) -> None:
    configure("field:os_version")
    assert outcomes(make_device("sw", librenms_id=watched_device(simulator))) == {}


@pytest.mark.parametrize("place", ["field:os_version", "context"])
def test_what_was_written_goes_back(simulator: Simulator, place: str) -> None:
    custom_field(Device)
    configure(place, **STATUSES)
    device = make_device("sw", librenms_id=watched_device(simulator))
    before = contents([Device])
    run = sync(device, "fields")
    assert set(unlike(before, contents([Device]))) == {f"dcim.device:{device.pk}"}
    assert undone(run).state == "completed"
    assert unlike(before, contents([Device])) == {}
