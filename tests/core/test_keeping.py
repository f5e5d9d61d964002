"""What LibreNMS has of a device beside what NetBox says: what is changed there, by which policy, and what cannot be."""

from dataclasses import replace
from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import UNSET, Device
from netbox_librenms_plugin.sync.core.exact import Book, NamedObject
from netbox_librenms_plugin.sync.core.issues import Code, issue
from netbox_librenms_plugin.sync.core.plan import Ref
from netbox_librenms_plugin.sync.push.keeping import (
    HeldObject,
    Keeping,
    KeepPolicy,
    Kept,
    KeptOutcome,
    KeptValue,
    Monitoring,
    Places,
    WantedGroup,
    columns_of,
    not_taken,
    parents_told,
)
from netbox_librenms_plugin.sync.push.plan import plan_push, without_doubtful
from netbox_librenms_plugin.sync.push.rows import Action, KnownDevices, ProfileSays, PushRow, PushRuleSays, PushSubject
from tests.librenms import device_record

WINS, FILL, REPORT = KeepPolicy.NETBOX_WINS, KeepPolicy.FILL_IF_EMPTY, KeepPolicy.REPORT_ONLY
STATES = {"active": Monitoring.MONITORED, "planned": Monitoring.IGNORED, "offline": Monitoring.DISABLED}
HELD = HeldObject(name="sw1", status="active", notes="Uplink\r\nof hall 2 ", site=3, site_name="AMS1")
SILENT: dict[str, Any] = {"disabled": False, "ignore": False, "location": None, "notes": None, "poller_group": 0}


def device(**columns: Any) -> Device:
    return device_record(9, **{**SILENT, **columns})


def compared(name: Kept, held: HeldObject = HELD, policy: KeepPolicy = WINS, **columns: Any) -> KeptValue | None:
    keeping = Keeping(policies={name: policy}, states=STATES, groups=frozenset({2}))
    found = keeping.compare(held, device(**columns))
    return found[0] if found else None


def told(value: KeptValue | None) -> dict[str, Any]:
    assert value is not None
    return columns_of([value])


class TestState:
    @pytest.mark.parametrize(
        ("status", "columns", "wanted"),
        [
            ("active", {"disabled": True}, {"disabled": 0, "ignore": 0}),
            ("active", {"ignore": True}, {"disabled": 0, "ignore": 0}),
            ("planned", {}, {"disabled": 0, "ignore": 1}),
            ("planned", {"disabled": True, "ignore": True}, {"disabled": 0, "ignore": 1}),
            ("offline", {"ignore": True}, {"disabled": 1}),
        ],
    )
    def test_the_status_says_what_librenms_does(
        self, status: str, columns: dict[str, Any], wanted: dict[str, int]
    ) -> None:
        assert told(compared(Kept.STATE, replace(HELD, status=status), **columns)) == wanted

    def test_what_is_disabled_is_so_whether_it_is_ignored_or_not(self) -> None:
        value = compared(Kept.STATE, replace(HELD, status="offline"), disabled=True, ignore=True)
        assert value is not None and value.outcome is KeptOutcome.SAME

    def test_of_what_netbox_does_not_say_there_is_nothing(self) -> None:
        assert compared(Kept.STATE, replace(HELD, status="staged")) is None

    def test_what_librenms_does_not_say_is_neither_compared_nor_written(self) -> None:
        value = compared(Kept.STATE, disabled=UNSET)
        assert value is not None and value.outcome is KeptOutcome.UNKNOWN and told(value) == {}

    def test_filling_never_takes_back_what_somebody_did_in_librenms(self) -> None:
        value = compared(Kept.STATE, policy=FILL, disabled=True)
        assert value is not None and value.outcome is KeptOutcome.REPORTED
        assert told(compared(Kept.STATE, replace(HELD, status="offline"), FILL)) == {"disabled": 1}


class TestNotes:
    def test_they_are_sent_as_librenms_stores_them(self) -> None:
        assert told(compared(Kept.NOTES)) == {"notes": "Uplink\nof hall 2"}
        same = compared(Kept.NOTES, notes="Uplink\r\nof hall 2")
        assert same is not None and same.outcome is KeptOutcome.SAME

    @pytest.mark.parametrize(
        ("policy", "notes", "outcome"),
        [
            (WINS, "by hand", KeptOutcome.CHANGED),
            (FILL, "by hand", KeptOutcome.REPORTED),
            (FILL, " ", KeptOutcome.CHANGED),
            (REPORT, None, KeptOutcome.REPORTED),
        ],
    )
    def test_the_policy_decides(self, policy: KeepPolicy, notes: str | None, outcome: KeptOutcome) -> None:
        value = compared(Kept.NOTES, policy=policy, notes=notes)
        assert value is not None and (value.outcome, value.policy) == (outcome, policy)

    def test_emptiness_is_only_written_where_netbox_wins(self) -> None:
        empty = replace(HELD, notes="")
        assert told(compared(Kept.NOTES, empty, notes="by hand")) == {"notes": None}
        assert told(compared(Kept.NOTES, empty, FILL, notes="by hand")) == {}

    def test_what_would_be_cut_off_is_not_sent(self) -> None:
        value = compared(Kept.NOTES, replace(HELD, notes="é" * 40_000))
        assert value is not None and value.outcome is KeptOutcome.BLOCKED and value.problem is not None
        assert value.problem.code is Code.NOTES_TOO_LONG


class TestLocation:
    BOOK = Book.of(
        ("name", "slug"),
        [NamedObject(ref=Ref(3, "AMS1"), names=("AMS1", "ams1")), NamedObject(ref=Ref(4, "FRA2"), names=("FRA2", "f"))],
        {"Amsterdam, hall 2": Ref(3, "AMS1"), "Room 7": Ref(3, "AMS1")},
        case_counts=True,
    )

    def at(self, found: str | None, *known: str, held: HeldObject = HELD) -> KeptValue | None:
        places = Places.of([*known, *([found] if found else [])], self.BOOK, {"room 7": Ref(1, "Room")})
        keeping = Keeping(policies={Kept.LOCATION: WINS}, places=places)
        values = keeping.compare(held, device(location=found))
        return values[0] if values else None

    def test_it_is_the_name_of_the_site_whatever_the_device_says(self) -> None:
        assert told(self.at("FRA2")) == {"location": "AMS1", "override_sysLocation": 1}

    @pytest.mark.parametrize("found", ["AMS1", "ams1", "Amsterdam, hall 2", "Room 7"])
    def test_a_location_that_means_the_site_stays(self, found: str) -> None:
        value = self.at(found)
        assert value is not None and value.outcome is KeptOutcome.SAME

    def test_the_only_location_that_means_the_site_is_taken(self) -> None:
        assert told(self.at("FRA2", "Amsterdam, hall 2", "Room 7"))["location"] == "Amsterdam, hall 2"
        assert told(self.at("FRA2", "Amsterdam, hall 2", "ams1"))["location"] == "AMS1", "of several none is chosen"

    def test_without_a_site_nothing_is_said_and_where_it_is_hidden_nothing_is_known(self) -> None:
        assert self.at("FRA2", held=replace(HELD, site=None, site_name="")) is None
        hidden = self.at("<private>")
        assert hidden is not None and hidden.outcome is KeptOutcome.UNKNOWN


class TestPollerGroup:
    def test_it_is_that_of_the_rule_and_has_to_be_there(self) -> None:
        held = replace(HELD, group=WantedGroup(number=2))
        assert told(compared(Kept.POLLER_GROUP, held)) == {"poller_group": 2}
        gone = compared(Kept.POLLER_GROUP, replace(HELD, group=WantedGroup(number=7)))
        assert gone is not None and gone.problem is not None and gone.problem.code is Code.NO_POLLER_GROUP
        assert told(compared(Kept.POLLER_GROUP, replace(HELD, group=WantedGroup()), poller_group=2)) == {
            "poller_group": 0
        }

    def test_without_a_rule_nothing_and_without_a_profile_the_reason(self) -> None:
        assert compared(Kept.POLLER_GROUP) is None
        unknown = issue(Code.PROFILE_UNKNOWN, name="gone", rule="all")
        value = compared(Kept.POLLER_GROUP, replace(HELD, group=WantedGroup(problem=unknown)), FILL, poller_group=0)
        assert value is not None and (value.outcome, value.problem) == (KeptOutcome.BLOCKED, unknown)
        value = compared(Kept.POLLER_GROUP, replace(HELD, group=WantedGroup(problem=unknown)), poller_group=UNSET)
        assert value is not None and (value.outcome, value.problem) == (KeptOutcome.UNKNOWN, unknown)


class TestParents:
    DEVICES = {
        number: device_record(number, hostname=name)
        for number, name in ((1, "core1"), (2, "core2"), (3, "by-hand"), (9, "sw1"))
    }

    def of(
        self, parents: set[int] | None, there: str | None, names: str | None, policy: KeepPolicy = WINS
    ) -> KeptValue | None:
        keeping = Keeping(policies={Kept.PARENTS: policy}, devices=self.DEVICES)
        held = replace(HELD, parents=None if parents is None else frozenset(parents))
        said = {"dependency_parent_id": there, "dependency_parent_hostname": names}
        values = keeping.compare(held, device(**said))
        return values[0] if values else None

    def test_those_that_are_missing_are_added_and_the_others_stay(self) -> None:
        value = self.of({1, 2}, "3,1", "by-hand,core1")
        assert value is not None and value.outcome is KeptOutcome.CHANGED
        assert (value.found, value.wanted, value.numbers) == ("by-hand, core1", "by-hand, core1, core2", (1, 2, 3))
        assert parents_told([value]) is value and columns_of([value]) == {}

    @pytest.mark.parametrize(("there", "names"), [("1", "core1"), ("3, 1", "by-hand,core1")])
    def test_more_than_netbox_says_is_no_difference(self, there: str, names: str) -> None:
        value = self.of({1}, there, names)
        assert value is not None and value.outcome is KeptOutcome.SAME and parents_told([value]) is None

    def test_nobody_depends_on_himself_nor_on_what_librenms_lacks(self) -> None:
        value = self.of({9, 77}, None, None)
        assert value is not None and (value.outcome, value.wanted) == (KeptOutcome.SAME, "")

    def test_filling_leaves_alone_who_has_parents(self) -> None:
        value = self.of({1}, "3", "by-hand", FILL)
        assert value is not None and value.outcome is KeptOutcome.REPORTED
        first = self.of({1}, None, None, FILL)
        assert first is not None and first.outcome is KeptOutcome.CHANGED

    def test_where_a_side_says_nothing_there_is_nothing(self) -> None:
        assert self.of(None, "3", "by-hand") is None

    def test_where_librenms_says_no_parents_nothing_is_known(self) -> None:
        keeping = Keeping(policies={Kept.PARENTS: WINS}, devices=self.DEVICES)
        (value,) = keeping.compare(replace(HELD, parents=frozenset({1})), device())
        assert value.outcome is KeptOutcome.UNKNOWN and parents_told([value]) is None

    def test_ids_without_names_stay_as_well(self) -> None:
        value = self.of({1}, "3,4", None)
        assert value is not None and (value.found, value.numbers) == ("#3, #4", (1, 3, 4))

    def test_where_it_is_not_known_who_depends_on_whom_nothing_is_promised_of_a_new_device(self) -> None:
        said = device_record(1, hostname="core", dependency_parent_id=None)
        unsaid = device_record(2, hostname="old", dependency_parent_id=UNSET)
        keeping = Keeping(policies={Kept.PARENTS: FILL}, devices={1: said, 2: unsaid})
        assert keeping.parents_of_new([2, 1, 3]) == ("core",)
        assert replace(keeping, policies={Kept.PARENTS: REPORT}).parents_of_new([1]) == ()


class TestDisplayName:
    def test_it_cannot_be_changed_and_that_is_said_before(self) -> None:
        value = compared(Kept.DISPLAY, policy=REPORT, hostname="192.0.2.1", display="192.0.2.1")
        assert value is not None and value.outcome is KeptOutcome.BLOCKED and told(value) == {}
        assert value.problem is not None and value.problem.code is Code.DISPLAY_FIXED

    @pytest.mark.parametrize(("display", "outcome"), [(UNSET, KeptOutcome.UNKNOWN), (None, None)])
    def test_one_that_nobody_gave_is_none(self, display: Any, outcome: KeptOutcome | None) -> None:
        value = compared(Kept.DISPLAY, policy=REPORT, hostname="192.0.2.1", display=display)
        assert (value.outcome if value is not None else None) == outcome

    def test_a_hostname_that_is_a_name_is_one(self) -> None:
        assert compared(Kept.DISPLAY, policy=REPORT, hostname="sw1.example.net", display="sw1.example.net") is None


def test_read_back_names_what_was_not_taken() -> None:
    keeping = Keeping(policies={Kept.STATE: WINS, Kept.NOTES: WINS, Kept.LOCATION: REPORT}, states=STATES)
    values = keeping.compare(HELD, device(disabled=True))
    assert list(not_taken(values, device(disabled=False, notes="Uplink\nof hall 2"))) == []
    assert list(not_taken(values, device(disabled=False, notes="Upl"))) == [Kept.NOTES]
    assert list(not_taken(values, device(disabled=UNSET, notes=UNSET))) == [Kept.STATE, Kept.NOTES]


SUBJECT = PushSubject(
    id=1, name="sw1", names={}, traits={"site": 3}, site="AMS1", status="offline", notes="n", linked=9
)
RULE = PushRuleSays(id=1, name="all", profile="campus", address="primary")


def row(
    subject: PushSubject = SUBJECT, policies: dict[Kept, KeepPolicy] | None = None, **columns: Any
) -> tuple[PushRow, list[Code]]:
    policies = {Kept.STATE: WINS} if policies is None else policies
    keeping = Keeping(policies=policies, states=STATES, devices={9: device(**columns)})
    profiles = {"campus": ProfileSays(poller_group=2)}
    (found,) = plan_push([subject], rules=[RULE], profiles=profiles, known=KnownDevices(()), keeping=keeping)
    return found, [one.code for one in found.issues]


class TestRows:
    def test_a_linked_device_is_changed_the_same_or_left(self) -> None:
        changed, codes = row()
        assert (changed.action, changed.librenms_id, codes) == (Action.CHANGE, 9, [])
        assert row(disabled=True)[0].action is Action.SAME
        left, codes = row(policies={Kept.NOTES: REPORT})
        assert (left.action, codes, len(left.fields)) == (Action.NOTHING, [Code.ALREADY_LINKED], 1)

    def test_one_of_which_librenms_does_not_say_everything_is_not_called_in_step(self) -> None:
        found, codes = row(policies={Kept.STATE: WINS, Kept.NOTES: WINS}, disabled=True, notes=UNSET)
        assert (found.action, codes) == (Action.NOTHING, [Code.ALREADY_LINKED])
        assert [one.outcome for one in found.fields] == [KeptOutcome.SAME, KeptOutcome.UNKNOWN]

    def test_while_nothing_is_kept_in_step_it_is_as_it_was(self) -> None:
        found, codes = row(policies={})
        assert (found.action, codes, found.fields) == (Action.NOTHING, [Code.ALREADY_LINKED], ())

    def test_the_rule_is_named_that_gives_the_poller_group(self) -> None:
        found, _codes = row(policies={Kept.POLLER_GROUP: WINS})
        assert (found.rule, found.profile, columns_of(found.fields)) == ("all", "campus", {"poller_group": 2})

    @pytest.mark.parametrize(
        ("about", "code"),
        [
            ({"linked": 8}, Code.NOT_IN_LIBRENMS),
            ({"sharing": ({"id": 2, "name": "sw2"},)}, Code.ID_USED_TWICE),
            ({"spokesman": "sw0"}, Code.CHASSIS_KEPT),
            ({"refusal": "change devices"}, Code.NO_PERMISSION),
        ],
    )
    def test_it_says_why_a_device_is_not_looked_at(self, about: dict[str, Any], code: Code) -> None:
        found, codes = row(replace(SUBJECT, **about))
        assert (found.action, codes, found.fields) == (Action.NOTHING, [code], ())

    def test_what_clues_deny_is_not_compared(self) -> None:
        doubt = issue(Code.IDENTITY_BY_ADDRESS, hostname="other", name="sw1")
        (found,) = without_doubtful([row()[0]], {1: doubt})
        assert (found.action, found.issues, found.fields) == (Action.NOTHING, (doubt,), ())

    def test_another_value_has_another_fingerprint(self) -> None:
        policies = {Kept.NOTES: WINS}
        assert len({row(policies=policies, notes=one)[0].fingerprint for one in ("a", "b", None)}) == 3
