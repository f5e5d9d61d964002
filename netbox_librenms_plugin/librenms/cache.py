"""The shelf: what LibreNMS answered, kept in Django's cache with the time it was fetched.

Values are records packed by msgspec (so a column that has no field, an SNMP community say, cannot get here), under a
key made of the server's fingerprint. Ten clicks at once make one call: the others wait for it.
"""

import os
import socket
import time
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from django.core.cache import cache

from .config import ServerConfig

__all__ = ("Fetched", "Shelf")

# Part of every key: a change of the records' shape makes new keys, so old entries are never misread.
SHAPE = "1"
LONG = 90 * 86_400
# Seconds; also how long a worker that was killed while it fetched keeps those of other machines waiting.
LOCK = 30
_HERE = socket.gethostname()
POLL = 0.05
COMPRESS_FROM = 64 * 1024
_PLAIN, _PACKED = b"0", b"1"


@dataclass(frozen=True, slots=True)
class Fetched[T]:
    """``value`` as LibreNMS answered it at ``fetched_at`` (UTC); ``odd_rows`` rows of it could not be read."""

    value: T
    fetched_at: datetime
    odd_rows: int = 0

    @classmethod
    def now(cls, value: T, *, odd_rows: int = 0) -> "Fetched[T]":
        return cls(value, datetime.now(UTC), odd_rows)

    @property
    def age(self) -> timedelta:
        """Time since LibreNMS answered."""
        return datetime.now(UTC) - self.fetched_at


class Shelf:
    """The cache of one server."""

    def __init__(self, server: ServerConfig) -> None:
        self.server = server
        self._prefix = f"netbox_librenms_plugin:{SHAPE}:{server.fingerprint}:"

    def fetch[T](
        self,
        name: str,
        kind: Any,
        read: Callable[[], Fetched[T]],
        *,
        refresh: bool = False,
        life: Callable[[Fetched[T]], int] | None = None,
    ) -> Fetched[T]:
        """The entry ``name`` (of type ``kind``), else what ``read`` returns, which replaces it.

        ``refresh`` accepts only what was fetched after this call began. ``life`` gives the seconds an entry lives, in
        place of the server's ``cache_timeout``. What ``read`` raises is passed on and nothing is stored.
        """
        since = datetime.now(UTC) if refresh else None
        kept = None if refresh else self.get(name, kind)
        if kept is not None:
            return kept
        lock = self._lock(name)
        try:
            if lock is None:
                self._wait(name)
            return self._kept_since(name, kind, since) or self._keep(name, read(), life)
        finally:
            self._unlock(name, lock)

    def get(self, name: str, kind: Any) -> Fetched[Any] | None:
        """The entry ``name`` whatever its age, None when there is none."""
        return _unpack(cache.get(self._prefix + name), kind)

    def get_many(self, names: list[str], kind: Any) -> dict[str, Fetched[Any]]:
        """The entries that are there, by name, in one round trip."""
        found = cache.get_many([self._prefix + name for name in names])
        unpacked = {key.removeprefix(self._prefix): _unpack(value, kind) for key, value in found.items()}
        return {name: entry for name, entry in unpacked.items() if entry is not None}

    def put(self, name: str, entry: Fetched[Any], seconds: int) -> None:
        """Keep ``entry`` for ``seconds``; 0 keeps nothing and drops what was there."""
        if seconds:
            cache.set(self._prefix + name, _pack(entry), seconds)
        else:
            self.drop(name)

    def drop(self, name: str) -> None:
        cache.delete(self._prefix + name)

    def recall(self, name: str) -> Any:
        """A small plain value that ``remember`` kept, None when there is none."""
        return cache.get(f"{self._prefix}memory:{name}")

    def remember(self, name: str, value: int | bool | list[str], seconds: int = LONG) -> None:
        """Keep a small plain value across refreshes, three months unless told."""
        cache.set(f"{self._prefix}memory:{name}", value, seconds)

    def forget(self, *names: str) -> None:
        cache.delete_many([f"{self._prefix}memory:{name}" for name in names])

    def _kept_since(self, name: str, kind: Any, since: datetime | None) -> Fetched[Any] | None:
        """What somebody else fetched meanwhile."""
        kept = self.get(name, kind)
        return kept if kept is not None and (since is None or kept.fetched_at >= since) else None

    def _keep[T](self, name: str, fetched: Fetched[T], life: Callable[[Fetched[T]], int] | None) -> Fetched[T]:
        self.put(name, fetched, life(fetched) if life else self.server.cache_timeout)
        return fetched

    def _lock(self, name: str) -> str | None:
        owner = f"{_HERE}:{os.getpid()}:{uuid.uuid4().hex}"
        return owner if cache.add(f"{self._prefix}lock:{name}", owner, LOCK) else None

    def _unlock(self, name: str, owner: str | None) -> None:
        key = f"{self._prefix}lock:{name}"
        if owner is not None and cache.get(key) == owner:
            cache.delete(key)

    def _wait(self, name: str) -> None:
        """Until the holder of the lock is done. When he died or takes too long, the caller goes on by himself."""
        end = time.monotonic() + LOCK
        while (owner := cache.get(f"{self._prefix}lock:{name}")) is not None and time.monotonic() < end:
            if _is_dead(owner):
                return
            time.sleep(POLL)


def _is_dead(owner: str) -> bool:
    """Whether the process that holds a lock is known to be gone: it can be asked for on its own machine only."""
    host, _, pid = str(owner).rpartition(":")[0].rpartition(":")
    if host != _HERE or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def _pack(entry: Fetched[Any]) -> bytes:
    data = msgspec.msgpack.encode((entry.fetched_at, entry.odd_rows, entry.value))
    return _PACKED + zlib.compress(data, 1) if len(data) >= COMPRESS_FROM else _PLAIN + data


def _unpack(stored: Any, kind: Any) -> Fetched[Any] | None:
    if not isinstance(stored, bytes):
        return None
    try:
        data = zlib.decompress(stored[1:]) if stored[:1] == _PACKED else stored[1:]
        fetched_at, odd_rows, value = _decoder(kind).decode(data)
    except (msgspec.DecodeError, zlib.error):
        return None
    return Fetched(value, fetched_at, odd_rows)


@lru_cache(maxsize=64)
def _decoder(kind: Any) -> Any:
    return msgspec.msgpack.Decoder(tuple[datetime, int, kind])
