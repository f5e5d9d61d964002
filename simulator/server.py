"""A simulated LibreNMS on a port of its own: in a thread for tests, or in the foreground for a person."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from simulator.app import Seen, Server, create_app
from simulator.auth import Accounts, Role, Tokens
from simulator.data import Dataset
from simulator.faults import Faults
from simulator.load import dataset_of
from simulator.versions import version_of


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open, answers at once, and prints nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What time it is by the clock of this machine, which need not be right."""
        ahead = getattr(self.server, "ahead", timedelta())
        return super().date_time_string((time.time() if timestamp is None else timestamp) + ahead.total_seconds())

    def version_string(self) -> str:
        """What the real server's front end calls itself."""
        return "nginx/1.22.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: `Simulator.requests` has it."""


class HttpServer(ThreadedWSGIServer):
    """A threaded server that closes its open connections when it stops."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *args: Any, **options: Any) -> None:
        self.connections: set[socket.socket] = set()
        self.ahead = timedelta()
        super().__init__(*args, **options)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection and serve it in a thread."""
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self.connections.discard(request)
        super().shutdown_request(request)

    def close_all(self) -> None:
        """End the open connections, so that nobody goes on talking to a server that has stopped."""
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Simulator:
    """A simulated LibreNMS server, listening from `with` (or `start`) until its end (or `stop`).

    `data` is "company", "large", a folder of gzip JSON, or a Dataset. The attributes may be used at any time:
    `url`, `tokens` (admin, reader, user, norole, disabled), `user_devices` (ids that the `user` token sees; the three
    first devices unless changed), `state` (the live Dataset), `faults`, `requests` (what was received).
    """

    def __init__(
        self,
        data: str | Dataset = "company",
        version: str = "26.7",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        extra_tokens: dict[str, Role] | None = None,
    ) -> None:
        state = dataset_of(data)
        accounts = Accounts(user_devices=set(sorted(state.devices)[:3]), extra=dict(extra_tokens or {}))
        self._server = Server(state, version_of(version), accounts)
        self._host, self._port = host, port
        self._taken_port: int | None = None
        self._http: HttpServer | None = None

    @property
    def state(self) -> Dataset:
        """The live data; a change shows in the next answer."""
        return self._server.state

    @property
    def tokens(self) -> Tokens:
        """One API token for each kind of account."""
        return self._server.accounts.tokens

    @property
    def user_devices(self) -> set[int]:
        """The device ids that the scoped user sees."""
        return self._server.accounts.user_devices

    @user_devices.setter
    def user_devices(self, device_ids: set[int]) -> None:
        self._server.accounts.user_devices = set(device_ids)

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self._server.faults

    @property
    def requests(self) -> list[Seen]:
        """The requests received so far, as (method, path, query)."""
        return self._server.requests

    @property
    def clock_ahead(self) -> timedelta:
        """By how much the machine's clock is ahead of the right time; settable while it listens."""
        return self._listening().ahead

    @clock_ahead.setter
    def clock_ahead(self, ahead: timedelta) -> None:
        self._listening().ahead = ahead

    @property
    def port(self) -> int:
        """The port it listens on, or listened on last."""
        if self._taken_port is None:
            raise RuntimeError("This simulator has no port yet: use it in a with statement, or call start().")
        return self._taken_port

    @property
    def url(self) -> str:
        """The base URL, without a trailing slash: http://127.0.0.1:PORT."""
        return f"http://{self._host}:{self.port}"

    def start(self) -> Self:
        """Listen in a thread; the port is open when this returns."""
        self._open()
        threading.Thread(target=self._listening().serve_forever, args=(0.01,), daemon=True).start()
        return self

    def run(self) -> None:
        """Listen in the foreground until interrupted; `open` must have been called."""
        self._listening().serve_forever()

    def open(self) -> Self:
        """Take the port without answering yet."""
        self._open()
        return self

    def stop(self) -> None:
        """Stop listening and close every connection; stopping twice is no error."""
        http, self._http = self._http, None
        if http is not None:
            http.shutdown()
            http.server_close()
            http.close_all()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _open(self) -> None:
        if self._http is not None:
            raise RuntimeError("This simulator is listening already.")
        self._http = HttpServer(self._host, self._port, create_app(self._server), QuietHandler)
        self._taken_port = self._http.port

    def _listening(self) -> HttpServer:
        if self._http is None:
            raise RuntimeError("This simulator is not listening: use it in a with statement, or call start().")
        return self._http
