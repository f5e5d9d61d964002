"""The shelf: what LibreNMS answered, kept in Django's cache with the time it was fetched.

Values are records packed by msgspec (so a column that has no field, an SNMP community say, cannot get here), under a
key made of the server's fingerprint. Ten clicks at once make one call: the others wait for it, or are told that they
would have to wait for long.
"""

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from django.core.cache import cache

from .config import ServerConfig
from .errors import LibreNMSError
from .limits import Limits
from .turns import Pauses, Turns

__all__ = ("Fetched", "Shelf")

# Part of every key: a change of the records' shape makes new keys, so old entries are never misread.
SHAPE = "1"
LONG = 90 * 86_400
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
    """The cache of one server, for a client with these ``limits``."""

    def __init__(self, server: ServerConfig, *, limits: Limits | None = None) -> None:
        self.server = server
        self._prefix = f"netbox_librenms_plugin:{SHAPE}:{server.fingerprint}:"
        self._limits = limits or Limits.of(server)
        self._turns = Turns(self._prefix, server.display_name)
        self._pauses = Pauses(self._prefix, server.failure_pause, self._limits)

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
        place of the server's ``cache_timeout``. What ``read`` raises is passed on; no value is stored then, and for a
        moment others are told the same. Raises Busy when somebody else has been reading the same for long.
        """
        since = datetime.now(UTC) if refresh else None
        end = time.monotonic() + self._limits.patience
        kept = None if refresh else self.get(name, kind)
        while kept is None:
            with self._turns.take(name, end) as mine:
                if mine:
                    return self._kept_since(name, kind, since) or self._read(name, read, life)
            kept = self._kept_since(name, kind, since)
        return kept

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """For what is not kept: inside, no other client does ``name``. Raises Busy when one does it for long."""
        end = time.monotonic() + self._limits.patience
        mine = False
        while not mine:
            with self._turns.take(name, end) as mine:
                if mine:
                    yield

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

    def _read[T](
        self, name: str, read: Callable[[], Fetched[T]], life: Callable[[Fetched[T]], int] | None
    ) -> Fetched[T]:
        self._pauses.check(name)
        try:
            return self._keep(name, read(), life)
        except LibreNMSError as error:
            self._pauses.begin(name, error)
            raise

    def _keep[T](self, name: str, fetched: Fetched[T], life: Callable[[Fetched[T]], int] | None) -> Fetched[T]:
        self.put(name, fetched, life(fetched) if life else self.server.cache_timeout)
        return fetched


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
