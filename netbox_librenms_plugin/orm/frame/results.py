"""What became of one row that was to be written."""

import logging
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from ...sync.core.issues import Code, Issue, issue
from ...sync.core.plan import Change, Outcome
from .savepoints import lost_to_another

# The SQLSTATE of an object that another one is too much like
UNIQUE_VIOLATION = "23505"

logger = logging.getLogger("netbox_librenms_plugin")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """``issue`` is None when the row was written; ``netbox_id`` is the object then, ``fields`` are those written."""

    key: str
    name: str
    outcome: Outcome
    netbox_id: int | None = None
    issue: Issue | None = None
    fields: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        """Whether the row was written."""
        return self.issue is None


def written(change: Change, netbox_id: int | None) -> RowResult:
    """The row is in NetBox now; of a row that is only foreseen, an object yet to be made has no id."""
    return RowResult(
        key=change.key,
        name=change.name,
        outcome=change.outcome,
        netbox_id=netbox_id,
        fields=frozenset(change.writes),
    )


def failed(change: Change, problem: Issue) -> RowResult:
    """The row is not written, for this reason."""
    return RowResult(
        key=change.key, name=change.name, outcome=change.outcome, netbox_id=change.netbox_id, issue=problem
    )


def refused(change: Change, error: Exception) -> RowResult:
    """NetBox or its database refused the row."""
    return failed(change, issue(Code.REFUSED, reason=reason_of(error)))


def reason_of(error: Exception) -> str:
    """NetBox's own words for a refusal. Where the database refused, plain words for its: those are for the log."""
    if isinstance(error, DatabaseError):
        logger.warning("The database refused to write: %s", error)
        return _reason_of_database(error)
    if isinstance(error, ValidationError):
        if hasattr(error, "message_dict"):
            return "; ".join(
                text if field == "__all__" else f"{field}: {text}"
                for field, texts in error.message_dict.items()
                for text in texts
            )
        return "; ".join(error.messages)
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__


def _reason_of_database(error: DatabaseError) -> str:
    if lost_to_another(error):
        return _("it was busy with the same objects. Try again.")
    if isinstance(error, (ProtectedError, RestrictedError)):
        return _("other objects refer to it.")
    if getattr(error.__cause__, "sqlstate", None) == UNIQUE_VIOLATION:
        return _("there is one like it already, or somebody made it at the same moment. Look again.")
    if isinstance(error, IntegrityError):
        return _("it contradicts something else, or what it refers to was deleted at the same moment. Look again.")
    return _("its database failed. NetBox's log says more.")
