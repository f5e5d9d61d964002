"""What came of runs of a schedule, in numbers."""

from collections.abc import Mapping, Sequence

from ..deviations.kinds import FIGURES
from ..fleet_sync.writing import LEFT
from ..models import Run, RunItem
from ..push.foreseeing import ADDED, LINKED
from ..resources import RESOURCES
from ..runs.sums import summing

NAMES = (*RESOURCES, LEFT, *FIGURES, ADDED, LINKED)


def sums_of(runs: Sequence[Run]) -> Mapping[int, Mapping[str, int]]:
    """Run → what its items count, by name; nothing of what is 0. One query."""
    items = RunItem.objects.filter(run__in=[one.pk for one in runs]).order_by()
    rows = items.values("run").annotate(**summing(NAMES))
    return {
        row["run"]: {name: number for name in NAMES if (number := row[f"of_{name}"])} for row in (rows if runs else ())
    }
