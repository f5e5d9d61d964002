"""What the items of runs say together."""

from collections.abc import Sequence

from django.db.models import IntegerField, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from ..models import RunItem


def summing(names: Sequence[str]) -> dict[str, Sum]:
    """Columns for a query of items: ``of_`` and each of these names in the items' counts → its sum."""
    return {f"of_{name}": Sum(Cast(KT(f"counts__{name}"), IntegerField())) for name in names}


def summed(items: QuerySet[RunItem], names: Sequence[str]) -> dict[str, int]:
    """Each of these names in the items' counts → its sum. One query."""
    found = items.order_by().aggregate(**summing(names))
    return {str(name): found[f"of_{name}"] or 0 for name in names}
