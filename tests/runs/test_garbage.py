"""What is there before a job is left out of garbage collections while it runs."""

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from netbox_librenms_plugin.runs import garbage
from netbox_librenms_plugin.runs.garbage import old_objects_left_alone


@pytest.fixture(autouse=True)
def nothing_left_alone() -> Iterator[None]:
    """As a job begins; the tests after this one find it as it was."""
    gc.unfreeze()
    yield
    gc.freeze()


def test_what_is_there_is_left_alone_for_a_while() -> None:
    objects = len(gc.get_objects())
    with old_objects_left_alone():
        assert gc.get_freeze_count() > objects / 2 > len(gc.get_objects())
    assert len(gc.get_objects()) > objects / 2


def test_so_it_is_in_a_python_that_begins_with_some() -> None:
    """As 3.12 does: a few hundred are left alone before anybody asked for it."""
    lines = (
        "import gc, runpy",
        f"left_alone = runpy.run_path({garbage.__file__!r})['old_objects_left_alone']",
        "before = len(gc.get_objects())",
        "with left_alone():",
        "    print(before, gc.get_freeze_count())",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    before, frozen = map(int, done.stdout.split())
    assert frozen > before * 0.9


def test_what_somebody_has_left_alone_stays_so() -> None:
    gc.freeze()
    before = gc.get_freeze_count()
    with old_objects_left_alone():
        assert gc.get_freeze_count() <= before
    assert gc.get_freeze_count() > before / 2
