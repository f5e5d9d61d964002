"""What is to be known of a row of chassis members beside its values."""

from typing import TypedDict, cast

from ..core.plan import Row
from .stacks import StackMember


class MemberFacts(TypedDict, total=False):
    """``unit`` is the unit of LibreNMS's inventory that the row is about; a member that is none has none."""

    unit: StackMember


def member_facts(row: Row) -> MemberFacts:
    """The facts of a row of this resource."""
    return cast(MemberFacts, row.facts)
