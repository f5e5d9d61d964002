"""Two workers, or two people, at the same moment: nothing twice, nothing lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from dcim.models import Device, VirtualChassis
from django.core.cache import cache
from django.db import connections
from django.db.models.signals import post_save

from netbox_librenms_plugin.compat import advisory_lock
from netbox_librenms_plugin.engine import Options, scope_of
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.starts import start
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.orm.frame.librenms_ids import AlreadyLinkedError, bind
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.factories import admin, make_device, request_of
from tests.imports.fleet import add
from tests.imports.support import import_all, known_to_netbox, outcomes
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("real_commits")


@contextmanager
def slow_saving(seconds: float = 0.4) -> Iterator[None]:
    """Whoever has saved a device takes a while to go on, so that the other one is in the midst of it too."""

    def wait(**_kwargs: Any) -> None:
        time.sleep(seconds)

    post_save.connect(wait, sender=Device, weak=False)
    try:
        yield
    finally:
        post_save.disconnect(wait, sender=Device)


def stack(simulator: Simulator, name: str, *units: tuple[str, str]) -> int:
    """A stack of these (model, serial number)s; the first answers for it."""
    number = add(simulator, name, hardware=units[0][0], serial=units[0][1])
    for position, (model, serial) in enumerate(units, start=1):
        simulator.state.add_inventory(
            number,
            entPhysicalClass="chassis",
            entPhysicalName=f"Switch {position}",
            entPhysicalModelName=model,
            entPhysicalSerialNum=serial,
        )
    known_to_netbox()
    cache.clear()
    return number


def imported(number: int) -> Callable[[], Run]:
    return lambda: import_all([number])


def complaints(runs: list[Any]) -> list[Any]:
    return [one for run in runs for row in run.items.all() for one in row.issues]


def test_stacks_of_the_same_models_in_another_order(simulator: Simulator) -> None:
    one = stack(simulator, "aa", ("Model X", "A1"), ("Model Y", "A2"))
    other = stack(simulator, "bb", ("Model Y", "B1"), ("Model X", "B2"))
    admin()
    with slow_saving():
        runs = at_once(imported(one), imported(other))
    assert complaints(runs) == []
    assert Device.objects.count() == 4 and VirtualChassis.objects.count() == 2


def test_a_member_of_a_stack_that_is_polled_by_itself_too(simulator: Simulator) -> None:
    one = stack(simulator, "aa", ("Model X", "A1"), ("Model Y", "A2"))
    alone = add(simulator, "mem", hardware="Model Y", serial="A2", os="linux", type="network")
    admin()
    with slow_saving():
        runs = at_once(imported(one), imported(alone))
    # Where the member was first, the stack is told so and left: somebody may have documented it otherwise
    left = [problem["code"] for problem in complaints(runs) if problem["code"] == "member_elsewhere"]
    serials = sorted(Device.objects.values_list("serial", flat=True))
    assert (serials, left) in [(["A1", "A2"], []), (["A2"], ["member_elsewhere"])]


def test_two_stacks_that_show_each_other(simulator: Simulator) -> None:
    units = (("Model X", "A1"), ("Model Y", "A2"))
    one, other = stack(simulator, "aa", *units), stack(simulator, "bb", *reversed(units))
    admin()
    with slow_saving():
        at_once(imported(one), imported(other))
    assert sorted(Device.objects.values_list("serial", flat=True)) == ["A1", "A2"]


def linked(device: Device, number: int) -> Callable[[], Any]:
    def link() -> Any:
        user = admin()
        with request_of(user):
            return bind(device, number, scope_of(LibreNMSAPI(), user, Options()))

    return link


def test_two_objects_linked_to_one_device(simulator: Simulator) -> None:
    number = add(simulator)
    devices = make_device("one"), make_device("other")
    admin()
    with slow_saving():
        results = at_once(*(linked(one, number) for one in devices))
    assert sorted(type(one).__name__ for one in results) == ["AlreadyLinkedError", "Device"]
    refusal = next(one for one in results if isinstance(one, AlreadyLinkedError))
    assert "is already linked to" in str(refusal)


def test_a_device_is_linked_while_it_is_imported(simulator: Simulator) -> None:
    number = add(simulator)
    known = make_device("another name")
    admin()
    with slow_saving():
        at_once(imported(number), linked(known, number))
    holders = [one for one in Device.objects.all() if one.custom_field_data.get("librenms_id")]
    assert len(holders) == 1, outcomes(Run.objects.get())


def test_three_people_import_the_same(simulator: Simulator) -> None:
    numbers = [add(simulator, f"sw{number}") for number in range(3)]
    admin()
    with slow_saving():
        runs: list[Any] = at_once(*[lambda: import_all(numbers)] * 3)
    assert complaints(runs) == []
    names = [f"sw{number}" for number in range(3)]
    for name in names:
        assert sorted(outcomes(run)[name] for run in runs) == ["created", "exists", "exists"]
    assert {run.state for run in runs} == {"completed"}
    assert sorted(Device.objects.values_list("name", flat=True)) == names


def test_who_cancels_does_not_wait_for_somebody_else(simulator: Simulator) -> None:
    number = add(simulator)
    user, api = admin(), LibreNMSAPI()
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        with advisory_lock(f"netbox_librenms_plugin import default {number}"):
            taken.set()
            over.wait(60)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    asked = iter([False, False])
    with request_of(user) as request:
        run = start(api, user=user, request=request, choices={}, options=ImportOptions(), wanted=[number])
        run_now(run, request, stop=lambda: next(asked, True))
    over.set()
    thread.join()
    row = run.items.get()
    assert (run.state, row.outcome, row.claimed_by, row.issues) == ("cancelled", "pending", None, [])
