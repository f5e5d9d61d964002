"""What is known of a port's or an interface's row beside its values."""

from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from ..core.plan import Found, Ref, Row
from .types import InterfaceType


class PortFacts(TypedDict, total=False):
    """What decides who a port is: whether it may be on ``any_member``, is ``unowned`` since its number is that of no
    member, its other name (``alias``), and the id of the interface that a person has ``chosen`` (0: a new one).

    Its type, the keys of the rows that are its LAG and parent, and the numbers of VLANs that NetBox lacks.
    ``choices``: the interfaces that it can be, by the name of the decision.
    """

    any_member: bool
    unowned: bool
    alias: str
    chosen: int | None
    type: InterfaceType
    lag_key: str
    parent_key: str
    vlan_gap: frozenset[int]
    choices: Mapping[str, Mapping[int, str]]


class InterfaceFacts(TypedDict, total=False):
    """Of NetBox's interface: whether it is ``cabled``, and its tagged VLANs with their numbers."""

    cabled: bool
    tagged_vids: Sequence[tuple[int, Ref]]


class HolderFacts(TypedDict, total=False):
    """Of an interface on which something else hangs: ``holder`` is its (model name, id), ``visible`` whether the user
    may see it."""

    holder: tuple[str, int]
    visible: bool
    vrf_id: int | None
    mgmt_only: bool


def port_facts(row: Row) -> PortFacts:
    """Those of a port."""
    return cast(PortFacts, row.facts)


def interface_facts(found: Found) -> InterfaceFacts:
    """Those of an interface that is compared."""
    return cast(InterfaceFacts, found.facts)


def holder_facts(found: Found) -> HolderFacts:
    """Those of an interface that something else hangs on."""
    return cast(HolderFacts, found.facts)
