"""What can be decided for a row, from a form to a changed ``Choice``. What makes no sense changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from ...import_utils.rows import FIELDS, NO_CHOICE, Choice, Kind

LONGEST_NAME = 255
MOST_ROWS = 20_000
# Quick clicks are sent together
MOST_AT_ONCE = 200
# A place that is in a site: what was chosen there means nothing at another site
IN_SITE = ("location", "rack")
# What a form may decide, beside an object for each of ``FIELDS``
OTHERS = ("as", "name", "link", "anyway", "undo", "forget")
NAMES = (*FIELDS, *OTHERS)


def edited(choice: Choice, values: Mapping[str, str]) -> Choice:
    """The choice with these decisions: name of ``NAMES`` → text as a form sends it; an empty text takes one back."""
    for name, value in values.items():
        choice = _with(choice, name, value.replace("\x00", "").strip())
    return choice


def _with(choice: Choice, name: str, value: str) -> Choice:
    if name == "forget":
        return NO_CHOICE
    if name in FIELDS:
        return _with_object(choice, name, value)
    if name == "as":
        return replace(choice, kind=Kind(value) if value in tuple(Kind) else None)
    if name == "name":
        return replace(choice, name=value[:LONGEST_NAME], link=None if value else choice.link)
    if name == "link":
        return _linked(choice, value)
    if name == "undo":
        return replace(choice, link=None, take_serial=False, anyway=False)
    if name == "anyway":
        return replace(choice, anyway=bool(value), link=None if value else choice.link)
    return choice


def _with_object(choice: Choice, name: str, value: str) -> Choice:
    ids = dict(choice.ids)
    before = ids.pop(name, None)
    number = _number(value)
    if number is not None:
        ids[name] = number
    if name == "site" and number != before:
        ids = {field: pk for field, pk in ids.items() if field not in IN_SITE}
    return replace(choice, ids=ids)


def _linked(choice: Choice, value: str) -> Choice:
    """``device-5`` or ``vm-5``; ``device-5+serial`` where it is to get LibreNMS's serial number, too."""
    place, _, more = value.partition("+")
    kind, _, text = place.partition("-")
    number = _number(text)
    if kind not in tuple(Kind) or number is None:
        return replace(choice, link=None, take_serial=False)
    return replace(choice, link=(Kind(kind), number), take_serial=more == "serial", anyway=False)


def _number(text: str) -> int | None:
    """An id as ``Choice`` holds them."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else 0
    return number if 0 < number < 2**63 else None


def read(values: Mapping[str, Any]) -> dict[str, str]:
    """The decisions among the fields of a form. A field that came with what it was before (``was-<name>``) and is as
    it was decides nothing."""
    found = {name: str(values[name]) for name in NAMES if name in values}
    return {name: value for name, value in found.items() if value != values.get(f"was-{name}")}


def decisions(form: QueryDict) -> list[tuple[int, dict[str, str]]]:
    """(id, name → value) of what a form decides for single rows, ``choose=<id>:<name>:<value>`` for each."""
    parts = (one.split(":", 2) for one in form.getlist("choose")[:MOST_AT_ONCE])
    found = ((pks[0], one[1], one[2]) for one in parts if len(one) == 3 and (pks := ids(one[:1])))
    return [(pk, {name: value}) for pk, name, value in found if name in NAMES]


def ids(texts: Iterable[str]) -> list[int]:
    """LibreNMS ids among texts, each once."""
    numbers = (int(one) for one in texts if one.isascii() and one.isdigit() and len(one) <= 19)
    return [one for one in dict.fromkeys(numbers) if 0 < one < 2**63][:MOST_ROWS]
