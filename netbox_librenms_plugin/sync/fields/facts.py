"""What is known of a field's row beside its value."""

from collections.abc import Mapping
from typing import TypedDict, cast

from ..core.plan import Row


class FieldFacts(TypedDict, total=False):
    """LibreNMS's own text (``said``), that it means nothing in NetBox (``lacks``), and what it can mean (``choices``):
    key → words."""

    said: str
    lacks: str
    choices: Mapping[int, str]


def field_facts(row: Row) -> FieldFacts:
    """Those of a row of this resource."""
    return cast(FieldFacts, row.facts)
