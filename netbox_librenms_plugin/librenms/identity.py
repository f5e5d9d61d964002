"""Pure functions on the value of the custom field ``librenms_id``: who this object is on which LibreNMS server.

Written form: ``{"<server key>": <id>}``. Also read: an id as a numeric text, ``{"<server key>": {"id": 42, …}}`` as
other tools write it, and a bare id, which belongs to one server (``bare_key``).
"""

import re
from collections.abc import Iterable
from typing import Any

from .config import DEFAULT_KEY

__all__ = ("FIELD", "LARGEST_ID", "SPACE", "bare_key", "named_servers", "read_id", "with_id", "without_id")

FIELD = "librenms_id"
# What the database holds as an id, LibreNMS's and NetBox's own
LARGEST_ID = 2**63 - 1
# What may stand around an id that is stored as a text; leading zeros may, too
SPACE = " \t\r\n"
_ID_TEXT = re.compile(rf"[{SPACE}]*0*([1-9][0-9]{{0,18}})[{SPACE}]*")


def bare_key(server_keys: Iterable[str]) -> str | None:
    """The server that a bare id belongs to: ``default`` when it is configured, else the first one, else none."""
    keys = list(server_keys)
    if DEFAULT_KEY in keys:
        return DEFAULT_KEY
    return keys[0] if keys else None


def read_id(value: Any, server_key: str, default_key: str | None) -> int | None:
    """The id that the field's ``value`` holds for ``server_key``; ``default_key`` is the server of bare ids.

    None when there is none, or for anything that is no positive whole number.
    """
    if not isinstance(value, dict):
        return _number(value) if server_key == default_key else None
    entry = value.get(server_key)
    return _number(entry.get("id") if isinstance(entry, dict) else entry)


def with_id(value: Any, server_key: str, librenms_id: int, *, default_key: str | None = None) -> dict[str, Any]:
    """The field's value to write, so that ``read_id`` answers ``librenms_id`` for ``server_key``.

    Other servers' entries and unknown keys are kept, also those beside ``id`` in another tool's form. A bare id
    becomes the entry of ``default_key``. The given value is not changed.
    """
    if isinstance(value, dict):
        kept = dict(value)
    else:
        bare = _number(value)
        kept = {default_key: bare} if bare is not None and default_key is not None else {}
    entry = kept.get(server_key)
    return {**kept, server_key: {**entry, "id": librenms_id} if isinstance(entry, dict) else librenms_id}


def named_servers(value: Any, *, default_key: str | None) -> dict[str, int | None]:
    """Server key → id of every entry in the field's ``value``, None for an entry that cannot be read as one."""
    if isinstance(value, dict):
        return {str(key): read_id(value, key, default_key) for key in value}
    return {default_key: _number(value)} if default_key is not None and _number(value) is not None else {}


def without_id(value: Any, server_key: str, *, default_key: str | None = None) -> Any:
    """The field's value to write, without the entry of ``server_key``; None when nothing is left."""
    if isinstance(value, dict):
        return {key: entry for key, entry in value.items() if key != server_key} or None
    return None if server_key == default_key else value


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        found = _ID_TEXT.fullmatch(value)
        value = int(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 1 <= value <= LARGEST_ID else None
