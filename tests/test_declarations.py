"""Every resource declares all that the faces need of it, and nothing that is not there."""

from pathlib import Path

import pytest
from django.apps import apps

from netbox_librenms_plugin.resources import MEMBERS, RESOURCES, Resource, declared_resources
from netbox_librenms_plugin.sync.interfaces.wanted import DEVICE_RULES as INTERFACES
from netbox_librenms_plugin.sync.ip_addresses.wanted import RULES as ADDRESSES
from netbox_librenms_plugin.sync.vlans.wanted import RULES as VLANS
from netbox_librenms_plugin.tables import SYNC_TABLES
from netbox_librenms_plugin.words.labels import field_choices, field_label
from netbox_librenms_plugin.words.matches import matched_by

DOCS = Path(__file__).resolve().parents[1] / "docs"
ACTIONS = {"view", "add", "change", "delete"}

each = pytest.mark.parametrize("resource", list(RESOURCES.values()), ids=list(RESOURCES))
every = pytest.mark.parametrize("resource", list(declared_resources().values()), ids=list(declared_resources()))


@each
def test_it_has_a_table_that_knows_it(resource: Resource) -> None:
    assert SYNC_TABLES[resource.name].resource is resource


@each
def test_its_table_has_boxes_for_its_own_decisions_only(resource: Resource) -> None:
    boxes = [one.decision for one in SYNC_TABLES[resource.name].choices]
    assert all(any(box is one for one in resource.decisions) for box in boxes)
    # Who the whole device is, is confirmed above all rows
    assert {one.name for one in resource.decisions} - {one.name for one in boxes} <= {"confirmed"}


@every
def test_its_page_of_the_documentation_is_there(resource: Resource) -> None:
    assert (DOCS / f"{resource.page}.md").is_file()


@each
def test_its_fields_and_their_policies_have_labels(resource: Resource) -> None:
    names = [name for name in resource.policy_fields if name not in resource.words.fields]
    assert names == []
    assert [str(label) for _name, label in field_choices(resource.name)] == [
        str(resource.words.fields[name]) for name in resource.policy_fields
    ]


@every
def test_what_it_refers_to_is_there(resource: Resource) -> None:
    models = [one.model for virtual in (False, True) for one in resource.rights(virtual=virtual)]
    for label in (*models, *(one.model for one in resource.decisions if one.model)):
        assert apps.get_model(label)._meta.label_lower == label
    actions = {
        action for virtual in (False, True) for one in resource.rights(virtual=virtual) for action in one.actions
    }
    assert actions <= ACTIONS


@every
def test_where_it_serves_it_has_rights(resource: Resource) -> None:
    for virtual in (False, True):
        assert bool(resource.rights(virtual=virtual)) == resource.serves(virtual=virtual)


@every
def test_its_words_go_with_numbers(resource: Resource) -> None:
    assert resource.words.number(1) == f"1 {resource.words.one}"
    assert resource.words.number(2) == f"2 {resource.words.many}"


def test_options_of_the_import_have_places_of_their_own() -> None:
    places = [one.brought.place for one in declared_resources().values() if one.brought is not None]
    assert len(places) == len(set(places))


def test_members_come_after_their_device_and_before_the_rest() -> None:
    assert list(declared_resources())[:2] == ["fields", MEMBERS.name]
    assert all(one.name in MEMBERS.words.fields for one in MEMBERS.device_fields)


def test_what_two_sides_are_the_same_by_has_words() -> None:
    matchers = {one.name for rules in (INTERFACES, VLANS, ADDRESSES) for one in rules.matchers}
    ways_to_values = {"choice", "mapping", "name", "slug", "model", "part_number"}
    assert {name for name in matchers | ways_to_values if matched_by(name) == name} == set()


def test_a_field_of_several_resources_is_called_as_each_calls_it() -> None:
    assert str(field_label("interface", "ip_addresses")) == "Interface"
    assert str(field_label("name")) == "Name"
    assert str(field_label("nobody_knows")) == "Nobody knows"
