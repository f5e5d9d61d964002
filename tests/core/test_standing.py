"""Whose turn a row is: a sync's, a person's, or nobody's."""

from dataclasses import replace

import pytest

from netbox_librenms_plugin.sync.core.issues import Code, issue
from netbox_librenms_plugin.sync.core.plan import TONES, Change, Outcome, Plan, Ref, Standing, Tone
from netbox_librenms_plugin.sync.core.waiting import in_vain, obstacles

ABSENT, UNRECORDED = issue(Code.INTERFACE_ABSENT, name="Gi1"), issue(
    Code.NEIGHBOUR_UNRECORDED, name="SEP1", pattern="SEP*"
)
TAKEN = issue(Code.NAME_TAKEN, "name", name="Gi1", id=5)
UNKNOWN, DOUBT = issue(Code.REMOTE_DEVICE_MISSING, name="far"), issue(Code.IDENTITY_DOUBT, hostname="a", name="b")


def row(outcome: Outcome, *issues: object) -> Change:
    return Change(key="1", name="1", outcome=outcome, owner=Ref(1, "box"), issues=issues)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "standing", "tone"),
    [
        (row(Outcome.MISSING), Standing.MISSING, Tone.WRITE),
        (row(Outcome.CHANGED, UNKNOWN), Standing.CHANGED, Tone.WRITE),
        (row(Outcome.BLOCKED, ABSENT), Standing.WAITING, Tone.WRITE),
        (row(Outcome.BLOCKED, ABSENT, UNKNOWN), Standing.BLOCKED, Tone.DECIDE),
        (row(Outcome.BLOCKED, DOUBT, ABSENT), Standing.BLOCKED, Tone.DECIDE),
        (row(Outcome.BLOCKED, UNRECORDED), Standing.IDLE, Tone.QUIET),
        (row(Outcome.BLOCKED, ABSENT, UNRECORDED), Standing.IDLE, Tone.QUIET),
        (row(Outcome.BLOCKED), Standing.BLOCKED, Tone.DECIDE),
        (row(Outcome.CONFLICT, ABSENT), Standing.CONFLICT, Tone.DECIDE),
        (row(Outcome.EXTRA), Standing.EXTRA, Tone.QUIET),
        (row(Outcome.SAME), Standing.SAME, Tone.QUIET),
    ],
)
def test_the_turn_of_a_row(change: Change, standing: Standing, tone: Tone) -> None:
    assert (change.standing, TONES[change.standing]) == (standing, tone)
    assert change.needs_attention is (tone is not Tone.QUIET)


def test_what_is_nobodys_task_is_not_counted() -> None:
    changes = (row(Outcome.BLOCKED, UNRECORDED), row(Outcome.BLOCKED, ABSENT), row(Outcome.SAME), row(Outcome.MISSING))
    plan = Plan("cables", changes)
    assert plan.attention == 2
    assert {standing: number for standing, number in plan.standings.items() if number} == {
        Standing.MISSING: 1,
        Standing.WAITING: 1,
        Standing.IDLE: 1,
        Standing.SAME: 1,
    }


def port(number: int, outcome: Outcome, *issues: object) -> Change:
    return replace(row(outcome, *issues), key=f"port-{number}", librenms_id=number)


@pytest.mark.parametrize(
    ("interface", "standing", "tone"),
    [
        (port(7, Outcome.MISSING), Standing.WAITING, Tone.WRITE),
        (port(8, Outcome.CONFLICT, TAKEN), Standing.WAITING, Tone.WRITE),
        (port(7, Outcome.CONFLICT, TAKEN), Standing.BLOCKED, Tone.DECIDE),
        (port(7, Outcome.BLOCKED, TAKEN), Standing.BLOCKED, Tone.DECIDE),
    ],
)
def test_who_waits_for_an_interface_that_cannot_be_made_waits_for_a_person(
    interface: Change, standing: Standing, tone: Tone
) -> None:
    waits = replace(row(Outcome.BLOCKED, ABSENT), librenms_id=7)
    (change,) = in_vain(Plan("cables", (waits,)), obstacles(Plan("interfaces", (interface,)))).changes
    assert (change.standing, TONES[change.standing]) == (standing, tone)
    assert change.needs_attention and not change.syncable
    code = Code.INTERFACE_BLOCKED if tone is Tone.DECIDE else Code.INTERFACE_ABSENT
    assert [(one.code, one.details["name"]) for one in change.issues] == [(code, "Gi1")]


def test_who_does_not_wait_keeps_the_own_reasons() -> None:
    rows = (row(Outcome.BLOCKED, ABSENT, UNKNOWN), row(Outcome.BLOCKED, UNRECORDED), row(Outcome.MISSING))
    plan = Plan("cables", tuple(replace(one, librenms_id=7) for one in rows))
    assert in_vain(plan, obstacles(Plan("interfaces", (port(7, Outcome.CONFLICT, TAKEN),)))) == plan


def test_the_first_standings_are_those_that_somebody_acts_on() -> None:
    quiet = [TONES[standing] is Tone.QUIET for standing in Standing]
    assert quiet == sorted(quiet) and set(TONES) == set(Standing)
