"""What became of one row that was to be written."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from ..sync.issues import Code, Issue, issue
from ..sync.plan import Change, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """``issue`` is None when the row was written; then ``netbox_id`` is the object."""

    key: str
    name: str
    outcome: Outcome
    netbox_id: int | None = None
    issue: Issue | None = None

    @property
    def ok(self) -> bool:
        """Whether the row was written."""
        return self.issue is None


def written(change: Change, netbox_id: int | None) -> Result:
    """The row is in NetBox now; of a row that is only foreseen, an object yet to be made has no id."""
    return Result(key=change.key, name=change.name, outcome=change.outcome, netbox_id=netbox_id)


def failed(change: Change, problem: Issue) -> Result:
    """The row is not written, for this reason."""
    return Result(key=change.key, name=change.name, outcome=change.outcome, netbox_id=change.netbox_id, issue=problem)


def refused(change: Change, error: Exception) -> Result:
    """NetBox or its database refused the row."""
    return failed(change, issue(Code.REFUSED, reason=reason_of(error)))


def reason_of(error: Exception) -> str:
    """NetBox's own words for a refusal, without the database's internals."""
    if isinstance(error, ValidationError):
        if hasattr(error, "message_dict"):
            return "; ".join(
                text if field == "__all__" else f"{field}: {text}"
                for field, texts in error.message_dict.items()
                for text in texts
            )
        return "; ".join(error.messages)
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__
