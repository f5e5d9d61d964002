"""The Flask application: authentication, the routes, faults, and the bytes of an answer."""

from __future__ import annotations

import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter

from simulator import routes
from simulator.answers import Answer, Refused, bare, json_chunks, redirected, route_missing, server_error
from simulator.auth import Accounts, allowed, token_of
from simulator.calls import Call, Route
from simulator.control import control
from simulator.data import Dataset
from simulator.faults import Fault, Faults, changed, drip, early_answer
from simulator.versions import Version

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/api/v0"
# Where the environment of a request holds its server
_SERVER = "simulator.server"
CONTROL = "/_simulator/"
SLASH = "\ue000"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
HEADERS = {"Cache-Control": "no-cache, private", "Access-Control-Allow-Origin": "*"}

logger = logging.getLogger("simulator")


class Seen(NamedTuple):
    """A request that was received: the path as sent, the query with a token blotted out."""

    method: str
    path: str
    query: str


@dataclass(slots=True)
class Server:
    """Everything that one simulated server knows while it runs."""

    state: Dataset
    version: Version
    accounts: Accounts = field(default_factory=Accounts)
    faults: Faults = field(default_factory=Faults)
    requests: list[Seen] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class PartConverter(BaseConverter):
    """One part of a path; an encoded slash in it stays part of it."""

    def to_python(self, value: str) -> str:
        return value.replace(SLASH, "/")


class TailConverter(PartConverter):
    """The rest of a path, slashes included."""

    regex = ".+?"
    part_isolating = False


class EncodedSlashes:
    """WSGI middleware that keeps %2F apart from a slash, which WSGI itself would decode away."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        raw = environ.get("RAW_URI", environ.get("REQUEST_URI", environ["PATH_INFO"])).partition("?")[0]
        if "%2f" in raw.lower() and raw.startswith("/"):
            marked = raw.replace("%2f", "%2F").replace("%2F", SLASH)
            environ["PATH_INFO"] = unquote_to_bytes(marked).decode("latin-1")
        return self.application(environ, start_response)


def create_app(server: Server) -> WSGIApplication:
    """The WSGI application of one simulated server."""
    application = _application()

    def of_server(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[_SERVER] = server
        return application(environ, start_response)

    return of_server


@cache
def _application() -> Flask:
    """The same for every server, since its routes take a tenth of a second; whose request it is stands in
    the request's environment."""
    app = Flask("simulator", static_folder=None)
    app.url_map.converters |= {"part": PartConverter, "tail": TailConverter}
    app.url_map.merge_slashes = False
    app.before_request(lambda: _before(_asked()))
    for entry in routes.ROUTES:
        app.add_url_rule(
            PREFIX + entry.rule,
            endpoint=f"{entry.method} {entry.rule}",
            view_func=partial(_viewed, entry),
            methods=[entry.method],
            strict_slashes=False,
            provide_automatic_options=False,
        )
    app.add_url_rule(f"{CONTROL}<name>", "control", lambda name: _response(control(_asked(), name)), methods=METHODS)
    app.register_error_handler(Exception, lambda problem: _failed(_asked(), problem))
    app.wsgi_app = EncodedSlashes(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _asked() -> Server:
    """The server that the request is for."""
    server: Server = request.environ[_SERVER]
    return server


def _viewed(entry: Route, **parts: str) -> Response:
    return _view(_asked(), entry, **parts)


def _before(server: Server) -> Response | None:
    request.get_data()  # An unread body would be taken for the next request on the connection.
    if request.path.startswith(CONTROL):
        return None
    path, _, query = request.environ.get("RAW_URI", request.full_path).partition("?")
    server.requests.append(Seen(request.method, path, _without_token(query)))
    request.environ["simulator.faults"] = faults = server.faults.hits(request.method, path, query)
    for fault in faults:
        answer = _struck(fault)
        if answer is not None:
            return _response(answer)
    return _outside(request.path) if not _in_api(request.path) else _unauthenticated(server)


def _struck(fault: Fault) -> Answer | None:
    if fault.kind == "delay":
        time.sleep(fault.options.get("seconds", 1.0))
    connection = request.environ.get("werkzeug.socket")
    if fault.kind == "drip" and connection is not None:
        drip(connection, fault.options)
    if fault.kind in ("drip", "drop"):
        _end(connection)
        return Answer(content=b"")
    return early_answer(fault)


def _end(connection: socket.socket | None) -> None:
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _in_api(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _outside(path: str) -> Response:
    if path.startswith("/api/v1"):
        return Response(
            '{"errors":[{"status":"404","title":"Not Found"}]}', 404, content_type="application/vnd.api+json"
        )
    if path == "/login":
        return Response("<!DOCTYPE html><html><title>LibreNMS</title><form method=post></form></html>")
    return _response(redirected("/login"))


def _unauthenticated(server: Server) -> Response | None:
    return _response(bare(401, "Unauthenticated.")) if server.accounts.role_of(token_of(request)) is None else None


def _view(server: Server, entry: Route, **parts: str) -> Response:
    role = server.accounts.role_of(token_of(request))
    if role is None or not allowed(role, entry.need, server.version):
        return _response(bare(403, "This action is unauthorized."))
    call = Call(
        state=server.state,
        version=server.version,
        role=role,
        user_devices=server.accounts.user_devices,
        args=request.args.to_dict(),
        body=request.get_data(),
        content_type=request.content_type or "",
        base_url=request.host_url.rstrip("/") + PREFIX,
    )
    try:
        answer = _answered(server, entry, call, parts)
    except Refused as refused:
        answer = refused.answer
    faults: list[Fault] = request.environ["simulator.faults"]
    for fault in faults:
        if fault.kind == "lost":
            _end(request.environ.get("werkzeug.socket"))
        answer = changed(answer, fault)
    return _response(answer, next((fault for fault in faults if fault.kind == "truncated"), None))


def _answered(server: Server, entry: Route, call: Call, parts: dict[str, str]) -> Answer:
    if entry.method == "GET":
        return entry.handler(call, **parts)
    with server.lock:
        return entry.handler(call, **parts)


def _response(answer: Answer, truncated: Fault | None = None) -> Response:
    # A generator has no length, so the answer goes out in chunks, as the real server sends it.
    if answer.content is not None:
        body: Iterator[Any] = iter((answer.content,))
    else:
        body = json_chunks(answer.payload)
    if truncated is not None:
        body = _cut(body, truncated, request.environ.get("werkzeug.socket"))
    return Response(body, answer.status, HEADERS | answer.headers, content_type=answer.content_type)


def _cut(body: Iterator[Any], fault: Fault, connection: socket.socket | None) -> Iterator[bytes]:
    whole = b"".join(part.encode() if isinstance(part, str) else part for part in body)
    yield whole[: int(len(whole) * fault.options.get("keep", 0.5))]
    if connection is not None and fault.options.get("abort"):
        connection.shutdown(socket.SHUT_RDWR)


def _failed(server: Server, problem: Exception) -> Response:
    if isinstance(problem, NotFound | MethodNotAllowed):
        return _response(route_missing())
    if isinstance(problem, HTTPException):
        return _response(bare(problem.code or 500, problem.description or ""))
    logger.error("The simulator failed on %s\n%s", request.path, traceback.format_exc())
    return _response(server_error())


def _without_token(query: str) -> str:
    return "&".join("api_token=***" if part.startswith("api_token=") else part for part in query.split("&"))
