"""One request as the route handlers see it, and the table of routes they enter themselves into."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.answers import Answer, Refused, error, server_error
from simulator.auth import Need, Role
from simulator.data import Dataset
from simulator.tables import Row
from simulator.versions import Version

Handler = Callable[..., Answer]


@dataclass(slots=True)
class Call:
    """A request after authentication: what is asked, by whom, of which state."""

    state: Dataset
    version: Version
    role: Role
    user_devices: set[int]
    args: dict[str, str]
    body: bytes
    content_type: str
    base_url: str

    @property
    def sees_all(self) -> bool:
        """Whether the caller's role sees every device."""
        return self.role in (Role.ADMIN, Role.READER)

    def sees(self, device_id: int | None) -> bool:
        """Whether the caller may see a device."""
        return self.sees_all or (self.role is Role.USER and device_id in self.user_devices)

    def seen(self, found: list[Row], field: str = "device_id") -> list[Row]:
        """The rows of devices that the caller may see."""
        return found if self.sees_all else [row for row in found if self.sees(row.get(field))]

    def device(self, hostname: str) -> Row | None:
        """The device of a hostname or id (all digits mean an id), or None; case and trailing blanks do not matter."""
        if "/" in hostname:
            raise Refused(server_error())
        if hostname.isascii() and hostname.isdigit():
            return self.state.devices.get(int(hostname[:18]))
        wanted = hostname.rstrip(" ").casefold()
        return next((row for row in self.state.devices.rows() if row["hostname"].casefold() == wanted), None)

    def require(self, device: Row) -> Row:
        """The device, unless the caller may not see it: then 403."""
        if not self.sees(device["device_id"]):
            raise Refused(error(403, "Insufficient permissions to access this device"))
        return device

    def json(self) -> Row:
        """The JSON object of the body; {} where there is none, as Laravel has it."""
        if "json" not in self.content_type.lower():
            return {}
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Route:
    """A method and rule below /api/v0, with the handler and what it asks of the caller."""

    method: str
    rule: str
    need: Need
    handler: Handler


ROUTES: list[Route] = []


def route(method: str, rule: str, need: Need = Need.READ) -> Callable[[Handler], Handler]:
    """Enter a handler into the table of routes; it is called with the Call and the parts of the path."""

    def enter(handler: Handler) -> Handler:
        ROUTES.append(Route(method, rule, need, handler))
        return handler

    return enter


def numeric(text: str) -> int | None:
    """The number that a path part stands for, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def like(value: Any, pattern: str) -> bool:
    """SQL's `value LIKE '%pattern%'`, case-insensitive: % and _ in the pattern are wildcards."""
    if value is None:
        return False
    wild = {"%": ".*", "_": "."}
    expression = "".join(wild.get(letter, re.escape(letter)) for letter in pattern)
    return re.search(expression, str(value), re.IGNORECASE | re.DOTALL) is not None
