"""What an agent says in place of a serial number never gets into NetBox by an import."""

import pytest
from dcim.models import Device

from netbox_librenms_plugin.import_utils.rows import Choice, Kind
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.words.sentences import sentence_of
from simulator.server import Simulator
from tests.factories import make_device
from tests.imports.fleet import add
from tests.imports.support import import_all, outcomes, reasons

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("said", ["N/A", "To Be Filled By O.E.M.", "0000-0000"])
def test_a_new_device_gets_none(simulator: Simulator, said: str) -> None:
    add(simulator, "sw", serial=said)
    run = import_all()
    assert (outcomes(run), reasons(run)) == ({"sw": "created"}, {})
    assert Device.objects.get().serial == ""


@pytest.mark.parametrize("said", ["N/A", "default string", ""])
@pytest.mark.parametrize("held", ["REAL", ""])
def test_a_linked_one_keeps_its_own_and_that_is_told(simulator: Simulator, said: str, held: str) -> None:
    number = add(simulator, "sw", serial=said)
    known = make_device("known", serial=held)
    run = import_all(choices={number: Choice(link=(Kind.DEVICE, known.pk), take_serial=True)})
    known.refresh_from_db()
    assert (known.serial, known.custom_field_data["librenms_id"]) == (held, {"default": number})
    assert (outcomes(run), reasons(run)) == ({"sw": "linked"}, {"sw": [Code.SERIAL_UNKNOWN]})
    assert "serial number" in sentence_of(Code.SERIAL_UNKNOWN, {})


def test_nobody_is_told_who_did_not_want_it(simulator: Simulator) -> None:
    number = add(simulator, "sw", serial="N/A")
    known = make_device("known", serial="REAL")
    run = import_all(choices={number: Choice(link=(Kind.DEVICE, known.pk))})
    assert (outcomes(run), reasons(run)) == ({"sw": "linked"}, {})
