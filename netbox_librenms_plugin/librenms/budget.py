"""What is left of the time and the bytes that one call may take, known to every wait and every read of that call."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .errors import AnswerTooLarge, LibreNMSError, Unfinished
from .limits import Limits

__all__ = ("Budget", "current", "spending")

# A socket takes no timeout of 0; this short one lets the wait fail as any other that took too long.
AT_ONCE = 0.001
# On the wire there are also headers, the frames of chunks, and what a refused try said before.
HEADROOM = 1024 * 1024


class Overdrawn(OSError):
    """A call received more bytes than it may."""


class Budget:
    """One call's; it begins to run when it is made."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._end = time.monotonic() + limits.seconds
        self._bytes = limits.bytes + limits.bytes // 8 + HEADROOM

    @property
    def left(self) -> float:
        """Seconds, 0 when there are none."""
        return max(0.0, self._end - time.monotonic())

    def within(self, seconds: float | None) -> float:
        """So many seconds (None: any number), or what is left if that is less."""
        return max(AT_ONCE, self.left if seconds is None else min(seconds, self.left))

    def check(self) -> None:
        """Raises TimeoutError when no time is left: a server that always has a byte ready never lets a wait fail."""
        if not self.left:
            raise TimeoutError("The time for this call is up.")

    def give_up(self) -> None:
        """What is left is too little for anything."""
        self._end = time.monotonic()

    def spend(self, count: int) -> None:
        """``count`` bytes were received. Raises Overdrawn when that is more than there may be."""
        self._bytes -= count
        if self._bytes < 0:
            raise Overdrawn("The bytes for this call are used up.")

    def overrun(self, server: str) -> LibreNMSError | None:
        """The error for a call that ended because its budget did; None when it ended for another reason."""
        if self._bytes < 0:
            return self.too_large(server)
        if not self.left:
            return Unfinished(server, seconds=f"{self._limits.seconds:g}", option=self._limits.time_option)
        return None

    def too_large(self, server: str) -> AnswerTooLarge:
        """The error for an answer beyond the limit."""
        return AnswerTooLarge(server, megabytes=self._limits.megabytes, option=self._limits.size_option)

    def takes(self, size: int) -> bool:
        """Whether an unpacked answer may be of this size."""
        return size <= self._limits.bytes


_current: ContextVar[Budget | None] = ContextVar("librenms_budget", default=None)


@contextmanager
def spending(limits: Limits) -> Iterator[Budget]:
    """The budget of one call; connections that this thread uses inside keep to it."""
    budget = Budget(limits)
    token = _current.set(budget)
    try:
        yield budget
    finally:
        _current.reset(token)


def current() -> Budget:
    """The budget of the call that this thread is making."""
    budget = _current.get()
    if budget is None:
        raise RuntimeError("Connections to LibreNMS are used inside of a call only.")
    return budget
