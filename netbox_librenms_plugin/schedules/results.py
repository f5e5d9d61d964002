"""What came of runs of a schedule, in numbers."""

from collections.abc import Mapping, Sequence

from django.db.models import IntegerField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from ..deviations.kinds import FIGURES
from ..fleet_sync.writing import LEFT
from ..models import Run, RunItem
from ..resources import RESOURCES

NAMES = (*RESOURCES, LEFT, *FIGURES)


def sums_of(runs: Sequence[Run]) -> Mapping[int, Mapping[str, int]]:
    """Run → what its items count, by name; nothing of what is 0. One query."""
    sums = {f"of_{name}": Sum(Cast(KT(f"counts__{name}"), IntegerField())) for name in NAMES}
    rows = RunItem.objects.filter(run__in=[one.pk for one in runs]).order_by().values("run").annotate(**sums)
    return {
        row["run"]: {name: number for name in NAMES if (number := row[f"of_{name}"])} for row in (rows if runs else ())
    }
