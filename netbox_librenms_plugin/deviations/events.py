"""Events for NetBox's event rules: deviations of an object were found, or are gone. One for each object and run."""

from collections.abc import Mapping
from typing import Any

from extras.events import enqueue_event, flush_events
from extras.models import EventRule

from ..choices import ComparedKindChoices
from ..event_types import CLEARED, FOUND
from ..models import ComparedObject


def tell(touched: Mapping[int, tuple[int, int]], request: Any) -> None:
    """Tell of objects, given by the ids of their records with how many differences were opened and cleared, if any
    event rule listens. What a rule does with it, NetBox's queue does."""
    if not touched or not _somebody_listens():
        return
    rows = ComparedObject.objects.filter(pk__in=list(touched)).exclude(kind=ComparedKindChoices.LIBRENMS)
    events: list[Any] = []
    for row in rows:
        instance = row.model.objects.filter(pk=row.object_id).first()
        opened, cleared = touched[row.pk]
        for number, event_type in ((opened, FOUND), (cleared, CLEARED)):
            if number and instance is not None:
                events.append(_event(row, instance, request, event_type, number))
    flush_events(events)


def _somebody_listens() -> bool:
    return bool(EventRule.objects.filter(enabled=True, event_types__overlap=[FOUND, CLEARED]).exists())


def _event(row: ComparedObject, instance: Any, request: Any, event_type: str, number: int) -> Any:
    queue: dict[str, Any] = {}
    enqueue_event(queue, instance, request, event_type)
    (event,) = queue.values()
    told = {"server": row.server, "librenms_id": row.librenms_id, "deviations": number, "open": row.open}
    event["data"] = {**event["data"], "librenms": told}
    if "user" in event and not getattr(event["user"], "pk", None):
        # NetBox starts scripts in the name of a user, or of none; that somebody is anonymous is neither
        event["user"] = None
    return event
