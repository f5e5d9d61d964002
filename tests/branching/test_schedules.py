"""A schedule that writes to a branch: it plans and writes there, main is left alone, and one that is gone stops it."""

import pytest
from dcim.models import Interface

from netbox_librenms_plugin.models import Schedule
from netbox_librenms_plugin.schedules.preview import preview
from netbox_librenms_plugin.schedules.starting import StartError
from netbox_librenms_plugin.schedules.tick import run_now, tick
from simulator.server import Simulator
from tests.factories import make_interface
from tests.fleet_sync.support import switches
from tests.schedules.support import armed, fresh, make_schedule, run_of

from .support import inside, new_branch

pytestmark = pytest.mark.usefixtures("real_commits")

PORTS = 3


def test_it_writes_to_its_branch_alone(simulator: Simulator) -> None:
    device, *_others = switches(simulator, 2, ports=PORTS)
    branch = new_branch("nightly")
    with inside(branch):
        # What is in the branch counts, not what is in main
        make_interface(device, "Gi1/0/1", description="desk 1", mtu=1500)
    schedule = make_schedule(branch="nightly", outcomes=["missing"])
    assert preview(schedule).totals.tallies["interfaces"].create == 2 * PORTS - 1
    run = run_of(schedule)
    assert (run.kind, run.branch, run.state) == ("shadow", "nightly", "completed")
    assert sum(one.counts.get("planned", 0) for one in run.items.all()) == 2 * PORTS - 1
    run = run_of(armed(schedule))
    assert (run.kind, run.branch, run.state) == ("sync", "nightly", "completed")
    assert Interface.objects.count() == 0
    with inside(branch):
        assert Interface.objects.count() == 2 * PORTS


def test_one_whose_branch_is_gone_says_so(simulator: Simulator) -> None:
    switches(simulator, 1)
    schedule = make_schedule(branch=new_branch("short").name)
    Schedule.objects.update(branch="gone")
    assert list(tick().failed) == ["Nightly"]
    assert fresh(schedule).message == "There is no branch “gone” that can be written to."


def test_schedules_are_started_in_main(simulator: Simulator) -> None:
    switches(simulator, 1)
    schedule = make_schedule()
    with inside(new_branch("here")):
        with pytest.raises(StartError, match="Leave the branch"):
            run_now(schedule)
