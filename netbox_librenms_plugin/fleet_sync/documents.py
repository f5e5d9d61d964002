"""Many objects as plain JSON values: what REST answers and what commands print."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..engine.documents import kept_reason_document, object_document, reason_document
from ..models import Run, RunItem
from ..resources import RESOURCES
from ..runs.access import visible_objects
from ..sync.core.issues import Issue
from ..words.sentences import kept_gap_sentence
from .kinds import written_by
from .tallies import ObjectTally, Totals
from .writing import LEFT

type Document = dict[str, Any]
# Items in memory at once
AT_ONCE = 200


def tally_document(one: ObjectTally) -> Document:
    """One object that was compared. ``reason``: why it is left out, or ``failed``; else null."""
    return {
        "object": object_document(one.object),
        "librenms_id": one.librenms_id,
        "failed": one.failed,
        "reason": _reason(one.reason),
        "resources": {name: tally.as_json() for name, tally in one.tallies.items()},
        "gaps": [{**gap, "message": kept_gap_sentence(gap)} for gap in one.gaps],
    }


def totals_document(totals: Totals) -> Document:
    """The numbers of all objects."""
    return totals.as_json()


def _reason(reason: Issue | None) -> Document | None:
    return None if reason is None else reason_document(reason)


def run_document(run: Run, user: Any) -> Document:
    """A sync: how it ended, what it wrote by resource, and what became of each object."""
    written = written_by(run)
    return {
        "run": run.pk,
        "state": str(run.state),
        "server": run.server,
        "request_id": str(run.request_id),
        "counts": {name: number for name, number in run.counts().items() if number},
        "written": {name: number for name, number in written.items() if name in RESOURCES},
        "left": written.get(LEFT, 0),
        "results": list(_items(run, user)),
    }


def _items(run: Run, user: Any) -> Iterator[Document]:
    items = list(run.items.order_by("pk"))
    for start in range(0, len(items), AT_ONCE):
        some = items[start : start + AT_ONCE]
        seen = visible_objects(some, user)
        for one in some:
            instance = seen.get((one.object_type_id, one.object_id)) if one.object_type_id and one.object_id else None
            yield item_document(one, instance)


def item_document(item: RunItem, instance: Any) -> Document:
    """What became of one object; ``object`` is null where it is gone, or may not be viewed."""
    return {
        "object": object_document(instance) if instance is not None else None,
        "librenms_id": item.librenms_id,
        "outcome": str(item.outcome),
        "written": {name: number for name, number in item.counts.items() if name in RESOURCES},
        "left": item.counts.get(LEFT, 0),
        "issues": [_issue(one) for one in item.issues],
        "gaps": [{**gap, "message": kept_gap_sentence(gap)} for gap in item.gaps],
    }


def _issue(one: Mapping[str, Any]) -> Document:
    return {**kept_reason_document(one), "resource": one["resource"], "name": one["name"]}
