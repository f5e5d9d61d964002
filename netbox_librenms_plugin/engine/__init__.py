"""The use cases: ``compare`` and ``apply``, for one object or for many, the same for every face."""

from .applying import Applied, apply, apply_together, foresee, foresee_many, preview, remove
from .asking import Comparison, Options
from .comparing import Comparer, compare
from .confirming import confirm_identity, confirm_link, doubt_about, doubts_about, subject_of
from .failures import NotIdentifiedError
from .scopes import OBJECTS_AT_ONCE, policies_of, scope_of
from .selection import Selection
from .working import Outlook

__all__ = (
    "OBJECTS_AT_ONCE",
    "Applied",
    "Comparer",
    "Comparison",
    "NotIdentifiedError",
    "Options",
    "Outlook",
    "Selection",
    "apply",
    "apply_together",
    "compare",
    "confirm_identity",
    "confirm_link",
    "doubt_about",
    "doubts_about",
    "foresee",
    "foresee_many",
    "policies_of",
    "preview",
    "remove",
    "scope_of",
    "subject_of",
)
