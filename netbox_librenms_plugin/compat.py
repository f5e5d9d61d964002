"""Differences between NetBox 4.5, 4.6 and 4.7, all in one place."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from netbox.search.backends import search_backend

try:
    from django_pg_utils import advisory_lock
except ImportError:  # NetBox 4.5 and 4.6
    from django_pglocks import advisory_lock  # type: ignore[no-redef]

try:
    from utilities.views import get_default_template
except ImportError:  # NetBox 4.5

    def get_default_template(instance: Model) -> str:
        """The template of an object's page, which its tabs extend."""
        return f"{instance._meta.app_label}/{instance._meta.model_name}.html"


def index_for_search(objects: Iterable[Any], *, created: bool, using: str) -> None:
    """Bring NetBox's search cache up to date as ``save()`` would: deferred in 4.7, at once before."""
    for instance in objects:
        search_backend.caching_handler(type(instance), instance, created=created, using=using)


__all__ = ("advisory_lock", "get_default_template", "index_for_search")
