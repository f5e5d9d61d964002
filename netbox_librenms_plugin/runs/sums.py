"""What the items of a run say together."""

from collections.abc import Sequence

from django.db.models import IntegerField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from ..models import Run


def summed(run: Run, names: Sequence[str]) -> dict[str, int]:
    """Each of these names in the items' counts → its sum. One query."""
    sums = {f"of_{name}": Sum(Cast(KT(f"counts__{name}"), IntegerField())) for name in names}
    found = run.items.order_by().aggregate(**sums)
    return {str(name): found[f"of_{name}"] or 0 for name in names}
