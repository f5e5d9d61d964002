"""What holds for every network: applying a plan leaves nothing to do, and the order of rows does not matter."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.records import Port
from netbox_librenms_plugin.sync.core.plan import Found, Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policy

from .build import SWITCH, interface, plan, port, snapshot

NAMES = ("Gi1/0/1", "GigabitEthernet1/0/1", "Gi1/0/2", "gi1/0/3", "Po1", "Vlan10", "Gi1/0/1.100", "eth0")
COLUMNS = {
    "if_alias": st.sampled_from((None, "", "uplink", "Gi1/0/1")),
    "if_type": st.sampled_from((None, "ethernetCsmacd", "ieee8023adLag", "propVirtual", "l3ipvlan", "new")),
    "if_speed": st.sampled_from((None, 0, 10**8, 10**9, 10**10, 2**32 - 1)),
    "if_mtu": st.sampled_from((None, 1500, 9216, 2**31 - 1)),
    "if_admin_status": st.sampled_from((None, "up", "down", "testing")),
    "if_phys_address": st.sampled_from((None, "", "000000000000", "00005e005301")),
}
PORTS = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from(NAMES), st.fixed_dictionaries(COLUMNS)),
    max_size=6,
    unique_by=lambda one: one[0],
)
HELD = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from((None, 1, 2, 3, 77)),
        st.sampled_from(("other", "1000base-t", "lag", "virtual")),
        st.sampled_from(("", "curated")),
    ),
    max_size=6,
    unique_by=lambda one: one[0],
)
POLICIES = st.dictionaries(st.sampled_from(("description", "type", "mtu", "name")), st.sampled_from(Policy), max_size=3)


def ports_of(rows: list[tuple[int, str, dict[str, Any]]]) -> list[Port]:
    return [port(port_id, name, **columns) for port_id, name, columns in rows]


def found_of(rows: list[tuple[str, int | None, str, str]]) -> list[Found]:
    return [
        interface(number, name, librenms_id=librenms_id, type=kind, description=text)
        for number, (name, librenms_id, kind, text) in enumerate(rows, start=1)
    ]


def applied(found: list[Found], result: Plan) -> list[Found]:
    """NetBox after the plan, as the writer would leave it."""
    after = {one.id: one for one in found}
    new = {change.key: 1000 + number for number, change in enumerate(result.changes)}
    for change in result.syncable:
        values = {
            name: Ref(new[value.key], value.name, value.key) if isinstance(value, Ref) and value.id is None else value
            for name, value in change.writes.items()
        }
        held = after.get(change.netbox_id or 0) or interface(new[change.key], change.name, owner=SWITCH)
        after[held.id] = replace(
            held,
            name=values.get("name", held.name),
            values={**held.values, **values},
            librenms_id=values.get("librenms_id", held.librenms_id),
        )
    return list(after.values())


@settings(max_examples=300, deadline=None)
@given(PORTS, HELD, POLICIES)
def test_after_applying_there_is_nothing_to_write(
    rows: list[tuple[int, str, dict[str, Any]]],
    held: list[tuple[str, int | None, str, str]],
    policies: dict[str, Policy],
) -> None:
    seen, found = snapshot(*ports_of(rows)), found_of(held)
    for _step in range(len(found) + len(rows) + 1):
        result = plan(found, seen, policies=policies)
        if not result.syncable:
            break
        found = applied(found, result)
    assert not result.syncable
    for change in result.changes:
        if change.outcome in (Outcome.CONFLICT, Outcome.BLOCKED):
            assert change.issues


@settings(max_examples=200, deadline=None)
@given(PORTS, HELD, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    rows: list[tuple[int, str, dict[str, Any]]], held: list[tuple[str, int | None, str, str]], random: Any
) -> None:
    ports, found = ports_of(rows), found_of(held)
    straight = plan(found, snapshot(*ports))
    random.shuffle(ports)
    random.shuffle(found)
    shuffled = plan(found, snapshot(*ports))
    assert {change.key: change.outcome for change in straight.changes} == {
        change.key: change.outcome for change in shuffled.changes
    }
    assert straight.fingerprints == shuffled.fingerprints


@settings(max_examples=200, deadline=None)
@given(PORTS, HELD)
def test_no_row_writes_what_librenms_did_not_say(
    rows: list[tuple[int, str, dict[str, Any]]], held: list[tuple[str, int | None, str, str]]
) -> None:
    result = plan(found_of(held), snapshot(*ports_of(rows)))
    said = {f"port-{port_id}": columns for port_id, _name, columns in rows}
    for change in result.syncable:
        columns = said[change.key]
        assert "mtu" not in change.writes or columns["if_mtu"] in (1500, 9216)
        assert "speed" not in change.writes or columns["if_speed"]
        assert "enabled" not in change.writes or columns["if_admin_status"] in ("up", "down")
        assert "description" not in change.writes or columns["if_alias"] is not None
