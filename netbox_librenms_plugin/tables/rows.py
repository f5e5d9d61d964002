"""One row of a comparison as a page needs it: a change, its reasons, and what came of the last attempt to write it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..sync.core.device_identity import DOUBTS
from ..sync.core.issues import Issue
from ..sync.core.plan import TONES, Change, Outcome, Standing
from ..words.matches import matched_by
from ..words.sentences import sentence
from .remedies import Remedy

SortKey = Callable[[Change], Any]

STANDING_LABELS: dict[Standing, Any] = {
    Standing.MISSING: _("Missing"),
    Standing.CHANGED: _("Differs"),
    Standing.WAITING: _("Waits"),
    Standing.CONFLICT: _("Conflict"),
    Standing.BLOCKED: _("Blocked"),
    Standing.IDLE: _("Nothing to do"),
    Standing.EXTRA: _("Only in NetBox"),
    Standing.SAME: _("Same"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change; ``problem`` is why it was not written just now, ``synced`` that it was.

    ``row["column"]`` is what the row sorts by in that column, which is how the table library asks for it.
    """

    change: Change
    sort_keys: Mapping[str, SortKey] = field(default_factory=dict, repr=False)
    remedies: Callable[[Change, Issue], Sequence[Remedy]] | None = field(default=None, repr=False)
    problem: Issue | None = None
    synced: bool = False

    def __getitem__(self, column: str) -> Any:
        return self.sort_keys[column](self.change)

    @property
    def key(self) -> str:
        """The row's key, also its checkbox's value."""
        return self.change.key

    @property
    def standing_label(self) -> Any:
        """The standing in words."""
        return STANDING_LABELS[self.change.standing]

    @property
    def tone(self) -> str:
        """Whose turn it is, which is the colour of its badge."""
        return TONES[self.change.standing]

    @property
    def report_only(self) -> bool:
        """Whether it differs only where policies keep NetBox's values."""
        return self.change.outcome is Outcome.CHANGED and not self.change.syncable

    @property
    def told(self) -> list[tuple[str, Sequence[Remedy]]]:
        """The reasons that the row carries, each with the links that mend it; what is in doubt about the whole object
        stands above all rows."""
        return [(sentence(one), self._remedies(one)) for one in self.change.issues if one.code not in DOUBTS]

    def _remedies(self, reason: Issue) -> Sequence[Remedy]:
        return self.remedies(self.change, reason) if self.remedies is not None else ()

    @property
    def problem_sentence(self) -> str:
        """Why it was not written just now."""
        return sentence(self.problem) if self.problem else ""

    @property
    def reasons(self) -> bool:
        """Whether there is anything to explain."""
        return self.problem is not None or any(one.code not in DOUBTS for one in self.change.issues)

    @property
    def matched_by(self) -> Any:
        """How the two sides were found to be the same, in words."""
        return matched_by(self.change.matched_by)
