"""The wire: one HTTP session per server and process, which turns GETs into bytes or into an error of the tree, and
carries changes.

The token travels in ``X-Auth-Token`` alone. Each call has a budget of time and bytes (``Limits``), redirects are not
followed, and a GET that met 429, 502, 503 or 504 is tried again up to twice, after a short pause or the one the server
asks for. A change is sent once: whether one that met an error was made, only reading it back can tell.
"""

import logging
import os
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from .adapter import BoundedAdapter, BoundedRetry
from .budget import Budget, spending
from .config import ServerConfig
from .errors import Crowded, LibreNMSError, Sentence
from .limits import Limits
from .places import Places
from .status import refusal, refusal_to_write, transport_error

__all__ = ("CALLS_AT_ONCE", "Answer", "Wire", "wire_for")

logger = logging.getLogger("netbox_librenms_plugin.librenms")

# Bytes of an error's body that are read; what it means stands at its beginning.
LARGEST_ERROR = 64 * 1024
PIECE = 64 * 1024
TRIES_AFTER_THE_FIRST = 2
# A LibreNMS server answers no faster to more than this; whoever asks, all together make no more calls at a time
CALLS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete body, and what time it is by the server's own clock (its ``Date`` header), None where it does not
    say."""

    body: bytes | bytearray
    said_at: datetime | None = None


class TokenAuth(AuthBase):
    """Puts the token into its header; being an auth object, it also keeps ``.netrc`` from adding ``Authorization``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Auth-Token"] = self._token
        return request


class Session(requests.Session):
    """Takes a redirect for an answer: the base class would read the whole body of one that it does not follow."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class Wire:
    """Calls to one server. Safe to use from several threads; of all threads and processes together ``CALLS_AT_ONCE``
    are let through at a time."""

    def __init__(self, server: ServerConfig) -> None:
        self.server = server
        self._turnstile = threading.BoundedSemaphore(CALLS_AT_ONCE)
        self._places = Places(f"netbox_librenms_plugin:{server.fingerprint}:", server.display_name, CALLS_AT_ONCE)
        self._base = f"{server.url}/api/v0"
        self._session = _new_session(server, self._base)

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        what: Sentence = "",
        limits: Limits | None = None,
    ) -> bytes | bytearray:
        """The body alone of what ``ask`` answers."""
        return self.ask(path, params=params, what=what, limits=limits).body

    def ask(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        what: Sentence = "",
        limits: Limits | None = None,
    ) -> Answer:
        """What ``/api/v0{path}`` answers; raises a LibreNMSError for anything but a 200 with a complete body.

        ``what`` names in errors what was asked for; without ``limits`` those hold that are usual where it is called.
        """
        with self._calling("GET", path, limits) as budget:
            return self._exchange(path, params, what, budget)

    def tell(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        *,
        what: Sentence = "",
        limits: Limits | None = None,
        hush: Collection[str] = (),
    ) -> None:
        """Send a change (POST or PATCH) once; raises a LibreNMSError for anything but 200 and 201. ``what`` says in
        errors what was to be done. What is answered besides is not read: LibreNMS answers well to changes that it does
        not make. ``hush``: secrets in the body, which are taken out of the reason that LibreNMS gives."""
        with self._calling(method, path, limits) as budget:
            try:
                with self._send(path, None, method=method, json=dict(body)) as response:
                    if response.status_code not in (200, 201):
                        body_of_error = _beginning(response)
                        raise refusal_to_write(self.server, response.status_code, what, body_of_error, hush)
            except (OSError, HTTPError, ValueError) as exc:
                raise budget.overrun(self.server.display_name) or transport_error(self.server, exc) from None

    @contextmanager
    def _calling(self, method: str, path: str, limits: Limits | None) -> Iterator[Budget]:
        """The frame of a call: its turn, its budget, and what the log says of it."""
        limits = limits or Limits.of(self.server)
        started, outcome = time.monotonic(), "ok"
        try:
            with self._let_through(limits), spending(limits) as budget:
                yield budget
        except LibreNMSError as error:
            outcome = error.code
            raise error.bare()
        finally:
            milliseconds = round((time.monotonic() - started) * 1000)
            logger.debug("%s %s of server %s: %s in %d ms", method, path, self.server.key, outcome, milliseconds)

    @contextmanager
    def _let_through(self, limits: Limits) -> Iterator[None]:
        """Waits until fewer than ``CALLS_AT_ONCE`` calls are under way, here and in other processes; raises Crowded
        when that takes too long."""
        end = time.monotonic() + limits.patience
        if not self._turnstile.acquire(timeout=limits.patience):
            raise Crowded(self.server.display_name)
        try:
            with self._places.take(limits, end):
                yield
        finally:
            self._turnstile.release()

    def _exchange(self, path: str, params: Mapping[str, str] | None, what: Sentence, budget: Budget) -> Answer:
        try:
            with self._send(path, params) as response:
                if response.status_code != 200:
                    raise refusal(self.server, response.status_code, _beginning(response), what)
                return Answer(self._body(response, budget), _said_at(response))
        except (OSError, HTTPError, ValueError) as exc:
            raise budget.overrun(self.server.display_name) or transport_error(self.server, exc) from None

    def _send(
        self,
        path: str,
        params: Mapping[str, str] | None,
        *,
        method: str = "GET",
        json: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        # verify is passed with each request: on the session alone an environment variable would override False.
        return self._session.request(
            method,
            self._base + path,
            params=params,
            json=json,
            timeout=self.server.timeout,
            verify=self.server.verify_ssl,
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response, budget: Budget) -> bytearray:
        body = bytearray()
        try:
            for piece in response.iter_content(PIECE):
                body += piece
                if not budget.takes(len(body)):
                    raise budget.too_large(self.server.display_name)
        except BaseException:
            # This frame, and with it the body, lives as long as the exceptions that libraries raise and chain.
            body.clear()
            raise
        return body

    def close(self) -> None:
        self._session.close()


def _said_at(response: requests.Response) -> datetime | None:
    try:
        moment = parsedate_to_datetime(response.headers.get("Date", "")[:64])
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _beginning(response: requests.Response) -> bytearray:
    """As much of an error's body as can matter; what a redirect says does not."""
    body = bytearray()
    if response.status_code >= 400:
        for piece in response.iter_content(PIECE):
            body += piece
            if len(body) >= LARGEST_ERROR:
                break
    return body


def _new_session(server: ServerConfig, base: str) -> requests.Session:
    session = Session()
    session.auth = TokenAuth(server.token)
    session.headers.update({"Accept": "application/json", "User-Agent": "netbox-librenms-plugin"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = BoundedAdapter(pool_maxsize=CALLS_AT_ONCE, max_retries=_retries(TRIES_AFTER_THE_FIRST))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # A server whose memory is too small for the list of all ports (502) has too little at the second try as well.
    session.mount(f"{base}/ports", BoundedAdapter(pool_maxsize=1, max_retries=_retries(0)))
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
