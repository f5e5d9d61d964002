"""Things that go wrong on purpose, by path: slow, broken, lying or hostile answers."""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from simulator.answers import HTML, Answer, Rows, error, redirected, server_error
from simulator.tables import Row

HOSTILE = (
    "<script>alert('librenms')</script>",
    "\"><img src=x onerror=alert(1)>'",
    "{{ 7*7 }}{% debug %}${7*7}",
    "'; DROP TABLE devices; --",
    "long " + "A" * 10_000,
    "null\x00byte and \x1b[31mcolour\x07",
    "line\r\nSet-Cookie: injected=1",
    "\u202egnp.exe\u202c \u200b\ufeff",
    "javascript:alert(document.domain)",
    '=HYPERLINK("http://example.net")',
    "../../../../etc/passwd",
    "\U0001f4a9\ud800 lone surrogate",
)

_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
_TITLES = {200: "LibreNMS", 502: "502 Bad Gateway", 504: "504 Gateway Time-out"}

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
# What is sent at once, and what is sent again and again.
DRIPS = {
    "body": (_HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
    "chunks": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "header": (_HEAD + b"X-Slow: ", b"x"),
}

# Each kind with the options it takes.
KINDS: dict[str, frozenset[str]] = {
    "delay": frozenset({"seconds"}),
    "status": frozenset({"status", "message", "retry_after"}),
    "html": frozenset({"status"}),
    "truncated": frozenset({"keep", "abort"}),
    "drop": frozenset(),
    "lost": frozenset(),
    "drip": frozenset({"part", "seconds", "drops"}),
    "wrong_types": frozenset({"row", "fields"}),
    "redirect": frozenset({"location"}),
    "hostile": frozenset({"fields"}),
    "empty": frozenset(),
    "memory": frozenset({"limit"}),
}


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong: where (a regular expression over path or path?query), what, how, how often."""

    path: str
    kind: str
    options: dict[str, Any]
    method: str | None = None
    times: int | None = None

    def matches(self, method: str, path: str, query: str) -> bool:
        """Whether it concerns a request and is not used up."""
        if self.times == 0 or self.method not in (None, method):
            return False
        return bool(re.search(self.path, path) or (query and re.search(self.path, f"{path}?{query}")))


@dataclass(slots=True)
class Faults:
    """The faults that are switched on, the first one added first."""

    active: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self, path: str, kind: str, *, times: int | None = None, method: str | None = None, **options: Any
    ) -> Fault:
        """Switch a fault on for the paths that match, for the first `times` requests or for all.

        Kinds and their options, with defaults:
        `delay` (seconds=1.0), `status` (status=500, message=, retry_after= in seconds), `html` (status=502),
        `truncated` (keep=0.5 of the bytes, abort=False; True also breaks the connection), `drop` (no answer),
        `lost` (what was asked for is done, and no answer comes),
        `drip` (part="body" under a Content-Length, "chunks" or "header": a byte every seconds=1.0, without an end or
        until the connection breaks after drops=),
        `wrong_types` (row=0, fields= names, or all), `redirect` (location="/login"), `hostile` (fields=),
        `empty` (200 with an empty list), `memory` (limit=20000 rows, then 500).
        Raises ValueError for an unknown kind or option, or a bad expression.
        """
        if kind not in KINDS:
            raise ValueError(f"Unknown fault {kind!r}: choose one of {', '.join(KINDS)}")
        unknown = set(options) - KINDS[kind]
        if unknown:
            raise ValueError(f"The fault {kind!r} has no option {', '.join(sorted(unknown))}")
        if kind == "drip" and options.get("part", "body") not in DRIPS:
            raise ValueError(f"What drips is one of {', '.join(DRIPS)}")
        try:
            re.compile(path)
        except re.error as problem:
            raise ValueError(f"Not a regular expression: {path!r} ({problem})") from None
        fault = Fault(path, kind, options, method, times)
        with self._lock:
            self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self.active.clear()

    def hits(self, method: str, path: str, query: str) -> list[Fault]:
        """The faults that concern a request; each is counted as used."""
        with self._lock:
            found = [fault for fault in self.active if fault.matches(method, path, query)]
            for fault in found:
                if fault.times is not None:
                    fault.times -= 1
        return found


def drip(connection: socket.socket, options: dict[str, Any]) -> None:
    """Answer a byte at a time until the other end gives up."""
    head, drop = DRIPS[options.get("part", "body")]
    drops = range(options["drops"]) if "drops" in options else count()
    try:
        connection.sendall(head)
        for _drop in drops:
            connection.sendall(drop)
            time.sleep(options.get("seconds", 1.0))
    except OSError:
        return


def early_answer(fault: Fault) -> Answer | None:
    """The answer that a fault gives instead of the real one, or None where it only changes that one."""
    options = fault.options
    if fault.kind == "status":
        answer = error(options.get("status", 500), options.get("message", "Simulated error"))
        answer.headers = {"Retry-After": str(options["retry_after"])} if "retry_after" in options else {}
        return answer
    if fault.kind == "html":
        status = options.get("status", 502)
        page = _PAGE.format(_TITLES.get(status, f"{status} Error"))
        return Answer(status=status, content=page.encode(), content_type=HTML)
    if fault.kind == "redirect":
        return redirected(options.get("location", "/login"))
    return None


def changed(answer: Answer, fault: Fault) -> Answer:
    """The answer after a fault has been at it."""
    changes = {"wrong_types": _wrong_types, "hostile": _hostile, "empty": _empty, "memory": _memory}
    change = changes.get(fault.kind)
    if change is None or not isinstance(answer.payload, dict):
        return answer
    payload = {key: list(value) if isinstance(value, Rows) else value for key, value in answer.payload.items()}
    return change(Answer(payload, answer.status), fault.options)


def _wrong_types(answer: Answer, options: dict[str, Any]) -> Answer:
    for key, value in answer.payload.items():
        if isinstance(value, list) and value:
            at = options.get("row", 0) % len(value)
            odd = {name: _odd(name, cell, options.get("fields")) for name, cell in value[at].items()}
            answer.payload[key] = [*value[:at], odd, *value[at + 1 :]]
    return answer


def _odd(name: str, value: Any, fields: list[str] | None) -> Any:
    if fields is not None and name not in fields:
        return value
    if isinstance(value, bool | int | float):
        return f"not a number: {value}"
    return [value] if isinstance(value, str) else {"unexpected": value}


def _hostile(answer: Answer, options: dict[str, Any]) -> Answer:
    fields = options.get("fields")
    payload = {
        key: _poisoned(value, fields, 0) if key not in ("status", "message") else value
        for key, value in answer.payload.items()
    }
    return Answer(payload, answer.status)


def _poisoned(value: Any, fields: list[str] | None, turn: int) -> Any:
    if isinstance(value, list):
        return [_poisoned(item, fields, turn + at) for at, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    poisoned: Row = {}
    for at, (name, cell) in enumerate(value.items()):
        hit = isinstance(cell, str) and (fields is None or name in fields)
        poisoned[name] = HOSTILE[(turn + at) % len(HOSTILE)] if hit else _poisoned(cell, fields, turn + at)
    return poisoned


def _empty(answer: Answer, options: dict[str, Any]) -> Answer:
    if answer.status != 200:
        return answer
    payload = {key: [] if isinstance(value, list) else value for key, value in answer.payload.items()}
    return Answer(payload | ({"count": 0} if "count" in payload else {}))


def _memory(answer: Answer, options: dict[str, Any]) -> Answer:
    limit = options.get("limit", 20_000)
    too_many = any(isinstance(value, list) and len(value) > limit for value in answer.payload.values())
    return server_error() if too_many else answer
