"""Answers before they become bytes, and the JSON that PHP would print of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from simulator.tables import Row

BATCH = 1000
JSON = "application/json"
HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Rows:
    """Many rows that are made one at a time, while they are sent."""

    make: Callable[[], Iterator[Row]]

    def __iter__(self) -> Iterator[Row]:
        return self.make()


@dataclass(slots=True)
class Answer:
    """A status with either a JSON payload or the raw content of something else."""

    payload: Any = None
    status: int = 200
    content: bytes | None = None
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Ends a request with an answer, from anywhere."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def rows(key: str, found: Sequence[Row] | Rows, *, counted: bool = True, message: str | None = None) -> Answer:
    """A list under its key; `count` is only there where LibreNMS gives one."""
    payload: Row = {"status": "ok", key: found}
    if message is not None:
        payload["message"] = message
    if counted and not isinstance(found, Rows):
        payload["count"] = len(found)
    return Answer(payload)


def one(key: str, found: Row, *, counted: bool = False) -> Answer:
    """One object under its key; its `count` is the number of its keys, where there is one."""
    return Answer({"status": "ok", key: found} | ({"count": len(found)} if counted else {}))


def done(message: str, status: int = 200, **more: Any) -> Answer:
    """The answer to a write that worked."""
    return Answer({"status": "ok", **more, "message": message}, status)


def error(status: int, message: Any) -> Answer:
    """LibreNMS's own error shape; `message` is an object for a 422."""
    return Answer({"status": "error", "message": message}, status)


def bare(status: int, message: str) -> Answer:
    """The framework's error shape, without `status`."""
    return Answer({"message": message}, status)


def server_error() -> Answer:
    """What a PHP exception looks like from outside."""
    return bare(500, "Server Error")


def blank() -> Answer:
    """200 without a body, which some handlers of LibreNMS end with."""
    return Answer(content=b"", content_type="text/html; charset=UTF-8")


def redirected(location: str) -> Answer:
    """302 to another page."""
    return Answer(status=302, content=b"", content_type=HTML, headers={"Location": location})


def route_missing() -> Answer:
    """The answer to an unknown route or method."""
    return error(404, "This API route doesn't exist.")


def json_chunks(payload: Any) -> Iterator[str]:
    """The payload as PHP prints it (4 blanks, escaped slashes, \\uXXXX), in pieces of at most BATCH rows."""
    if not isinstance(payload, dict) or not payload:
        yield _pretty(payload, "")
        return
    opening = "{"
    for key, value in payload.items():
        yield f"{opening}\n    {_plain(key)}: "
        if isinstance(value, list | Rows):
            yield from _list_chunks(value)
        else:
            yield _pretty(value, "    ")
        opening = ","
    yield "\n}"


def _list_chunks(found: Iterable[Any]) -> Iterator[str]:
    source = iter(found)
    opening = "["
    while batch := list(islice(source, BATCH)):
        yield opening + (_flat_batch(batch) if _is_flat(batch) else _deep_batch(batch))
        opening = ","
    yield "[]" if opening == "[" else "\n    ]"


def _is_flat(batch: list[Any]) -> bool:
    return all(
        type(row) is dict and row and not any(type(value) in (dict, list) for value in row.values()) for row in batch
    )


def _flat_batch(batch: list[Row]) -> str:
    # Python's encoder is only quick without an indent. A raw line break cannot occur inside a JSON string, so the
    # breaks of the separator can be told apart and turned into PHP's layout afterwards.
    text = json.dumps(batch, separators=(",\n            ", ": "))[2:-2].replace("/", "\\/")
    return "\n        {\n            " + text.replace(_BETWEEN, _BETWEEN_PRETTY) + "\n        }"


_BETWEEN = "},\n            {"
_BETWEEN_PRETTY = "\n        },\n        {\n            "


def _deep_batch(batch: list[Any]) -> str:
    return ",".join("\n        " + _pretty(row, "        ") for row in batch)


def _pretty(value: Any, margin: str) -> str:
    return json.dumps(value, indent=4).replace("/", "\\/").replace("\n", f"\n{margin}")


def _plain(value: str) -> str:
    return json.dumps(value).replace("/", "\\/")
