"""HTTP connections and retries that keep to the budget of a call, whatever the server does with its bytes.

The timeout of a socket begins anew with every byte, so a server that drips is never late for it. Here each wait is cut
down to what is left of the call: connecting, TLS, sending, the pauses between tries, and every single read of status
line, headers and body, which go through one file (``Meter``) with and without TLS. Looking up a name is bounded by the
system's resolver alone.
"""

import http.client
import io
import socket
from functools import lru_cache
from types import TracebackType
from typing import Any, Self, cast

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
    ResponseError,
)
from urllib3.util.retry import Retry

from .budget import current

__all__ = ("BoundedAdapter", "BoundedRetry")

LONGEST_PAUSE = 5.0
# A host commonly has one for IPv6 and one for IPv4.
ADDRESSES = 2


class Meter(io.RawIOBase):
    """What a socket receives; each read waits no longer than the budget lasts, and is paid for from it."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._patience: float | None = sock.gettimeout()
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        budget = current()
        budget.check()
        self._sock.settimeout(budget.within(self._patience))
        count: int | None = self._raw.readinto(buffer)
        budget.spend(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class MeteredSocket:
    """As much of a socket as ``http.client`` needs to read a response."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(Meter(self._sock))


class BoundedResponse(http.client.HTTPResponse):
    """Reads status line, headers and body through a Meter."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(cast(socket.socket, MeteredSocket(sock)), *args, **kwargs)


class BoundedConnection:
    """Goes before a connection class of urllib3: whoever asks it for its timeout is told no more than what is left."""

    response_class = BoundedResponse

    @property
    def timeout(self) -> float | None:
        return current().within(self._timeout)

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def _new_conn(self) -> Any:
        """The addresses of a host are tried one after the other, each for the whole timeout, so each gets a share.

        What remains then is for TLS.
        """
        budget, patience = current(), self._timeout
        self.timeout = share = min(budget.within(patience), budget.left / ADDRESSES)
        try:
            sock = super()._new_conn()  # type: ignore[misc]
        except NewConnectionError:
            raise
        except ConnectTimeoutError:
            if patience is None or share < patience:
                budget.give_up()
            raise
        sock.settimeout(budget.within(patience))
        return sock


class BoundedAdapter(HTTPAdapter):
    """Makes bounded connections, also through proxies."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _bind(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        _bind(manager)
        return manager


def _bind(manager: Any) -> None:
    """Let this manager of urllib3's, and no other, make pools of bounded connections."""
    classes = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _bounded(pool) for scheme, pool in classes.items()}


@lru_cache(maxsize=16)
def _bounded(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """A class of pools, for plain HTTP, TLS or SOCKS, whose connections keep to the budget."""
    if issubclass(pool.ConnectionCls, BoundedConnection):
        return pool
    connection = type("Connection", (BoundedConnection, pool.ConnectionCls), {})
    return type("Pool", (pool,), {"ConnectionCls": connection})


class BoundedRetry(Retry):
    """Retries that never make a person wait long: no second wait for a timeout, no pause beyond ``LONGEST_PAUSE``."""

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """Seconds the server asks to wait; a value that cannot be read counts as none."""
        try:
            return super().get_retry_after(response)
        except HTTPError:
            return None

    def get_backoff_time(self) -> float:
        """Seconds to wait where the server asks for none, at most what is left of the call."""
        return min(super().get_backoff_time(), current().left)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: urllib3.BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """The retries that are left; raises when this is a case for none."""
        if isinstance(error, ReadTimeoutError):
            raise error
        longest = min(LONGEST_PAUSE, current().left)
        if response is not None and (self.get_retry_after(response) or 0) > longest:
            raise MaxRetryError(cast(ConnectionPool, _pool), url or "", ResponseError("too long a pause"))
        return super().increment(method, url, response, error, _pool, _stacktrace)
