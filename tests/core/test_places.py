"""What the names in LibreNMS's location mean: in the comparison of fields, in the import, and among sites."""

from collections.abc import Mapping
from typing import Any

import pytest

from netbox_librenms_plugin.import_utils.planning import Context
from netbox_librenms_plugin.import_utils.rows import Choice, Kind, Row, State
from netbox_librenms_plugin.import_utils.rules import Rule
from netbox_librenms_plugin.place_names import PlaceNames
from netbox_librenms_plugin.sync.core.exact import Book, NamedObject
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.sync.core.place_books import PlaceBook
from netbox_librenms_plugin.sync.core.plan import Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policy
from netbox_librenms_plugin.sync.sites.plan import MappedPlace
from tests.librenms import device_record

from . import test_import_rows, test_sites
from .build import codes
from .test_fields import held, plan_of, row
from .test_import_rows import row_of

AMS, LON = Ref(1, "AMS1"), Ref(2, "LON3")
FLOOR, TWIN, FLOOR_OF_LON = Ref(11, "Floor 2"), Ref(12, "Floor 2"), Ref(13, "Floor 2")
RACK, RACK_ABOVE, RACK_OF_LON = Ref(21, "R07"), Ref(22, "R07"), Ref(23, "R07")
ACME = Ref(31, "Acme")
TEXT = "AMS1 / Floor 2 / R07 [acme]"
NAMES = PlaceNames(site="AMS1", location="Floor 2", rack="R07", tenant="acme")
WINS = dict.fromkeys(("site", "rack", "tenant"), Policy.LIBRENMS_WINS)


def sites(mapped: Mapping[str, Ref | None] | None = None) -> Book:
    rows = [NamedObject(ref=AMS, names=("AMS1", "ams")), NamedObject(ref=LON, names=("LON3", "lon"))]
    return Book.of(("name", "slug"), rows, mapped or {}, case_counts=True)


def places(names: PlaceNames = NAMES, **other: Any) -> PlaceBook:
    """AMS1 and LON3 have a floor and a rack of the same names."""
    known: dict[str, Any] = {
        "names": {TEXT: names},
        "locations": {(1, "Floor 2"): (FLOOR,), (2, "Floor 2"): (FLOOR_OF_LON,)},
        "racks": {(1, "R07"): (RACK,), (2, "R07"): (RACK_OF_LON,)},
        "located": {21: 11, 22: 14, 23: 13},
        "tenants": Book.of(("name", "slug"), [NamedObject(ref=ACME, names=("Acme", "acme"))], {}, case_counts=True),
    }
    return PlaceBook(**{**known, **other})


class TestFields:
    def plan(self, names: PlaceNames = NAMES, *, at: Any = None, policies: Any = WINS, **known: Any) -> Plan:
        where: dict[str, Any] = {"site": LON, "location": None, "rack": None, "tenant": None, **(at or {})}
        mapped = known.pop("mapped", None)
        locations = known.pop("locations", {})
        return plan_of(
            device_record(location=TEXT),
            held(**where),
            sites=sites(mapped),
            locations=locations,
            places=places(names, **known),
            policies=policies,
        )

    def test_each_name_is_a_field(self) -> None:
        plan = self.plan()
        wanted = {"site": AMS, "location": FLOOR, "rack": RACK, "tenant": ACME}
        assert {name: row(plan, name).writes for name in wanted} == {name: {name: ref} for name, ref in wanted.items()}
        assert {row(plan, name).facts["said"] for name in wanted} == {TEXT}

    def test_rack_and_tenant_are_reported_and_not_written_unless_a_policy_says_so(self) -> None:
        plan = self.plan(policies={})
        for name in ("site", "location", "rack", "tenant"):
            assert (row(plan, name).outcome, row(plan, name).writes) == (Outcome.CHANGED, {})
        assert not {"rack", "tenant"} & set(self.plan(policies=dict.fromkeys(WINS, Policy.IGNORE)).by_key)

    def test_what_the_text_does_not_say_is_no_row(self) -> None:
        assert not {"location", "rack", "tenant"} & set(self.plan(PlaceNames(site="AMS1")).by_key)

    def test_what_agrees_is_the_same(self) -> None:
        plan = self.plan(at={"site": AMS, "location": FLOOR, "rack": RACK, "tenant": ACME})
        assert {row(plan, one).outcome for one in ("site", "location", "rack", "tenant")} == {Outcome.SAME}

    def test_a_mapping_of_the_whole_comes_first_and_without_a_location_leaves_that_alone(self) -> None:
        plan = self.plan(at={"site": AMS}, mapped={TEXT: LON})
        assert row(plan, "site").writes == {"site": LON} and "location" not in plan.by_key
        assert row(plan, "rack").writes == {"rack": RACK_OF_LON}

    def test_then_a_mapping_of_the_name_with_its_location(self) -> None:
        plan = self.plan(mapped={"ams1": LON}, locations={"ams1": FLOOR_OF_LON}, at={"site": AMS})
        assert row(plan, "site").writes == {"site": LON}
        assert row(plan, "location").writes == {"location": FLOOR_OF_LON}

    def test_a_site_that_is_not_there_is_named_and_nothing_inside_of_it_is_looked_for(self) -> None:
        plan = self.plan(PlaceNames(site="PAR1", location="Floor 2", rack="R07"))
        change = row(plan, "site")
        assert (change.outcome, codes(change)) == (Outcome.BLOCKED, ["site_missing"])
        assert (change.issues[0].details["text"], change.facts["lacks"]) == ("PAR1", "PAR1")
        assert not {"location", "rack"} & set(plan.by_key)

    def test_what_is_inside_is_looked_for_in_that_site_alone(self) -> None:
        plan = self.plan(locations={}, racks={(2, "R07"): (RACK_OF_LON,)})
        assert codes(row(plan, "rack")) == ["rack_missing"]
        assert row(plan, "rack").issues[0].details["place"] == "Floor 2"

    def test_a_rack_of_another_location_is_another_one(self) -> None:
        both = {(1, "R07"): (RACK, RACK_ABOVE)}
        assert row(self.plan(racks=both), "rack").writes == {"rack": RACK}
        unknown = self.plan(PlaceNames(site="AMS1", location="Attic", rack="R07"), racks=both)
        assert [codes(row(unknown, one)) for one in ("location", "rack")] == [["location_missing"], ["rack_missing"]]

    def test_several_are_a_conflict_unless_netbox_has_one_of_them(self) -> None:
        twins = {(1, "Floor 2"): (FLOOR, TWIN)}
        plan = self.plan(PlaceNames(site="AMS1", location="Floor 2"), locations={}, at={"site": AMS})
        assert row(plan, "location").outcome is Outcome.CHANGED
        for at, outcome in ((None, Outcome.CONFLICT), (TWIN, Outcome.SAME)):
            book = PlaceBook(names={TEXT: PlaceNames(site="AMS1", location="Floor 2")}, locations=twins)
            here = held(site=AMS, location=at)
            change = row(
                plan_of(device_record(location=TEXT), here, sites=sites(), places=book, policies=WINS), "location"
            )
            assert change.outcome is outcome and set(change.facts["choices"]) == {11, 12}

    def test_without_a_site_in_the_pattern_it_is_the_devices_own(self) -> None:
        plan = self.plan(PlaceNames(location="Floor 2", rack="R07"))
        assert (row(plan, "site").outcome, codes(row(plan, "site"))) == (Outcome.SAME, [])
        assert row(plan, "location").writes == {"location": FLOOR_OF_LON}
        assert row(plan, "rack").writes == {"rack": RACK_OF_LON}
        mapped = self.plan(PlaceNames(rack="R07"), mapped={TEXT: AMS})
        assert (row(mapped, "site").writes, row(mapped, "rack").writes) == ({"site": AMS}, {"rack": RACK})

    def test_what_stands_in_a_rack_stays_at_its_site(self) -> None:
        plan = self.plan(at={"rack": RACK_OF_LON, "location": FLOOR_OF_LON})
        for name in ("site", "location", "rack"):
            assert (row(plan, name).outcome, codes(row(plan, name))) == (Outcome.BLOCKED, ["place_holds"])

    def test_a_rack_waits_for_its_site(self) -> None:
        change = row(self.plan(policies={"rack": Policy.LIBRENMS_WINS}), "rack")
        assert (change.outcome, codes(change)) == (Outcome.BLOCKED, ["at_other_site"])

    def test_a_position_means_nothing_in_another_rack(self) -> None:
        racks = {"racks": {(1, "R07"): (RACK,)}}
        here = {"site": AMS, "location": FLOOR, "rack": Ref(29, "R09")}
        assert row(self.plan(at=here, **racks), "rack").writes == {"rack": RACK}
        change = row(self.plan(at={**here, "rack_position": 10}, **racks), "rack")
        assert (change.outcome, codes(change)) == (Outcome.BLOCKED, ["rack_position"])

    def test_a_text_that_does_not_match_means_a_site_as_a_whole(self) -> None:
        plan = plan_of(device_record(location="LON3"), held(site=AMS), sites=sites(), places=places(), policies=WINS)
        assert row(plan, "site").writes == {"site": LON}


class TestImport:
    def row(self, names: PlaceNames = NAMES, choice: Choice | None = None, **known: Any) -> Row:
        mapped, of_places = known.pop("mapped", None), known.pop("of_places", {})
        given: dict[str, Any] = {"sites": sites(mapped), "places": places(names, **of_places), **known}
        context: Context = test_import_rows.context(**given, choices={5: choice} if choice else {})
        return row_of(test_import_rows.device(location=TEXT), context)

    def refs(self, found: Row) -> dict[str, Ref | None]:
        return {name: found.ref(name) for name in ("site", "location", "rack", "tenant")}

    def test_a_device_is_made_where_the_text_says(self) -> None:
        found = self.row()
        assert (found.state, found.notes) == (State.READY, ())
        assert self.refs(found) == {"site": AMS, "location": FLOOR, "rack": RACK, "tenant": ACME}

    def test_what_is_not_there_is_said_and_keeps_nothing_from_being_made(self) -> None:
        found = self.row(PlaceNames(site="AMS1", location="Attic", rack="R08", tenant="Nobody"))
        assert found.state is State.READY and self.refs(found)["site"] == AMS
        assert [one.code for one in found.notes] == [Code.LOCATION_MISSING, Code.RACK_MISSING, Code.TENANT_MISSING]

    def test_only_a_site_that_is_not_there_waits(self) -> None:
        found = self.row(PlaceNames(site="PAR1", rack="R07"))
        (reason,) = found.issues
        assert (found.state, reason.code, reason.details["text"]) == (State.NEEDS_SETUP, Code.SITE_MISSING, "PAR1")

    def test_what_a_person_chooses_wins(self) -> None:
        ids = {"location": 91, "rack": 92, "tenant": 93}
        chosen = {(name, pk): Ref(pk, "chosen") for name, pk in ids.items()}
        found = self.row(choice=Choice(ids=ids), chosen=chosen)
        assert {ref.id for name, ref in self.refs(found).items() if ref is not None} == {1, 91, 92, 93}
        # A rack that was chosen has a location of its own
        alone = self.row(choice=Choice(ids={"rack": 92}), chosen=chosen)
        assert (self.refs(alone)["rack"], self.refs(alone)["location"]) == (Ref(92, "chosen"), None)

    def test_names_inside_of_a_site_mean_nothing_at_another(self) -> None:
        elsewhere = self.row(choice=Choice(ids={"site": 2}), chosen={("site", 2): LON})
        assert self.refs(elsewhere) == {"site": LON, "location": None, "rack": None, "tenant": ACME}
        unknown = PlaceNames(site="London", location="Floor 2", rack="R07")
        meant = self.row(unknown, choice=Choice(ids={"site": 2}), chosen={("site", 2): LON})
        assert self.refs(meant) == {"site": LON, "location": FLOOR_OF_LON, "rack": RACK_OF_LON, "tenant": None}

    def test_a_rule_gives_the_site_that_the_pattern_does_not_read(self) -> None:
        rule = Rule(id=1, name="London", targets={"site": LON})
        found = self.row(PlaceNames(location="Floor 2", rack="R07"), rules=[rule])
        assert self.refs(found) == {"site": LON, "location": FLOOR_OF_LON, "rack": RACK_OF_LON, "tenant": None}

    @pytest.mark.parametrize("text", [TEXT, "AMS1"])
    def test_mappings_of_the_whole_and_of_the_name_come_first(self, text: str) -> None:
        found = self.row(mapped={text: LON}, locations={text.casefold(): Ref(14, "Attic")})
        assert (found.values["site"].via, found.ref("site"), found.ref("location")) == (
            "mapping",
            LON,
            Ref(14, "Attic"),
        )
        # What is said to be in that location has to be in it
        assert found.ref("rack") is None

    def test_several_are_not_guessed(self) -> None:
        found = self.row(of_places={"locations": {(1, "Floor 2"): (FLOOR, TWIN)}})
        assert (found.state, found.ref("location"), found.ref("rack")) == (State.READY, None, None)
        assert [one.code for one in found.notes] == [Code.SEVERAL_MEANT, Code.RACK_MISSING]

    def test_a_virtual_machine_has_a_tenant_and_no_rack(self) -> None:
        found = self.row(choice=Choice(kind=Kind.VM))
        assert (found.ref("site"), found.ref("tenant"), "rack" in found.values) == (AMS, ACME, False)


class TestSites:
    def plan(self, names: Mapping[str, PlaceNames], **more: Any) -> dict[str, Any]:
        """Key → site, location, outcome, what can be done, and why something cannot."""
        held_sites = [test_sites.site(1, "AMS1", at=test_sites.AMSTERDAM), test_sites.site(2, "LON3")]
        locations = [test_sites.location(number, text) for number, text in enumerate(names, start=11)]
        book = PlaceBook(names=names, locations={(1, "Floor 2"): (FLOOR,), (1, "Hall"): (Ref(15, "a"), Ref(16, "b"))})
        made = test_sites.plan(held_sites, locations, places=book, **more)
        return {
            row.key: (
                row.site.id if row.site else None,
                row.location.id if row.location else None,
                row.outcome.value,
                [one.value for one in row.possible],
                [one.code.value for one in row.issues],
            )
            for row in made.rows
            if row.place is not None
        }

    def test_a_location_means_the_site_and_the_place_in_it_that_it_names(self) -> None:
        found = self.plan(
            {
                "AMS1 / Floor 2": PlaceNames(site="AMS1", location="Floor 2"),
                "AMS1 / Attic": PlaceNames(site="AMS1", location="Attic"),
                "AMS1 / Hall": PlaceNames(site="AMS1", location="Hall"),
                "AMS1 // R07": PlaceNames(site="AMS1", rack="R07"),
                "PAR1 / Floor 2": PlaceNames(site="PAR1", location="Floor 2"),
            }
        )
        assert found == {
            "location:11": (1, 11, "same", [], []),
            "location:12": (1, None, "blocked", [], ["location_missing"]),
            "location:13": (1, None, "conflict", [], ["several_meant"]),
            "location:14": (1, None, "same", [], []),
            # A site of the whole text's name would be another one
            "location:15": (None, None, "missing", ["create_location"], ["site_missing"]),
        }

    def test_the_site_alone_is_compared_as_ever(self) -> None:
        names = {"site AMS1": PlaceNames(site="AMS1"), "AMS1 // R07": PlaceNames(site="AMS1", rack="R07")}
        found = self.plan(names)
        assert found["location:11"] == (1, None, "changed", ["push_coordinates"], [])
        assert found["location:12"] == (1, None, "same", [], [])

    def test_mappings_come_first(self) -> None:
        names = {"AMS1 / Floor 2": PlaceNames(site="AMS1", location="Floor 2")}
        for text in ("ams1 / floor 2", "ams1"):
            found = self.plan(names, mapped={text: MappedPlace(site=Ref(2, "LON3"))})
            assert found["location:11"][0] == 2
