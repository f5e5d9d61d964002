"""One set-up at a time in a checkout: two commands started together must not build the same thing twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from tools import console, paths


@contextmanager
def locked() -> Iterator[None]:
    """Hold the checkout's lock; the system lets go of it when the process ends, however it ends."""
    paths.STATE.mkdir(exist_ok=True)
    with (paths.STATE / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say("Another command is setting things up in this checkout; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
