"""What is known of an address's row beside its values."""

from typing import TypedDict, cast

from ..core.plan import Found, Row
from .hosts import Host


class AddressFacts(TypedDict, total=False):
    """Of an address that LibreNMS lists: its ``port``, the rule that found its VRF, what it hangs on (a model's name),
    and the address of NetBox's that it is (``match``, by ``matched_by``). ``family`` (4 or 6) is that of a primary IP,
    and of nothing else."""

    host: Host
    port: str
    vrf_rule: str
    mgmt_only: bool
    holder_kind: str
    match: int | None
    matched_by: str
    family: int


class HeldFacts(TypedDict, total=False):
    """Of an address that NetBox has, whoever may see it (``visible``): ``holder`` is (model name, id) of what it hangs
    on, ``place`` its name for people (empty where there is none), ``fhrp`` whether that is an FHRP group."""

    host: Host
    vrf_id: int | None
    role: str
    fhrp: bool
    holder: tuple[str, int] | None
    place: str
    visible: bool
    mgmt_only: bool


def address_facts(row: Row) -> AddressFacts:
    """Those of a row of this resource."""
    return cast(AddressFacts, row.facts)


def held_facts(found: Found) -> HeldFacts:
    """Those of an address of NetBox's."""
    return cast(HeldFacts, found.facts)
