"""What is told to LibreNMS about locations: sent once, in the form that works; what it cannot do is remembered."""

import pytest

from netbox_librenms_plugin.librenms.errors import TransportError, Unavailable, WriteDenied, WriteFailed
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry, simulated_librenms

pytestmark = pytest.mark.django_db


def writes(simulator: Simulator) -> list[str]:
    return [one.method for one in simulator.requests if one.method != "GET"]


def test_a_location_is_added_and_a_second_of_the_name_is_not(simulator: Simulator) -> None:
    api = LibreNMSAPI()
    assert api.locations().value == ()
    api.add_location("Amsterdam", 52.3563, 4.951)
    (added,) = api.locations().value
    assert (added.location, added.lat, added.lng) == ("Amsterdam", 52.3563, 4.951)
    with pytest.raises(WriteFailed) as failed:
        api.add_location("amsterdam", 1.5, 2.5)
    assert failed.value.status == 500 and "when it was to add a location" in failed.value.message
    with pytest.raises(WriteFailed):
        api.add_location("Equator", 0, 2.5)
    assert len(api.locations(refresh=True).value) == 1


def test_a_device_is_moved_by_the_form_that_works(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="sw-1", location="Attic")
    LibreNMSAPI().place_device(number, "Amsterdam")
    (device,) = LibreNMSAPI().devices(refresh=True).value
    assert device.location_name == "Amsterdam"
    assert simulator.state.devices[number]["override_sysLocation"] == 1


@pytest.mark.parametrize(
    ("version", "before", "after"), [("26.7", (True, False), (True, False)), ("26.4", (False, False), (False, True))]
)
def test_that_a_location_cannot_be_changed_is_known_or_remembered(
    version: str, before: tuple[bool, bool], after: tuple[bool, bool]
) -> None:
    with simulated_librenms(version=version) as simulator:
        api = LibreNMSAPI()
        known = api.location_updates()
        assert (known.known_to_fail, known.refused) == before
        place = api.locations().value[0]
        with pytest.raises(WriteFailed):
            api.change_location(place.id, 1.5, 2.5)
        known = LibreNMSAPI().location_updates()
        assert (known.known_to_fail, known.refused, known.worked) == (*after, False)
        assert writes(simulator) == ["PATCH"]


def test_an_older_server_changes_it() -> None:
    with simulated_librenms(version="25"):
        api = LibreNMSAPI()
        place = api.locations().value[0]
        api.change_location(place.id, 1.5, 2.5)
        assert next(one for one in api.locations().value if one.id == place.id).lat == 1.5
        api.location_update_seen()
        assert api.location_updates().worked


def test_a_change_is_sent_once_whatever_is_answered(simulator: Simulator) -> None:
    simulator.faults.add("/locations", "status", status=503)
    with pytest.raises(Unavailable):
        LibreNMSAPI().add_location("Amsterdam", 1.5, 2.5)
    simulator.faults.clear()
    simulator.faults.add("/locations", "drop")
    with pytest.raises(TransportError):
        LibreNMSAPI().add_location("Amsterdam", 1.5, 2.5)
    assert writes(simulator) == ["POST", "POST"]


def test_a_token_that_may_only_read_is_told_so(simulator: Simulator) -> None:
    with librenms_servers({"default": server_entry(simulator, token=simulator.tokens.reader)}):
        with pytest.raises(WriteDenied) as denied:
            LibreNMSAPI().add_location("Amsterdam", 1.5, 2.5)
    assert "may not add a location" in denied.value.message
