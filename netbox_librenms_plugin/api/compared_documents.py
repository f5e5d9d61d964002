"""How fresh what is known of an object is, resource by resource, as JSON."""

from typing import Any

from ..choices import ComparedKindChoices
from ..models import ComparedObject
from ..resources import RESOURCES
from ..words.sentences import kept_gap_sentence

# Of one resource: what was not looked at, or not as a whole, agrees with nothing
STATES = ("agrees", "differs", "incomplete", "not_compared")


def check_documents(compared: ComparedObject) -> list[dict[str, Any]]:
    """Every resource that the object can have, in their order, then what else was looked at."""
    virtual = compared.kind == ComparedKindChoices.VIRTUAL_MACHINE
    own = [one.name for one in RESOURCES.values() if one.serves(virtual=virtual)] if compared.model else []
    return [_check(compared, name) for name in dict.fromkeys((*own, *sorted(compared.checks)))]


def _check(compared: ComparedObject, resource: str) -> dict[str, Any]:
    check = compared.checks.get(resource)
    number = compared.counts.get(resource, 0)
    if check is None:
        kept: dict[str, Any] = {"at": None, "full": None, "times": 0, "gaps": []}
        return _document(resource, "not_compared", None, kept)
    state = "differs" if number else "incomplete" if check.get("gaps") else "agrees"
    return _document(resource, state, number, check)


def _document(resource: str, state: str, number: int | None, check: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource": resource,
        "state": state,
        "open": number,
        "at": check["at"],
        "full_at": check["full"],
        "times": check["times"],
        "gaps": [{**gap, "message": kept_gap_sentence(gap)} for gap in check["gaps"]],
    }
