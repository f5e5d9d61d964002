"""Linking many objects to the devices of LibreNMS that they were found to be: foreseen first, then written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from ..engine.linking import link_many
from ..fleet_sync.finding import MODELS, ids_of
from ..librenms_api import LibreNMSAPI
from ..sync.core.issues import Code, Issue, issue
from ..sync.status.rows import LinkState, StatusRow
from .listing import status_listing

# Objects that are linked while somebody waits
MOST_AT_ONCE = 2_000
# Why a row in this state is not linked, where it has no reason of its own
_REASONS = {LinkState.LINKED: Code.LINKED_ALREADY, LinkState.UNKNOWN: Code.NOT_FOUND_THERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What is linked, or would be: rows by object, and why others are not. ``waiting`` more are for the next time."""

    rows: Mapping[int, StatusRow]
    left_out: Mapping[int, Issue]
    waiting: int = 0

    @property
    def wanted(self) -> dict[int, int]:
        """Object → LibreNMS id."""
        return {pk: row.librenms_id for pk, row in self.rows.items() if row.librenms_id is not None}

    def at_once(self) -> "Links":
        """As many as are linked in one go."""
        rows = dict(list(self.rows.items())[:MOST_AT_ONCE])
        return replace(self, rows=rows, waiting=len(self.rows) - len(rows))


def foreseen_links(api: LibreNMSAPI, kind: str, ids: Sequence[int], *, user: Any) -> Links:
    """Which of the objects would be linked to what, and why the others would not. Raises ``LibreNMSError``; writes
    nothing."""
    model = MODELS[kind]
    changeable = set(ids_of(model.objects.restrict(user, "change").filter(pk__in=ids).order_by("pk")))
    rows: dict[int, StatusRow] = {}
    left_out: dict[int, Issue] = {}
    for row in status_listing(api, kind, ids, user=user).rows:
        if row.link is not LinkState.FOUND:
            left_out[row.pk] = row.reason or issue(_REASONS[row.link])
        elif row.pk not in changeable:
            what = _("change {things}").format(things=model._meta.verbose_name_plural)
            left_out[row.pk] = issue(Code.NO_PERMISSION, what=what)
        else:
            rows[row.pk] = row
    return Links(rows=rows, left_out=left_out)


def link_found(
    api: LibreNMSAPI, kind: str, ids: Sequence[int], *, user: Any, expected: Mapping[int, int] | None = None
) -> Links:
    """Link them, at most ``MOST_AT_ONCE``, and say what came of it. ``expected`` is what somebody was shown (object →
    LibreNMS id): what is another device by now, or was not shown at all, is left out.

    Runs inside a request's event tracking. Raises ``LibreNMSError``; nothing is written then.
    """
    links = foreseen_links(api, kind, ids, user=user)
    if expected is not None:
        stale = {pk for pk, number in links.wanted.items() if expected.get(pk) != number}
        rows = {pk: row for pk, row in links.rows.items() if pk not in stale}
        links = replace(links, rows=rows, left_out={**links.left_out, **dict.fromkeys(stale, issue(Code.STALE))})
    links = links.at_once()
    refused = link_many(MODELS[kind], links.wanted, user=user, api=api)
    written = {pk: row for pk, row in links.rows.items() if pk not in refused}
    return replace(links, rows=written, left_out={**links.left_out, **refused})
