"""What the person may not view in NetBox shows nowhere in the review."""

import pytest

from netbox_librenms_plugin.import_utils.rows import Choice
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.views.imports.choice_shelf import ChoiceShelf
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.imports.support import known_to_netbox
from tests.librenms import add_switches
from tests.pages.imports_actions.support import Importer

pytestmark = pytest.mark.django_db


def test_a_hidden_device_is_neither_named_nor_placed(simulator: Simulator) -> None:
    (number,) = add_switches(simulator.state, 1)
    known_to_netbox()
    held = make_device("hidden-name", librenms_id=number, serial="HIDDEN-SERIAL")
    held.site.name = "Hidden Site"
    held.site.save()
    person = Importer(somebody("clerk", {"netbox_librenms_plugin.librenmssettings": ["view", "change"]}))
    person.choose([number])
    html = person.review()
    assert "switch-0001" in html
    assert not [one for one in ("hidden-name", "HIDDEN-SERIAL", "Hidden Site") if one in html]


def test_what_was_decided_for_others_counts_in_the_review(simulator: Simulator) -> None:
    one, other = add_switches(simulator.state, 2)
    simulator.state.devices[other]["sysName"] = simulator.state.devices[one]["sysName"]
    known_to_netbox()
    ChoiceShelf(admin(), LibreNMSAPI()).edit([other], lambda _choice: Choice(name="renamed"))
    person = Importer(admin())
    person.choose([one])
    assert "Import 1 device" in person.review()
