"""What NetBox's search finds: causes by their titles. Deviations are in their lists; a comparison writes too many."""

from collections.abc import Iterable
from typing import Any

from netbox.search import FieldTypes, ObjectFieldValue, SearchIndex

from .models import Cause
from .words.deviations import cause_title


class CauseIndex(SearchIndex):
    """Causes, by what the pages call them."""

    model = Cause
    fields = (("resource", 500),)
    display_attrs = ("server", "resource", "open")

    @classmethod
    def to_cache(cls, instance: Cause, custom_fields: Iterable[Any] | None = None) -> list[ObjectFieldValue]:
        """The title, as far as everybody may read it."""
        title = cause_title(instance, whole=False)
        return [ObjectFieldValue("title", FieldTypes.STRING, 100, title)] if title else []


indexes = (CauseIndex,)
