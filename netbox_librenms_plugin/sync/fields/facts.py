"""What is known of a field's row beside its value."""

from collections.abc import Mapping
from typing import TypedDict, cast

from ..core.plan import Row


class FieldFacts(TypedDict, total=False):
    """LibreNMS's own text (``said``), that it means nothing in NetBox (``lacks``), and what it can mean (``choices``):
    key → words. ``kept_in``: where NetBox keeps the version of the system, as in the settings."""

    said: str
    lacks: str
    choices: Mapping[int, str]
    kept_in: str


def field_facts(row: Row) -> FieldFacts:
    """Those of a row of this resource."""
    return cast(FieldFacts, row.facts)
