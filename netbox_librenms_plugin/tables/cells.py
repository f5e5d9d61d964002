"""What one cell of a comparison shows: both values where they differ, one where they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import django_tables2 as tables
from django.template.loader import get_template
from django.utils.translation import gettext as _

from ..choices import PolicyChoices
from ..sync.core.ordering import natural
from ..sync.core.plan import Change, Difference, Outcome
from .values import Show, one, said

TEMPLATE = "netbox_librenms_plugin/inc/cell.html"


class CellState(StrEnum):
    """What is to be said about the values of a cell."""

    SAME = "same"
    NEW = "new"
    WRITES = "writes"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Both values as text. ``title`` says which policy decided."""

    label: Any
    state: CellState
    found: str = ""
    wanted: str = ""
    title: str = ""

    @property
    def text(self) -> str:
        """The one value of a cell that does not differ."""
        return self.wanted if self.state is CellState.NEW else self.found

    @property
    def differs(self) -> bool:
        """Whether the two sides disagree."""
        return self.state in (CellState.WRITES, CellState.REPORT)


class DifferenceColumn(tables.Column):
    """A column of one compared field, or of several that people see as one thing. Its label names it everywhere."""

    def __init__(self, *fields: str, show: Show | None = None, detail: Show | None = None, **options: Any) -> None:
        super().__init__(empty_values=(), **options)
        self.fields = fields
        self.show = show or one(fields[0])
        self.detail = detail

    def cell(self, change: Change) -> Cell:
        """The cell of one row."""
        differing = [difference for difference in change.differences if difference.field in self.fields]
        found = said(change.found, self.fields)
        if differing:
            return self._both(change, found, differing)
        if change.outcome is Outcome.MISSING:
            wanted = said(change.writes, self.fields)
            return Cell(label=self.verbose_name, state=CellState.NEW, wanted=self.show(wanted), title=self._all(wanted))
        values = found or said(change.wanted, self.fields)
        return Cell(label=self.verbose_name, state=CellState.SAME, found=self.show(values), title=self._all(values))

    def _both(self, change: Change, found: dict[str, Any], differing: Sequence[Difference]) -> Cell:
        wanted = found | said(change.wanted, self.fields)
        state = CellState.WRITES if any(difference.writes for difference in differing) else CellState.REPORT
        return Cell(
            label=self.verbose_name,
            state=state,
            found=self.show(found),
            wanted=self.show(wanted),
            title=" · ".join(filter(None, (policy_words(differing[0], state), self._all(wanted)))),
        )

    def _all(self, values: dict[str, Any]) -> str:
        return self.detail(values) if self.detail else ""

    def sort_key(self, change: Change) -> Any:
        """Rows sort by what LibreNMS says, else by what NetBox holds; those without a value come last."""
        values = said(change.found, self.fields) | said(change.wanted, self.fields)
        numbers = [value for value in values.values() if isinstance(value, int)]
        if len(self.fields) == 1 and numbers:
            return 0, ((0, numbers[0]),)
        text = self.show(values)
        return (0, natural(text)) if text else (1, ())

    def render(self, record: Any, table: Any = None) -> str:
        return get_template(TEMPLATE).render({"cell": self.cell(record.change)})


class ChoiceColumn(DifferenceColumn):
    """A column whose value a person can decide, where the table's choice ``choice`` offers it for the row."""

    def __init__(self, *fields: str, choice: str, **options: Any) -> None:
        super().__init__(*fields, **options)
        self.choice = choice

    def render(self, record: Any, table: Any = None) -> str:
        undecided = self.cell(record.change).text
        return table.choice_box(self.choice, record, undecided=undecided) or super().render(record, table)


def policy_words(difference: Difference, state: CellState) -> str:
    """Which policy decided, and what it does to this difference."""
    policy = str(dict(PolicyChoices)[difference.policy.value])
    if state is CellState.WRITES:
        return _("Policy “{policy}”: LibreNMS's value is written").format(policy=policy)
    return _("Policy “{policy}”: NetBox keeps its value").format(policy=policy)
