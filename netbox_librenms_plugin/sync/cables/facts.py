"""What is known of a cable's row beside its values."""

from collections.abc import Mapping
from typing import TypedDict, cast

from ..core.plan import Row
from .neighbours import End


class CableFacts(TypedDict, total=False):
    """Both ends as they were found, the interfaces that the remote one can be (by the name of the decision), and the id
    of the ``cable`` that is there or in the way."""

    local: End
    remote: End
    choices: Mapping[str, Mapping[int, str]]
    cable: int | None


def cable_facts(row: Row) -> CableFacts:
    """Those of a row of this resource."""
    return cast(CableFacts, row.facts)
