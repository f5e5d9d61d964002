"""The ordered list of what can be compared: one declaration for each resource, which every face reads.

The order is that of writing: what a resource refers to comes before it. Members of virtual chassis are compared by the
import alone, which asks for inventories where a device may be a stack: on an object's own page each device would cost
that call.
"""

from collections.abc import Iterable

from .cables import CABLES
from .chassis import MEMBERS
from .fields import FIELDS
from .interfaces import INTERFACES
from .ip_addresses import IP_ADDRESSES
from .resource import Key, Resource
from .sites import SITES, ServerResource
from .vlans import VLANS

__all__ = (
    "MEMBERS",
    "RESOURCES",
    "SERVER_RESOURCES",
    "SITES",
    "Key",
    "Resource",
    "ServerResource",
    "UnknownResourceError",
    "chosen_resources",
    "declared_resources",
    "policy_fields",
)

_ORDERED: tuple[Resource, ...] = (FIELDS, VLANS, INTERFACES, IP_ADDRESSES, CABLES)
RESOURCES: dict[str, Resource] = {one.name: one for one in _ORDERED}
# What is compared over a whole server has a page of its own, and no tab
SERVER_RESOURCES: dict[str, ServerResource] = {SITES.name: SITES}


def declared_resources() -> dict[str, Resource]:
    """Name → resource: what is compared on objects, and what the import alone brings, in the order of writing."""
    return {FIELDS.name: FIELDS, MEMBERS.name: MEMBERS, **RESOURCES}


def policy_fields() -> dict[str, list[str]]:
    """Resource → the field names that policies can be set for."""
    return {one.name: list(one.policy_fields) for one in RESOURCES.values()}


class UnknownResourceError(LookupError):
    """Somebody asked for a resource that does not exist; the text is the name."""


def chosen_resources(names: Iterable[str] | None) -> list[Resource]:
    """The resources by name in the fixed order; all of them for None. Raises ``UnknownResourceError``."""
    if names is None:
        return list(RESOURCES.values())
    wanted = list(names)
    for name in wanted:
        if name not in RESOURCES:
            raise UnknownResourceError(name)
    return [one for one in RESOURCES.values() if one.name in wanted]
