"""Bodies become typed records. One odd row is counted and left out; a body of another shape is an error."""

import logging
import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

import msgspec

from .errors import NotJSON, Sentence, UnexpectedAnswer

__all__ = ("Rows", "decode_rows")

logger = logging.getLogger("netbox_librenms_plugin.librenms")

# Bytes that are no UTF-8 are a UnicodeDecodeError or a plain DecodeError, depending on the version of msgspec.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
# An escaped backslash and a pair of surrogates are matched first, so that no part of them is taken for what follows.
_ESCAPES = re.compile(
    rb"(?P<keep>\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\u00(?:0[0-8bcefBCEF]|1[0-9a-fA-F]|7[fF])|\\[bf]"
)
_MARKS = (b"\\u000", b"\\u001", b"\\u007", b"\\b", b"\\f", b"\\ud", b"\\uD")
_REPLACEMENT = b"\\ufffd"


@dataclass(frozen=True, slots=True)
class Rows[T]:
    """Rows of one answer; ``odd`` counts those that could not be read, ``said_at`` is the server's own time."""

    rows: tuple[T, ...]
    odd: int = 0
    said_at: datetime | None = None


def decode_rows[T](body: bytes | bytearray, key: str, row: type[T], *, server: str, what: Sentence) -> Rows[T]:
    """The list under ``key`` of a JSON envelope, as ``row`` records.

    NotJSON for a body that is no JSON; UnexpectedAnswer when the envelope has another shape, or when it has rows and
    not one of them can be read. ``server`` (display name) and ``what`` serve these errors.
    """
    if not body or body.isspace():
        raise NotJSON(server)
    clean = _printable(body)
    try:
        return Rows(tuple(_envelope(key, cast(Hashable, row)).decode(clean).rows))
    except _UNREADABLE:
        return _row_by_row(clean, key, row, server=server, what=what)


def _printable(body: bytes | bytearray) -> bytes | bytearray:
    """``body`` without control characters and lone surrogates, both of which JSON holds escaped.

    PostgreSQL refuses NUL and lone surrogates, and nobody can see the others; line breaks and tabs have escapes of
    their own and stay.
    """
    return _ESCAPES.sub(_cleaned, body) if any(mark in body for mark in _MARKS) else body


def _cleaned(match: re.Match[bytes]) -> bytes:
    return match["keep"] or (_REPLACEMENT if match["lone"] else b"")


def _row_by_row[T](body: bytes | bytearray, key: str, row: type[T], *, server: str, what: Sentence) -> Rows[T]:
    try:
        raws = _envelope(key, msgspec.Raw).decode(body).rows
    except (msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        raise UnexpectedAnswer(server, what=what) from None
    except msgspec.DecodeError:
        raise NotJSON(server) from None
    decoder = _row_decoder(cast(Hashable, row))
    rows = [decoded for decoded in (_one(decoder, raw) for raw in raws) if decoded is not None]
    odd = len(raws) - len(rows)
    if not rows:
        raise UnexpectedAnswer(server, what=what)
    logger.warning("%d of %d rows of %r (%s) could not be read and were left out", odd, len(raws), key, server)
    return Rows(tuple(rows), odd)


def _one(decoder: Any, raw: msgspec.Raw) -> Any:
    try:
        return decoder.decode(raw)
    except _UNREADABLE:
        return None


@lru_cache(maxsize=64)
def _envelope(key: str, row: Any) -> Any:
    shape = msgspec.defstruct("Envelope", [("rows", list[row], msgspec.field(name=key))])
    return msgspec.json.Decoder(shape, strict=False)


@lru_cache(maxsize=64)
def _row_decoder(row: Any) -> Any:
    return msgspec.json.Decoder(row, strict=False)
