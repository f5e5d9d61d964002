"""The virtual chassis of an import: made whole, completed, and left alone where NetBox knows better."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device, InterfaceTemplate, Location, Platform, Site, VirtualChassis
from django.db import transaction
from extras.models import CustomField, Tag
from netbox.context import events_queue
from tenancy.models import Tenant

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.orm.chassis.read import AskedStack, read_stacks
from netbox_librenms_plugin.orm.chassis.write import write
from netbox_librenms_plugin.orm.frame.scope import Scope
from netbox_librenms_plugin.orm.frame.subjects import Subject
from netbox_librenms_plugin.sync.chassis.plan import plan_stack
from netbox_librenms_plugin.sync.chassis.stacks import Stack, StackMember, members_of
from netbox_librenms_plugin.sync.core.issues import Issue
from netbox_librenms_plugin.sync.core.plan import Outcome, Ref
from netbox_librenms_plugin.words.sentences import sentence
from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_device, make_device_type, request_of, somebody
from tests.librenms import stack_record

from .support import counted, writes_in

pytestmark = pytest.mark.django_db

PATTERN = "{name}-{position}"
MESSAGE = "Imported from LibreNMS"


def refs(*models: str) -> dict[str, Ref | None]:
    return {model: Ref(make_device_type(model).pk, model) for model in models or ("C9300",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberResult:
    """What became of one member; ``issue``: why it is not whole, as the plan says, or the writing."""

    position: int
    name: str
    device_id: int | None
    created: bool
    issue: Issue | None


def complete(master: Device, stack: Stack, *, user: Any = None, **options: Any) -> list[MemberResult]:
    user = user or admin()
    known = {"type_of": refs()} | options
    with request_of(user), transaction.atomic():
        return completed(master, stack, user, **known)


def completed(
    master: Device, stack: Stack, user: Any, *, type_of: dict[str, Ref | None], naming: str = PATTERN
) -> list[MemberResult]:
    """Read, planned and written, as the import does."""
    scope = Scope(user=user, server="default", bare_key=None, message=MESSAGE)
    context = read_stacks({1: AskedStack(stack=stack, leader=master)}, scope, lock=True)[1]
    plan = plan_stack(stack, replace(context, pattern=naming, types=type_of))
    subject = Subject(object=master, members=(master,), visible=frozenset({master.pk}))
    results = {one.key: one for _entry, one in write([(subject, plan.syncable)], scope)}
    unwritten = {one.key for one in plan.syncable} - results.keys()
    return [
        MemberResult(
            position=int(one.key.removeprefix("unit-")),
            name=one.name,
            device_id=results[one.key].netbox_id if one.key in results else one.netbox_id,
            created=one.outcome is Outcome.MISSING and one.key in results and results[one.key].ok,
            issue=(results[one.key].issue if one.key in results else None) or next(iter(one.issues), None),
        )
        for one in plan.changes
        if one.outcome is not Outcome.EXTRA and one.key not in unwritten
    ]


def crew(chassis: VirtualChassis | None) -> dict[int | None, tuple[str | None, str]]:
    """Position → (name, serial number)."""
    rows = Device.objects.filter(virtual_chassis=chassis).order_by("vc_position")
    return {one.vc_position: (one.name, one.serial) for one in rows}


def codes(results: Iterable[MemberResult]) -> dict[int, str | None]:
    assert all(sentence(one.issue) for one in results if one.issue)
    return {one.position: one.issue.code.value if one.issue else None for one in results}


def seated(name: str, chassis: VirtualChassis, position: int, **fields: Any) -> Device:
    return make_device(name, virtual_chassis=chassis, vc_position=position, **fields)


def led(*serials: str, first: int = 1) -> list[Device]:
    """A chassis as somebody documented it; the first member leads."""
    names = ("switch", *[f"own-{at}" for at in range(1, len(serials))])
    members = [make_device(name, serial=serial) for name, serial in zip(names, serials, strict=True)]
    make_chassis("switch", *members, first=first, master=members[0])
    return [Device.objects.get(pk=one.pk) for one in members]


# Made whole


def test_a_stack_becomes_a_chassis_with_all_its_members() -> None:
    site = Site.objects.create(name="HQ", slug="hq")
    shared = {
        "site": site,
        "location": Location.objects.create(site=site, name="Cellar", slug="cellar"),
        "tenant": Tenant.objects.create(name="Us", slug="us"),
        "platform": Platform.objects.create(name="iosxe", slug="iosxe"),
    }
    master = make_device("switch", librenms_id=7, serial="A", **shared)
    master.tags.add(Tag.objects.create(name="core", slug="core"))
    stack = Stack((*stack_record("A", "B").members, StackMember(position=3, serial="C", model="C9300X")))
    results = complete(master, stack, type_of=refs("C9300", "C9300X"))

    chassis = VirtualChassis.objects.get()
    assert (chassis.name, chassis.domain, chassis.master, chassis.member_count) == ("switch", "", master, 3)
    assert (master.virtual_chassis, master.vc_position) == (chassis, 1)
    assert crew(chassis) == {1: ("switch", "A"), 2: ("switch-2", "B"), 3: ("switch-3", "C")}
    assert [(one.position, one.name, one.created, one.issue) for one in results] == [
        (1, "switch", False, None),
        (2, "switch-2", True, None),
        (3, "switch-3", True, None),
    ]
    second, third = (Device.objects.get(pk=one.device_id) for one in results[1:])
    assert [one.device_type.model for one in (master, second, third)] == ["Model", "C9300", "C9300X"]
    for member in (second, third):
        assert {name: getattr(member, name) for name in shared} == shared
        assert (member.role, [tag.slug for tag in member.tags.all()]) == (master.role, ["core"])
        assert (member.rack, member.custom_field_data.get("librenms_id")) == (None, None)


def test_every_object_has_its_entries_in_the_change_log_and_no_others() -> None:
    master = make_device("switch", serial="A")
    master.tags.add(Tag.objects.create(name="core", slug="core"))
    ObjectChange.objects.all().delete()
    complete(master, stack_record("A", "B", "C"))
    changes = list(ObjectChange.objects.order_by("time", "pk"))
    assert [(one.changed_object_type.model, one.object_repr, one.action) for one in changes] == [
        ("virtualchassis", "switch", "create"),
        ("device", "switch", "update"),
        ("virtualchassis", "switch", "update"),
        ("device", "switch-2", "create"),
        ("device", "switch-3", "create"),
    ]
    assert {(one.user, one.message) for one in changes} == {(admin(), MESSAGE)}
    assert len({one.request_id for one in changes}) == 1
    joined = changes[1]
    assert (joined.prechange_data["vc_position"], joined.postchange_data["vc_position"]) == (None, 1)
    assert changes[2].postchange_data["master"] == master.pk
    assert changes[3].postchange_data["tags"] == ["core"]


@pytest.mark.parametrize("first", [0, 1, 5])
def test_positions_are_kept_as_the_device_numbers_them(first: int) -> None:
    master = make_device("switch", serial="B")
    complete(master, stack_record("A", "B", first=first, master=1))
    assert crew(master.virtual_chassis) == {first: (f"switch-{first}", "A"), first + 1: ("switch", "B")}
    assert VirtualChassis.objects.get().master == master


def test_who_the_master_is_a_serial_number_of_netboxs_tells_first() -> None:
    master = make_device("switch", serial="b")
    complete(master, stack_record("A", "B"))
    assert crew(master.virtual_chassis) == {1: ("switch-1", "A"), 2: ("switch", "b")}


def test_names_follow_the_pattern() -> None:
    master = make_device("switch", serial="A")
    complete(master, stack_record("A", "B"), naming="{name} #{position} ({serial})")
    assert crew(master.virtual_chassis)[2] == ("switch #2 (B)", "B")


def test_templates_of_the_members_types_know_the_position() -> None:
    for name in ("Gi{vc_position}/0/1", "Gi{vc_position}/0/2"):
        InterfaceTemplate.objects.create(device_type=make_device_type("C9300"), name=name, type="1000base-t")
    master = make_device("switch", serial="A")
    results = complete(master, stack_record("A", "B"))
    second = Device.objects.get(pk=results[1].device_id)
    assert [one.name for one in second.interfaces.all()] == ["Gi2/0/1", "Gi2/0/2"]


def test_required_custom_fields_get_their_defaults() -> None:
    from core.models import ObjectType

    for model in ("device", "virtualchassis"):
        field = CustomField.objects.create(name=f"of_{model}", type="text", required=True, default="usual")
        field.object_types.add(ObjectType.objects.get_by_natural_key("dcim", model))
    results = complete(make_device("switch", serial="A"), stack_record("A", "B"))
    assert codes(results) == {1: None, 2: None}
    assert Device.objects.get(name="switch-2").custom_field_data["of_device"] == "usual"


def test_no_stack_no_chassis() -> None:
    assert complete(make_device("switch"), Stack()) == []
    assert not VirtualChassis.objects.exists()


# Completed


def test_a_second_time_nothing_is_written() -> None:
    master = make_device("switch", serial="A")
    first = complete(master, stack_record("A", "B"))
    with counted() as queries:
        again = complete(Device.objects.get(pk=master.pk), stack_record("A", "B"))
    assert writes_in(queries) == []
    assert [(one.device_id, one.created, one.issue) for one in again] == [(one.device_id, False, None) for one in first]


def test_an_existing_chassis_gets_only_the_members_it_lacks() -> None:
    master, own = led("A", "B")
    ObjectChange.objects.all().delete()
    results = complete(master, stack_record("A", "B", "C"))
    assert crew(master.virtual_chassis) == {1: ("switch", "A"), 2: ("own-1", "B"), 3: ("switch-3", "C")}
    assert [(one.device_id, one.created) for one in results[:2]] == [(master.pk, False), (own.pk, False)]
    assert [one.object_repr for one in ObjectChange.objects.all()] == ["switch-3"]
    assert VirtualChassis.objects.get().member_count == 3


def test_a_member_is_known_by_its_serial_number_wherever_it_is_seated() -> None:
    master, _own = led("A", "b", first=0)
    results = complete(master, stack_record("A", "B", "C", first=1))
    assert codes(results) == {1: None, 2: None, 3: None}
    assert crew(master.virtual_chassis) == {0: ("switch", "A"), 1: ("own-1", "b"), 3: ("switch-3", "C")}


def test_a_seat_without_a_serial_number_is_left_as_it_is() -> None:
    master, own = led("", "")
    complete(make_device("other"), Stack())
    with counted() as queries:
        results = complete(master, stack_record("A", "B"))
    assert (codes(results), [one.device_id for one in results]) == ({1: None, 2: None}, [master.pk, own.pk])
    assert writes_in(queries) == []


@pytest.mark.parametrize(("held", "said"), [(1, 0), (0, 1)])
def test_members_that_are_counted_from_another_start_are_completed_by_none(held: int, said: int) -> None:
    master, own = led("", "", first=held)
    results = complete(master, stack_record("A", "B", first=said))
    assert [(one.device_id, one.issue) for one in results] == [(master.pk, None), (own.pk, None)]
    assert crew(master.virtual_chassis) == {held: ("switch", ""), held + 1: ("own-1", "")}


@pytest.mark.parametrize(
    ("serials", "units", "first", "master"),
    [
        # Nothing tells whether 1 and 2 are the units 1 and 2, or 0 and 1 counted from another start
        (("", ""), ("A", "B", "C"), 0, 0),
        (("", ""), ("A", "B", "C"), 0, 2),
        (("N/A", "-"), ("A", "B", "C"), 0, 2),
    ],
)
def test_what_netbox_may_have_already_is_not_made(
    serials: tuple[str, ...], units: tuple[str, ...], first: int, master: int
) -> None:
    leader = led(*serials)[0]
    results = complete(leader, stack_record(*units, first=first, master=master))
    assert Device.objects.count() == len(serials)
    unsure = [one.issue for one in results if one.issue]
    assert unsure and {one.code for one in unsure} == {"member_unsure"}
    assert "own-1" in sentence(unsure[0])


def test_a_member_of_no_units_number_may_be_any_of_those_left() -> None:
    master, own = led("A", "")
    results = complete(
        master, Stack((stack_record("A").members[0], StackMember(position=3, serial="C", model="C9300")))
    )
    assert codes(results) == {1: None, 3: "member_unsure"}
    assert own.name in sentence(results[1].issue)  # type: ignore[arg-type]
    assert Device.objects.count() == 2


def test_who_answers_is_never_made_beside_a_leader_without_a_serial_number() -> None:
    master, _own = led("", "B")
    results = complete(master, stack_record("C", "A", "B", first=0))
    assert codes(results) == {0: "member_unsure", 1: None, 2: None}
    assert "switch" in sentence(results[0].issue)  # type: ignore[arg-type]
    assert Device.objects.count() == 2


def test_one_serial_number_proves_how_the_others_are_counted() -> None:
    master, own = led("A", "")
    results = complete(master, stack_record("A", "B", "C"))
    assert [(one.device_id, one.created) for one in results[:2]] == [(master.pk, False), (own.pk, False)]
    assert crew(master.virtual_chassis)[3] == ("switch-3", "C")


def test_a_member_that_the_stack_lost_keeps_no_new_one_out() -> None:
    master, _own = led("A", "GONE")
    results = complete(
        master, Stack((stack_record("A").members[0], StackMember(position=3, serial="C", model="C9300")))
    )
    assert codes(results) == {1: None, 3: None}
    assert crew(master.virtual_chassis) == {1: ("switch", "A"), 2: ("own-1", "GONE"), 3: ("switch-3", "C")}


def test_a_seat_that_another_unit_has_is_not_taken() -> None:
    master, _own = led("A", "B")
    results = complete(master, stack_record("A", "B", "C", first=0))
    assert codes(results) == {0: None, 1: None, 2: "refused"}
    assert Device.objects.count() == 2


def test_another_serial_number_on_the_seat_is_told_and_left() -> None:
    master, own = led("A", "OLD")
    results = complete(master, stack_record("A", "B", "C"))
    assert codes(results) == {1: None, 2: "serial_differs", 3: None}
    problem = results[1].issue
    assert problem is not None and problem.details == {"name": "own-1", "held": "OLD", "said": "B"}
    own.refresh_from_db()
    assert (own.serial, Device.objects.filter(serial="B").count()) == ("OLD", 0)


def test_a_chassis_without_a_master_gets_the_one_that_answers() -> None:
    chassis = VirtualChassis.objects.create(name="old")
    master = seated("switch", chassis, 1, serial="A")
    complete(master, stack_record("A", "B"))
    chassis.refresh_from_db()
    assert (chassis.master, chassis.name, chassis.member_count) == (master, "old", 2)
    assert crew(chassis)[2] == ("switch-2", "B")


def test_a_chassis_that_is_linked_by_another_member_keeps_its_master_and_its_name() -> None:
    master, own = led("A", "B")
    complete(own, stack_record("A", "B", "C", master=1))
    assert VirtualChassis.objects.get().master == master
    assert crew(master.virtual_chassis)[3] == ("switch-3", "C")


# What is not made


def test_a_member_that_netbox_has_elsewhere_is_told_and_not_moved() -> None:
    master = make_device("switch", serial="A")
    other = make_device("spare", serial="b")
    results = complete(master, stack_record("A", "B", "C"))
    assert codes(results) == {1: None, 2: "member_elsewhere", 3: None}
    problem = results[1].issue
    assert problem is not None and problem.details == {"name": "spare", "serial": "B"}
    other.refresh_from_db()
    assert (other.virtual_chassis, results[1].device_id) == (None, None)


@pytest.mark.parametrize(
    ("model", "known", "code"),
    [
        ("C9300", {}, "member_type_missing"),
        ("C9300", {"C9300": None}, "member_type_missing"),
        ("", {"": Ref(1, "never")}, "type_unknown"),
        ("C9300", {"C9300": Ref(2**31, "gone")}, "target_hidden"),
    ],
)
def test_a_member_of_an_unknown_type_is_not_made(model: str, known: dict[str, Ref | None], code: str) -> None:
    results = complete(make_device("switch", serial="A"), stack_record("A", "B", model=model), type_of=known)
    assert codes(results) == {1: None, 2: code}
    assert VirtualChassis.objects.get().member_count == 1


def test_a_refused_member_keeps_none_of_the_others_from_being_made() -> None:
    master = make_device("switch", serial="A")
    make_device("switch-2")
    types = refs()
    with request_of(admin()), transaction.atomic():
        stack = stack_record("A", "B", "C", "D" * 51)
        results = completed(master, stack, admin(), type_of=types)
        queued = {str(event["object"]) for event in events_queue.get().values()}
    assert codes(results) == {1: None, 2: "refused", 3: None, 4: "refused"}
    assert "unique" in sentence(results[1].issue)  # type: ignore[arg-type]
    assert crew(master.virtual_chassis) == {1: ("switch", "A"), 3: ("switch-3", "C")}
    assert VirtualChassis.objects.get().member_count == 2
    assert queued == {"switch", "switch-3"}
    assert not ObjectChange.objects.filter(object_repr__in=("switch-2", "switch-4")).exists()


def test_a_name_that_is_too_long_is_not_cut() -> None:
    master = make_device("s" * 63, serial="A")
    results = complete(master, stack_record("A", "B"))
    assert codes(results) == {1: None, 2: "name_too_long"}
    assert VirtualChassis.objects.get().name == "s" * 63


# Who may

FULL = {
    "dcim.device": ["view", "add", "change"],
    "dcim.virtualchassis": ["view", "add"],
    "dcim.devicetype": ["view"],
}


def test_the_rights_that_it_takes() -> None:
    master = make_device("switch", serial="A")
    results = complete(master, stack_record("A", "B"), user=somebody("ann", FULL))
    assert codes(results) == {1: None, 2: None}
    change = ObjectChange.objects.get(object_repr="switch-2")
    assert change.user_name == "ann"


@pytest.mark.parametrize(
    ("lacking", "expected"),
    [
        ({"dcim.virtualchassis": ["view", "change"]}, {1: "no_permission"}),
        ({"dcim.device": ["view", "add"]}, {1: "no_permission"}),
        ({"dcim.device": ["view", "change"]}, {1: None, 2: "no_permission"}),
        ({"dcim.devicetype": ["change"]}, {1: None, 2: "target_hidden"}),
    ],
)
def test_without_a_right_nothing_is_written_for_it(lacking: dict[str, list[str]], expected: dict[int, str]) -> None:
    master = make_device("switch", serial="A")
    results = complete(master, stack_record("A", "B"), user=somebody("bob", FULL | lacking))
    assert codes(results) == expected
    whole = expected[1] is None
    assert VirtualChassis.objects.count() == int(whole)
    assert (master.virtual_chassis is not None, Device.objects.count()) == (whole, 1)


def test_what_is_outside_of_a_users_constraints_is_refused_member_by_member() -> None:
    master = make_device("switch", serial="A")
    user = somebody("cy", {"dcim.virtualchassis": ["add"], "dcim.devicetype": ["view"]})
    own = somebody("own", {"dcim.device": ["view", "add", "change"]}, {"name__in": ["switch", "switch-3"]})
    own.object_permissions.get().users.add(user)
    user = type(user).objects.get(pk=user.pk)
    results = complete(master, stack_record("A", "B", "C"), user=user)
    assert codes(results) == {1: None, 2: "no_permission", 3: None}
    assert not ObjectChange.objects.filter(object_repr="switch-2").exists()


def test_a_chassis_without_a_master_is_completed_by_who_may_not_change_it() -> None:
    chassis = VirtualChassis.objects.create(name="switch")
    master = seated("switch", chassis, 1, serial="A")
    results = complete(master, stack_record("A", "B"), user=somebody("dan", FULL))
    assert codes(results) == {1: "no_permission", 2: None}
    chassis.refresh_from_db()
    assert chassis.master is None


def test_hidden_devices_keep_their_names_and_numbers_to_themselves() -> None:
    master, _own = led("A", "SECRET")
    spare = make_device("spare", serial="C")
    user = somebody("eve", FULL, {"pk": master.pk})
    results = complete(master, stack_record("A", "B", "C"), user=user)
    assert codes(results) == {1: None, 2: "serial_differs", 3: "member_elsewhere"}
    assert results[1].device_id is None
    words = " ".join(sentence(one.issue) for one in results if one.issue)
    assert "own-1" not in words and "SECRET" not in words and spare.name not in words


def test_who_may_be_a_unit_already_is_hidden_from_whom_it_is_hidden_otherwise() -> None:
    master, own = led("A", "")
    user = somebody("fay", FULL, {"pk": master.pk})
    results = complete(master, Stack((stack_record("A").members[0], StackMember(position=3, serial="C"))), user=user)
    assert codes(results) == {1: None, 3: "member_unsure"}
    assert str(own.name) not in sentence(results[1].issue)  # type: ignore[arg-type]


# With the company


def test_after_an_import_the_fields_of_the_companys_stacks_agree(company: Simulator) -> None:
    api = LibreNMSAPI("default")
    device_id = next(pk for pk, row in company.state.devices.items() if row["hostname"].startswith("ams1-acc-01."))
    seen = api.device(device_id).value
    stack = members_of(seen, api.inventory(device_id).value)
    models = {one.model for one in stack.members}
    site = Site.objects.create(name=str(seen.location_name), slug="here")
    master = make_device(
        "ams1-acc-01",
        librenms_id=device_id,
        site=site,
        serial=stack.master.serial if stack.master else "",
        platform=Platform.objects.create(name="iosxe", slug="iosxe"),
    )
    master.device_type = make_device_type(str(seen.hardware))
    master.save()
    results = complete(master, stack, type_of=refs(*models))
    assert [one.created for one in results] == [False, True, True]
    (comparison,) = engine.compare([master], user=admin(), resources=["fields"])
    plan = comparison.plans["fields"]
    assert {one.key: one.outcome for one in plan.changes if one.outcome is not Outcome.SAME} == {}
    assert {key for key in plan.by_key if key.startswith("serial")} == {f"serial-{one.device_id}" for one in results}
    assert plan.attention == 0
