"""``netbox librenms_schedule``: what it lists, starts, previews and ends with."""

import json

import pytest
from dcim.models import Interface

from simulator.server import Simulator
from tests.command.support import refused, typed
from tests.fleet_sync.support import switches
from tests.schedules.support import fresh, make_schedule, run_of

pytestmark = pytest.mark.django_db

SCHEDULE = "librenms_schedule"


@pytest.fixture(autouse=True)
def network(simulator: Simulator) -> None:
    """Two switches without their interfaces."""
    switches(simulator, 2)


def test_it_lists_them_in_their_order() -> None:
    make_schedule("Late", weight=2, enabled=False, action="compare")
    schedule = make_schedule("First", weight=1)
    run_of(schedule)
    status, text = typed(SCHEDULE, "list")
    assert status == 0
    head, first, late = text.splitlines()
    assert head.split() == ["Name", "Action", "State", "When", "Next", "Last", "run"]
    assert first.startswith("First  sync     shadow  every hour") and first.endswith("completed")
    assert late.split() == ["Late", "compare", "–", "every", "hour", "–", "–"]
    rows = json.loads(typed(SCHEDULE, "list", "--format", "json")[1])
    assert [(one["name"], one["state"], one["enabled"]) for one in rows] == [
        ("First", "shadow", True),
        ("Late", None, False),
    ]


def test_it_runs_one_in_the_background_and_once() -> None:
    schedule = make_schedule()
    status, text = typed(SCHEDULE, "run", "Nightly")
    run = fresh(schedule).last_run
    assert run is not None
    assert (status, text.strip()) == (0, f"Shadow run #{run.pk} of “Nightly” is in the queue.")
    assert refused(SCHEDULE, "run", "Nightly", status=1) == "Its last run has not ended yet."
    assert Interface.objects.count() == 0


def test_a_reason_stays_with_the_run() -> None:
    schedule = make_schedule()
    typed(SCHEDULE, "run", "Nightly", "--force", "New switches", "--format", "json")
    run = fresh(schedule).last_run
    assert run is not None and run.options["force"] == "New switches"


def test_it_previews_one() -> None:
    make_schedule()
    status, text = typed(SCHEDULE, "preview", "Nightly")
    assert status == 0
    assert text.splitlines()[1].split()[:3] == ["interfaces", "6", "0"]
    assert text.splitlines()[-1] == "2 objects match, 2 were compared"
    said = json.loads(typed(SCHEDULE, "preview", "Nightly", "--format", "json")[1])
    assert (said["schedule"], said["totals"]["resources"]["interfaces"]["create"]) == ("Nightly", 6)
    assert Interface.objects.count() == 0


def test_it_starts_what_is_due_for_who_has_no_system_jobs() -> None:
    make_schedule()
    assert typed(SCHEDULE, "tick") == (0, "Nightly: started\n")
    assert typed(SCHEDULE, "tick") == (0, "")
    make_schedule("Empty", devices="none", virtual_machines="all")
    assert typed(SCHEDULE, "tick") == (1, "Empty: No object matches, so nothing was started.\n")


@pytest.mark.parametrize(
    "call", [("run",), ("preview",), ("list", "Nightly"), ("run", "gone"), ("tick", "--force", "because")]
)
def test_a_wrong_call_is_told_what_is_wrong(call: tuple[str, ...]) -> None:
    assert refused(SCHEDULE, *call).endswith(".")


def test_what_cannot_be_done_says_why(simulator: Simulator) -> None:
    make_schedule("Empty", devices="none", virtual_machines="all")
    assert refused(SCHEDULE, "run", "Empty", status=1) == "No object matches, so nothing was started."
    make_schedule()
    simulator.faults.add("/devices", "status", status=500)
    assert "2 objects match" in typed(SCHEDULE, "preview", "Nightly")[1]
