"""Who asks: tokens, roles, and which route a role may use."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from enum import Enum

from werkzeug.wrappers import Request

from simulator.versions import Version


class Role(Enum):
    """The roles of LibreNMS that differ in what the API answers."""

    ADMIN = "admin"
    READER = "reader"
    USER = "user"
    NOROLE = "norole"


class Need(Enum):
    """What a route asks of its caller."""

    ANYONE = "anyone"
    READ = "read"
    GLOBAL = "global"
    VLANS = "vlans"
    LOCATIONS = "locations"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One token for each kind of account; `user` sees a few devices only, `disabled` is refused."""

    admin: str = "0123456789abcdef0123456789abcdef"
    reader: str = "1a2b3c4d5e6f70811a2b3c4d5e6f7081"
    user: str = "2b3c4d5e6f7081922b3c4d5e6f708192"
    norole: str = "3c4d5e6f708192a33c4d5e6f708192a3"
    disabled: str = "4d5e6f708192a3b44d5e6f708192a3b4"


@dataclass(slots=True)
class Accounts:
    """The tokens that are accepted, and the devices that the scoped user may see (ids; may be changed at any time)."""

    tokens: Tokens = field(default_factory=Tokens)
    user_devices: set[int] = field(default_factory=set)
    extra: dict[str, Role] = field(default_factory=dict)

    def role_of(self, token: str) -> Role | None:
        """The role behind a token, or None; MariaDB's collation ignores case and trailing blanks."""
        wanted = _collated(token)
        roles = {self.tokens.admin: Role.ADMIN, self.tokens.reader: Role.READER, self.tokens.user: Role.USER}
        roles |= {self.tokens.norole: Role.NOROLE} | self.extra
        return {_collated(known): role for known, role in roles.items()}.get(wanted) if wanted else None


def _collated(token: str) -> str:
    return token.rstrip(" ").casefold()


def token_of(request: Request) -> str:
    """The token of a request, from the places where LibreNMS looks for one; "" without any."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    places = [request.headers.get("X-Auth-Token", ""), request.args.get("api_token", "")]
    if scheme.lower() == "bearer":
        places.append(rest)
    if scheme.lower() == "basic":
        places.append(_basic_password(rest))
    return next((token for token in places if token), "")


def _basic_password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace").partition(":")[2]
    except binascii.Error:
        return ""


def allowed(role: Role, need: Need, version: Version) -> bool:
    """Whether a role may use a route at all; which devices it sees is another question."""
    if need is Need.ANYONE or role is Role.ADMIN:
        return True
    if need is Need.ADMIN:
        return False
    if role is Role.READER:
        return True
    global_only = {
        Need.GLOBAL: True,
        Need.VLANS: version.vlans_global_only,
        Need.LOCATIONS: version.locations_global_only,
    }
    if global_only.get(need, False):
        return False
    return role is Role.USER or not version.role_needed
