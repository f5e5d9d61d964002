"""Refusals told apart: HTTP statuses and broken connections become errors of the tree."""

import re
from collections.abc import Collection, Iterator

import msgspec
import requests
from django.utils.translation import gettext_lazy as _
from urllib3.exceptions import ReadTimeoutError

from ..texts import clean_text
from .config import ServerConfig
from .errors import (
    AuthenticationError,
    CertificateRefused,
    ConfigurationError,
    Interrupted,
    InvalidColumns,
    LibreNMSError,
    NotFound,
    NotJSON,
    PermissionDenied,
    Redirected,
    RequestRefused,
    RouteMissing,
    Sentence,
    ServerError,
    TimedOut,
    TransportError,
    Unavailable,
    WriteDenied,
    WriteFailed,
)

__all__ = ("refusal", "refusal_to_write", "transport_error")

_COLUMNS = re.compile(r"Invalid columns: ([A-Za-z0-9_, ]{1,500})", re.ASCII)
# Characters of a reason that are kept
LONGEST_SAID = 300
HUSHED = "•••"
_NO_ROUTE = "This API route doesn't exist."


class _Refusal(msgspec.Struct):
    # An object on 422, text otherwise.
    message: object = None


def refusal(server: ServerConfig, status: int, body: bytes | bytearray, what: Sentence) -> LibreNMSError:
    """The error for an answer whose status is not 200; ``body`` is read for its kind only and kept nowhere."""
    name = server.display_name
    said = _said(body)
    if 300 <= status < 400:
        return Redirected(name)
    if status in (429, 503):
        return Unavailable(name, what=what, status=status)
    if status >= 500:
        return ServerError(name, what=what, status=status)
    if status == 401:
        return AuthenticationError(name)
    if said is None:
        return NotJSON(name)
    return _client_error(name, status, said, what)


def refusal_to_write(
    server: ServerConfig, status: int, what: Sentence, body: bytes | bytearray = b"", hush: Collection[str] = ()
) -> LibreNMSError:
    """The error for an answer to a change that is no success. Nothing is decided by what its body says, which differs
    by server; ``hush`` are secrets that are not to be repeated."""
    name = server.display_name
    if 300 <= status < 400:
        return Redirected(name)
    if status == 401:
        return AuthenticationError(name)
    if status in (429, 503):
        return Unavailable(name, what=what, status=status)
    if status == 403:
        return WriteDenied(name, what=what, status=status)
    return WriteFailed(name, what=what, status=status, said=_hushed(_said(body) or "", hush))


def _hushed(said: str, hush: Collection[str]) -> str:
    """One bounded line without these secrets, the longest first, as one may be a part of another."""
    for secret in sorted(filter(None, hush), key=len, reverse=True):
        said = said.replace(secret, HUSHED)
    return clean_text(said)[:LONGEST_SAID]


def _client_error(name: str, status: int, said: str, what: Sentence) -> LibreNMSError:
    if status == 403:
        return PermissionDenied(name, what=what)
    if status == 404:
        return RouteMissing(name, what=what) if said == _NO_ROUTE else NotFound(name, what=what)
    columns = _COLUMNS.fullmatch(said)
    if columns:
        names = tuple(column.strip() for column in columns[1].split(","))
        return InvalidColumns(name, what=what, status=status, columns=names)
    return RequestRefused(name, what=what, status=status)


def _said(body: bytes | bytearray) -> str | None:
    """LibreNMS's ``message`` when the body is its JSON (empty when that is no text), else None."""
    try:
        message = msgspec.json.decode(body, type=_Refusal).message
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return message[:1000] if isinstance(message, str) else ""


def transport_error(server: ServerConfig, exc: Exception) -> LibreNMSError:
    """The error for an exchange that ended without a complete answer."""
    name = server.display_name
    if isinstance(exc, requests.exceptions.SSLError):
        return CertificateRefused(name)
    if isinstance(exc, requests.Timeout) or any(isinstance(cause, ReadTimeoutError) for cause in _causes(exc)):
        connecting = isinstance(exc, requests.exceptions.ConnectTimeout)
        return TimedOut(name, seconds=f"{server.timeout[0 if connecting else 1]:g}")
    if isinstance(exc, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return Interrupted(name)
    if isinstance(exc, OSError) and not isinstance(exc, requests.RequestException) and server.verify_ssl is not True:
        return ConfigurationError(
            _("The CA file named in verify_ssl for LibreNMS server %(server)s cannot be read: check its path."), name
        )
    return TransportError(name)


def _causes(exc: BaseException) -> Iterator[object]:
    yield exc
    yield from exc.args
    yield exc.__cause__
    yield exc.__context__
