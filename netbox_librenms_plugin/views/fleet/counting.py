"""The numbers of the page before a sync: counted some hundred objects at a time, and kept with what was chosen."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from utilities.views import get_viewname

from ...fleet_sync.finding import MODELS, load
from ...fleet_sync.options import SyncOptions
from ...fleet_sync.tallies import Counter, Totals, source_of
from ...fleet_sync.writing import issue_json
from ...librenms_api import LibreNMSAPI
from ...words.labels import resource_label
from ...words.sentences import kept_sentence
from .kept import Chosen

# Objects that are compared while somebody waits; of more the run itself says the numbers
MOST_COUNTED = 500
AT_ONCE = 100
# Objects without numbers that are named
MOST_NAMED = 50


def count_more(chosen: Chosen, held: Mapping[str, Any], api: LibreNMSAPI, user: Any) -> dict[str, Any]:
    """The numbers that are ``held`` with those of the next objects: ``{"at", "totals", "named", "twins"}``. Raises
    ``LibreNMSError``."""
    at, number = held.get("at", 0), len(chosen.ids)
    some = list(chosen.ids[at : at + AT_ONCE])
    totals = Totals.of(held["totals"]) if "totals" in held else Totals()
    named = list(held.get("named", ()))
    counter = Counter(source_of(api, number), user=user, options=SyncOptions(), seen=held.get("twins", ()))
    for one in counter.count(load(chosen.kind, some, user), many=number > AT_ONCE):
        totals.add(one)
        if one.reason is not None and len(named) < MOST_NAMED:
            named.append({"id": one.object.pk, "name": str(one.object), "failed": one.failed, **_kept(one.reason)})
    return {
        "at": at + len(some),
        "totals": totals.as_json(),
        "named": named,
        "twins": sorted(counter.seen),
    }


def figures_of(chosen: Chosen) -> dict[str, Any]:
    """What the page shows of the numbers."""
    held: Mapping[str, Any] = chosen.counted
    totals = Totals.of(held["totals"])
    return {
        "totals": totals,
        "done": held["at"],
        "number": len(chosen.ids),
        "lines": [(resource_label(name), tally) for name, tally in totals.tallies.items()],
        "named": [_line(chosen.kind, one) for one in held["named"]],
        "unnamed": totals.left_out + totals.failed - len(held["named"]),
    }


def _kept(reason: Any) -> dict[str, Any]:
    kept = issue_json(reason)
    return {"code": kept["code"], "details": kept["details"]}


def _line(kind: str, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "url": reverse(get_viewname(MODELS[kind], "librenms_sync"), kwargs={"pk": one["id"]}),
        "failed": one["failed"],
        "sentence": kept_sentence(one["code"], one["details"]),
    }
