"""Where an object of NetBox stands with LibreNMS: the rules, with plain values."""

from typing import Any

import pytest

from netbox_librenms_plugin.sync.core.device_identity import KnownIdentity, identity_of
from netbox_librenms_plugin.sync.core.device_state import DeviceState, device_state
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.sync.status.choosing import in_order, link_counts, monitoring_counts, shown
from netbox_librenms_plugin.sync.status.joining import Surroundings, joined
from netbox_librenms_plugin.sync.status.rows import (
    Key,
    LinkState,
    ListedObject,
    Match,
    StatusRow,
)
from tests.librenms import device_record

ME: Key = ("device", 1)
OTHER: Key = ("device", 2)


def listed(*members: Key, virtual: bool = False, **known: Any) -> ListedObject:
    identity = KnownIdentity(**{"name": "switch", "names": ("switch",), **known})
    return ListedObject(key=ME, known=identity, members=frozenset((ME, *members)), virtual=virtual)


def around(*devices: Any, **known: Any) -> Surroundings:
    nothing: dict[str, Any] = {name: {} for name in ("linked", "found", "serials", "names")}
    by_id = {one.device_id: one for one in devices or (device_record(5),)}
    words = {"devices": by_id, "confirmed": (), "words": lambda key: f"{key[0]} {key[1]}"}
    return Surroundings(**{**nothing, **words, **known})


def code(row: StatusRow) -> Code | None:
    return row.reason.code if row.reason is not None else None


class TestLinks:
    def test_its_own_id_links_it(self) -> None:
        row = joined(listed(), Match(librenms_id=5, linked=True), around(linked={5: [ME]}))
        assert (row.link, row.librenms_id, code(row)) == (LinkState.LINKED, 5, None)

    def test_what_was_looked_up_is_found(self) -> None:
        row = joined(listed(), Match(librenms_id=5), around(found={5: [ME]}))
        assert (row.link, row.librenms_id, code(row)) == (LinkState.FOUND, 5, None)
        assert row.device is not None and row.device.device_id == 5

    def test_nothing_found_is_unknown(self) -> None:
        row = joined(listed(), Match(), around())
        assert (row.link, row.librenms_id, row.monitoring, code(row)) == (LinkState.UNKNOWN, None, None, None)

    def test_an_id_that_librenms_does_not_list_is_unknown_too(self) -> None:
        row = joined(listed(), Match(librenms_id=6, linked=True), around())
        assert (row.link, row.librenms_id, code(row)) == (LinkState.UNKNOWN, 6, Code.NOT_IN_LIBRENMS)

    def test_several_devices_are_ambiguous_and_named(self) -> None:
        row = joined(listed(), Match(candidates=((5, "a"), (6, "b"))), around())
        assert (row.link, code(row)) == (LinkState.AMBIGUOUS, Code.SEVERAL_IN_LIBRENMS)
        assert row.candidates == ((5, "a"), (6, "b"))

    def test_two_objects_that_could_both_be_the_device_are_ambiguous(self) -> None:
        row = joined(listed(), Match(librenms_id=5), around(found={5: [ME, OTHER]}))
        assert (row.link, code(row)) == (LinkState.AMBIGUOUS, Code.FOUND_TWICE)
        assert row.reason is not None and row.reason.details["candidates"] == ("device 2",)

    def test_members_of_one_chassis_may_share_it(self) -> None:
        row = joined(listed(OTHER), Match(librenms_id=5), around(found={5: [ME, OTHER]}, linked={5: [OTHER]}))
        assert row.link is LinkState.FOUND

    @pytest.mark.parametrize(("linked", "wanted"), [(True, Code.ID_USED_TWICE), (False, Code.LINKED_BY_OTHER)])
    def test_a_device_that_another_object_is_linked_to_is_doubtful(self, linked: bool, wanted: Code) -> None:
        row = joined(listed(), Match(librenms_id=5, linked=linked), around(linked={5: [OTHER]}))
        assert (row.link, code(row)) == (LinkState.DOUBTFUL, wanted)


class TestDoubts:
    @pytest.mark.parametrize("linked", [True, False])
    def test_clues_that_all_contradict(self, linked: bool) -> None:
        one = listed(name="router", names=("router",), addresses=("192.0.2.9",))
        row = joined(one, Match(librenms_id=5, linked=linked), around(device_record(5, ip="192.0.2.1")))
        assert (row.link, code(row)) == (LinkState.DOUBTFUL, Code.IDENTITY_DOUBT)

    def test_a_serial_number_of_another_object(self) -> None:
        world = around(device_record(5, serial="FOX1"), serials={"fox1": [OTHER]})
        row = joined(listed(serials=("FOX2",)), Match(librenms_id=5, linked=True), world)
        assert code(row) is Code.IDENTITY_OF_OTHER
        assert joined(listed(virtual=True), Match(librenms_id=5, linked=True), world).link is LinkState.LINKED

    def test_a_name_of_another_object(self) -> None:
        world = around(device_record(5, ip="192.0.2.1"), names={"switch": [("virtualmachine", 7)]})
        one = listed(name="router", names=("router",), addresses=("192.0.2.1",))
        assert code(joined(one, Match(librenms_id=5), world)) is Code.IDENTITY_OF_NAMESAKE

    def test_what_a_person_confirmed_is_none(self) -> None:
        device, one = device_record(5, ip="192.0.2.1"), listed(name="router", names=("router",))
        digest = identity_of(device, one.known).digest
        match = Match(librenms_id=5, linked=True)
        assert joined(one, match, around(device)).link is LinkState.DOUBTFUL
        assert joined(one, match, around(device, confirmed={("device", 1, 5, digest)})).link is LinkState.LINKED
        assert joined(one, match, around(device, confirmed={("device", 1, 6, digest)})).link is LinkState.DOUBTFUL


class TestMonitoring:
    @pytest.mark.parametrize(
        ("columns", "wanted"),
        [
            ({"status": True}, DeviceState.UP),
            ({"status": False}, DeviceState.DOWN),
            ({"status": True, "ignore": True}, DeviceState.IGNORED),
            ({"status": False, "ignore": True, "disabled": True}, DeviceState.DISABLED),
            ({}, None),
        ],
    )
    def test_the_states_exclude_each_other_as_in_librenms(self, columns: Any, wanted: DeviceState | None) -> None:
        assert device_state(device_record(5, **columns)) is wanted


def row(pk: int, link: LinkState, **columns: Any) -> StatusRow:
    device = device_record(pk, **columns) if columns else None
    return StatusRow(key=("device", pk), link=link, device=device)


ROWS = [
    row(1, LinkState.LINKED, status=True, uptime=50, last_polled="2026-11-02 01:00:00"),
    row(2, LinkState.FOUND, status=True, uptime=700, last_polled="2026-11-01 01:00:00"),
    row(3, LinkState.UNKNOWN),
    row(4, LinkState.LINKED, status=False, uptime=9999),
]


class TestChoosing:
    def test_both_states_are_filters(self) -> None:
        assert [one.pk for one in shown(ROWS, link="linked")] == [1, 4]
        assert [one.pk for one in shown(ROWS, link="linked", monitoring="up")] == [1]
        assert len(shown(ROWS)) == 4

    def test_the_numbers_are_those_that_a_click_would_show(self) -> None:
        assert link_counts(ROWS)[LinkState.LINKED] == 2 and link_counts(ROWS)[LinkState.DOUBTFUL] == 0
        assert link_counts(ROWS, monitoring="up") == {**dict.fromkeys(LinkState, 0), "linked": 1, "found": 1}
        assert monitoring_counts(ROWS, link="linked") == {**dict.fromkeys(DeviceState, 0), "up": 1, "down": 1}

    def test_what_has_no_value_comes_last_both_ways(self) -> None:
        assert [one.pk for one in in_order(ROWS, "uptime")] == [1, 2, 3, 4], "the uptime of what is down says nothing"
        assert [one.pk for one in in_order(ROWS, "-uptime")] == [2, 1, 3, 4]
        assert [one.pk for one in in_order(ROWS, "polled")] == [2, 1, 3, 4]
        assert [one.pk for one in in_order(ROWS, "state")] == [1, 4, 2, 3]
        assert [one.pk for one in in_order(ROWS, "colour")] == [1, 2, 3, 4]
