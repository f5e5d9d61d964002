"""One row of a comparison as a page needs it: a change, its reasons, and what came of the last attempt to write it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..sync.core.device_identity import DOUBTS
from ..sync.core.issues import Issue
from ..sync.core.plan import Change, Outcome
from ..words.matches import matched_by
from ..words.sentences import sentence

SortKey = Callable[[Change], Any]

OUTCOME_LABELS: dict[Outcome, Any] = {
    Outcome.MISSING: _("Missing"),
    Outcome.CHANGED: _("Differs"),
    Outcome.CONFLICT: _("Conflict"),
    Outcome.BLOCKED: _("Blocked"),
    Outcome.EXTRA: _("Only in NetBox"),
    Outcome.SAME: _("Same"),
}
OUTCOME_COLORS: dict[Outcome, str] = {
    Outcome.MISSING: "blue",
    Outcome.CHANGED: "orange",
    Outcome.CONFLICT: "red",
    Outcome.BLOCKED: "red",
    Outcome.EXTRA: "secondary",
    Outcome.SAME: "green",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change; ``problem`` is why it was not written just now, ``synced`` that it was.

    ``row["column"]`` is what the row sorts by in that column, which is how the table library asks for it.
    """

    change: Change
    sort_keys: Mapping[str, SortKey] = field(default_factory=dict, repr=False)
    problem: Issue | None = None
    synced: bool = False

    def __getitem__(self, column: str) -> Any:
        return self.sort_keys[column](self.change)

    @property
    def key(self) -> str:
        """The row's key, also its checkbox's value."""
        return self.change.key

    @property
    def outcome_label(self) -> Any:
        """The outcome in words."""
        return OUTCOME_LABELS[self.change.outcome]

    @property
    def color(self) -> str:
        """Colour of the outcome's badge."""
        return OUTCOME_COLORS[self.change.outcome]

    @property
    def report_only(self) -> bool:
        """Whether it differs only where policies keep NetBox's values."""
        return self.change.outcome is Outcome.CHANGED and not self.change.syncable

    @property
    def sentences(self) -> list[str]:
        """The reasons that the row carries; what is in doubt about the whole object stands above all rows."""
        return [sentence(issue) for issue in self.change.issues if issue.code not in DOUBTS]

    @property
    def problem_sentence(self) -> str:
        """Why it was not written just now."""
        return sentence(self.problem) if self.problem else ""

    @property
    def reasons(self) -> bool:
        """Whether there is anything to explain."""
        return self.problem is not None or bool(self.sentences)

    @property
    def matched_by(self) -> Any:
        """How the two sides were found to be the same, in words."""
        return matched_by(self.change.matched_by)
