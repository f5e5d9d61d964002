"""What a schedule would do now. Nothing is written."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..compat import apply_request_processors
from ..fleet_sync.finding import FilterError, loaded
from ..fleet_sync.tallies import Counters, Totals, source_of
from ..librenms_api import LibreNMSAPI
from ..models import Schedule
from .checking import options_of
from .objects import ids_by_kind
from .order import key_of, order_of
from .starting import StartError, request_of

# Objects that are compared while somebody waits; of more it is a sample
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """``objects``: how many match now. ``totals``: the numbers of those that were ``compared``, the first of them."""

    objects: int
    compared: int
    totals: Totals

    @property
    def exact(self) -> bool:
        """Whether all of them were compared."""
        return self.compared == self.objects

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        totals = self.totals.as_json()
        return {"objects": self.objects, "compared": self.compared, "exact": self.exact, "totals": totals}


def preview(schedule: Schedule) -> Preview:
    """Compare what matches now, as the user in whose name it runs sees it. Raises ``StartError`` where it could not be
    started, and ``LibreNMSError``."""
    request = request_of(schedule)
    api = LibreNMSAPI(schedule.server)
    with apply_request_processors(request):
        try:
            objects = ids_by_kind(schedule)
        except FilterError as error:
            raise StartError(str(error)) from error
        number = sum(map(len, objects.values()))
        options, order = options_of(schedule), order_of(schedule, objects)
        source = source_of(api, min(number, MOST))
        every = (one for kind, ids in objects.items() for one in loaded(kind, ids[:MOST], request.user))
        counters, totals, left = Counters(source, user=request.user, options=options), Totals(), order.as_kept()
        for one in counters.count((one, left.get(key_of(one), {})) for one in islice(every, MOST)):
            totals.add(one)
    return Preview(objects=number, compared=totals.objects, totals=totals)
