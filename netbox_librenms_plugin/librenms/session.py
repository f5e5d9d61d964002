"""The wire: one HTTP session per server and process, which turns GETs into bytes or into an error of the tree.

The token travels in ``X-Auth-Token`` alone. Answers are bounded in size and time, redirects are not followed, and a
GET that met 429, 502, 503 or 504 is tried again up to twice, after a short pause or the one the server asks for.
"""

import logging
import os
import threading
import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Self, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, InsecureRequestWarning, MaxRetryError, ReadTimeoutError, ResponseError
from urllib3.util.retry import Retry

from .config import ServerConfig
from .errors import AnswerTooLarge, LibreNMSError, Sentence, TimedOut
from .status import refusal, transport_error

__all__ = ("Wire", "wire_for")

logger = logging.getLogger("netbox_librenms_plugin.librenms")

LARGEST_ANSWER = 512 * 1024 * 1024
LARGEST_ERROR = 64 * 1024
# Time between two pieces of an answer is bounded by the read timeout; this bounds their sum, in seconds.
LONGEST_ANSWER = 600.0
PIECE = 256 * 1024
TRIES_AFTER_THE_FIRST = 2
LONGEST_PAUSE = 5.0
POOL = 8


class BoundedRetry(Retry):
    """Retries that never make a person wait long: no second wait for a timeout, no pause beyond ``LONGEST_PAUSE``."""

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """Seconds the server asks to wait; a value that cannot be read counts as none."""
        try:
            return super().get_retry_after(response)
        except HTTPError:
            return None

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
        if response is not None and (self.get_retry_after(response) or 0) > LONGEST_PAUSE:
            raise MaxRetryError(cast(ConnectionPool, _pool), url or "", ResponseError("too long a pause"))
        return super().increment(method, url, response, error, _pool, _stacktrace)


class TokenAuth(AuthBase):
    """Puts the token into its header; being an auth object, it also keeps ``.netrc`` from adding ``Authorization``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Auth-Token"] = self._token
        return request


class Wire:
    """GETs to one server. Safe to use from several threads."""

    def __init__(self, server: ServerConfig) -> None:
        self.server = server
        self._base = f"{server.url}/api/v0"
        self._session = _new_session(server, self._base)

    def get(self, path: str, *, params: Mapping[str, str] | None = None, what: Sentence = "") -> bytes | bytearray:
        """Body of ``/api/v0{path}``; raises a LibreNMSError for anything but a 200 with a complete body.

        ``what`` names in errors what was asked for.
        """
        started = time.monotonic()
        body, error = self._attempt(path, params, what)
        milliseconds = round((time.monotonic() - started) * 1000)
        outcome = error.code if error else "ok"
        logger.debug("GET %s of server %s: %s in %d ms", path, self.server.key, outcome, milliseconds)
        if error:
            raise error
        return body

    def _attempt(
        self, path: str, params: Mapping[str, str] | None, what: Sentence
    ) -> tuple[bytes | bytearray, LibreNMSError | None]:
        """The body or the error. The error is raised elsewhere, so that no traceback chains to an exception that
        holds the request with its token."""
        try:
            with self._send(path, params) as response:
                if response.status_code == 200:
                    return self._body(response, LARGEST_ANSWER), None
                body = self._body(response, LARGEST_ERROR) if response.status_code >= 400 else b""
                return b"", refusal(self.server, response.status_code, body, what)
        except LibreNMSError as exc:
            return b"", exc
        except (OSError, HTTPError, ValueError) as exc:
            return b"", transport_error(self.server, exc)

    def _send(self, path: str, params: Mapping[str, str] | None) -> requests.Response:
        # verify is passed with each request: on the session alone an environment variable would override False.
        return self._session.get(
            self._base + path,
            params=params,
            timeout=self.server.timeout,
            verify=self.server.verify_ssl,
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response, largest: int) -> bytearray:
        body = bytearray()
        end = time.monotonic() + LONGEST_ANSWER
        for piece in response.iter_content(PIECE):
            body += piece
            if len(body) > largest:
                raise AnswerTooLarge(self.server.display_name)
            if time.monotonic() > end:
                raise TimedOut(self.server.display_name, seconds=round(LONGEST_ANSWER))
        return body

    def close(self) -> None:
        self._session.close()


def _new_session(server: ServerConfig, base: str) -> requests.Session:
    session = requests.Session()
    session.auth = TokenAuth(server.token)
    session.headers.update({"Accept": "application/json", "User-Agent": "netbox-librenms-plugin"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_maxsize=POOL, max_retries=_retries(TRIES_AFTER_THE_FIRST))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # A server whose memory is too small for the list of all ports (502) has too little at the second try as well.
    session.mount(f"{base}/ports", HTTPAdapter(pool_maxsize=1, max_retries=_retries(0)))
    if server.verify_ssl is False:
        # The administrator chose this; urllib3 would repeat its warning with every single request.
        urllib3.disable_warnings(InsecureRequestWarning)
    return session


def _retries(count: int) -> BoundedRetry:
    return BoundedRetry(
        total=max(count, 1),
        connect=1,
        read=1,
        status=count,
        redirect=0,
        other=0,
        allowed_methods=frozenset({"GET"}),
        status_forcelist=frozenset({429, 502, 503, 504}),
        backoff_factor=0.2,
        backoff_max=1.0,
        raise_on_status=False,
    )


_wires: dict[tuple[int, str], Wire] = {}
_guard = threading.Lock()


def wire_for(server: ServerConfig) -> Wire:
    """The process's wire to ``server``; a changed configuration gets a new one, and so does a forked process."""
    place = (os.getpid(), server.key)
    with _guard:
        wire = _wires.get(place)
        if wire is None or wire.server != server:
            # The old one is not closed: another thread may be reading from it, and it ends with its last reader.
            wire = _wires[place] = Wire(server)
        return wire
