"""What the command says, object by object as they are compared: nothing is kept but the sums."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Protocol

from django.utils.translation import gettext as _

from ...fleet_sync.documents import tally_document, totals_document
from ...fleet_sync.tallies import ObjectTally, Tally, Totals
from ...words.sentences import kept_gap_sentence, sentence
from ..terminal import clean

NAME, RESOURCE, NUMBER = 32, 14, 9
COLUMNS = [one.name for one in fields(Tally)]


class Report(Protocol):
    """The lines before, of and after the objects."""

    def begin(self) -> Iterator[str]:
        """The first lines."""

    def tell(self, one: ObjectTally) -> Iterator[str]:
        """The lines of one object."""

    def end(self, totals: Totals) -> Iterator[str]:
        """The last lines."""


class TableReport:
    """For people: a line for each object and resource, then the reasons."""

    def __init__(self, server: str, user: str) -> None:
        self._server, self._user = server, user

    def begin(self) -> Iterator[str]:
        yield _("Server {server}, on behalf of {user}").format(server=self._server, user=self._user)
        yield _line("object", "resource", COLUMNS)

    def tell(self, one: ObjectTally) -> Iterator[str]:
        name = clean(str(one.object))
        for resource, tally in one.tallies.items():
            yield _line(name, resource, [str(number) for number in tally.as_json().values()])
        if one.reason is not None:
            state = _("not compared") if one.failed else _("left out")
            yield clean(f"{name}: {state}: {sentence(one.reason)}")
        for text in dict.fromkeys(kept_gap_sentence(gap) for gap in one.gaps):
            yield clean(f"{name}: {text}")

    def end(self, totals: Totals) -> Iterator[str]:
        for resource, tally in totals.tallies.items():
            yield _line(_("together"), resource, [str(number) for number in tally.as_json().values()])
        yield _("{objects} objects, {left_out} left out, {failed} not compared").format(
            objects=totals.objects, left_out=totals.left_out, failed=totals.failed
        )


def _line(name: str, resource: str, cells: list[str]) -> str:
    numbers = "".join(cell.rjust(NUMBER) for cell in cells)
    return f"{name[:NAME].ljust(NAME)}  {resource.ljust(RESOURCE)}{numbers}".rstrip()


class JsonReport:
    """For programs: one JSON object, whose objects come as they are compared."""

    def __init__(self, server: str, user: str) -> None:
        self._head: dict[str, Any] = {"server": server, "user": user}
        self._number = 0

    def begin(self) -> Iterator[str]:
        yield f'{json.dumps(self._head)[:-1]}, "objects": ['

    def tell(self, one: ObjectTally) -> Iterator[str]:
        comma = "," if self._number else ""
        self._number += 1
        yield f"{comma}{json.dumps(tally_document(one))}"

    def end(self, totals: Totals) -> Iterator[str]:
        yield f'], "totals": {json.dumps(totals_document(totals))}}}'
