"""What people decide about deviations: accepted until a day, taken back, or given to a sync."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..choices import ComparedKindChoices, DeviationStateChoices
from ..models import Cause, Deviation
from .counting import count_causes, count_objects
from .scopes import ObjectKey

STATE = DeviationStateChoices
LONGEST_REASON = 200
ROWS_AT_ONCE = 5_000
# What can be accepted: what is open, and what was accepted otherwise
ACCEPTABLE = (STATE.OPEN, STATE.FAILED, STATE.ACCEPTED)

type Rows = Mapping[str, Mapping[str, list[str]]]


class DecisionError(ValueError):
    """The decision cannot be made; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """``done`` deviations were decided; ``left_out`` of those that were meant were not, for lack of rights."""

    done: int
    left_out: int = 0


def accept(rows: QuerySet[Deviation], user: Any, *, until: date, reason: str) -> Decided:
    """Accept the deviations among these that the user may see, until the day is over. It is taken back by itself when
    LibreNMS says something else. Raises ``DecisionError``."""
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise DecisionError(_("Say why, so that whoever comes later understands it."))
    if until < timezone.localdate():
        raise DecisionError(_("Choose today or a later day."))
    return _decide(
        rows.filter(state__in=ACCEPTABLE),
        user,
        state=STATE.ACCEPTED,
        accepted_until=until,
        accepted_reason=reason,
        accepted_by=user,
        accepted_name=user.username,
        problem={},
    )


def take_back(rows: QuerySet[Deviation], user: Any) -> Decided:
    """Open what was accepted, as far as the user may see it."""
    return _decide(
        rows.filter(state=STATE.ACCEPTED),
        user,
        state=STATE.OPEN,
        accepted_until=None,
        accepted_reason="",
        accepted_by=None,
        accepted_name="",
    )


def reopen_expired(today: date | None = None) -> int:
    """Open what was accepted until a day that is over; how many there were."""
    over = Deviation.objects.filter(state=STATE.ACCEPTED, accepted_until__lt=today or timezone.localdate())
    return _store(over, state=STATE.OPEN)


def _decide(rows: QuerySet[Deviation], user: Any, **values: Any) -> Decided:
    meant = rows.count()
    done = _store(rows.visible_to(user), **values)
    return Decided(done=done, left_out=meant - done)


def _store(rows: QuerySet[Deviation], **values: Any) -> int:
    with transaction.atomic():
        # A filter may bring rows twice, which cannot be locked as such
        meant = Deviation.objects.filter(pk__in=rows.order_by().values("pk")).select_for_update().order_by("pk")
        held = list(meant.values_list("pk", "compared_id", "cause_id"))
        ids = [pk for pk, _compared, _cause in held]
        for start in range(0, len(ids), ROWS_AT_ONCE):
            Deviation.objects.filter(pk__in=ids[start : start + ROWS_AT_ONCE]).update(**values)
        count_objects({compared for _pk, compared, _cause in held})
        causes = {cause for _pk, _compared, cause in held}
        for server in Cause.objects.filter(pk__in=causes).order_by().values_list("server", flat=True).distinct():
            count_causes(server, causes)
    return len(ids)


def writable(rows: QuerySet[Deviation]) -> QuerySet[Deviation]:
    """Those that a sync would write, of objects that NetBox has."""
    waiting = rows.filter(state__in=STATE.WAITING, writes=True)
    return waiting.exclude(compared__kind=ComparedKindChoices.LIBRENMS)


def rows_to_sync(rows: QuerySet[Deviation]) -> dict[ObjectKey, Rows]:
    """Object → resource → row → the fields to write (none: the whole row), for the deviations that a sync writes."""
    found: dict[ObjectKey, dict[str, dict[str, list[str]]]] = {}
    columns = ("compared__kind", "compared__object_id", "resource", "key", "field")
    whole: set[tuple[ObjectKey, str, str]] = set()
    for kind, pk, resource, key, name in _ordered(writable(rows)).values_list(*columns):
        fields = found.setdefault((kind, pk), defaultdict(dict)).setdefault(resource, {}).setdefault(key, [])
        if name:
            fields.append(name)
        else:
            whole.add(((kind, pk), resource, key))
    for object_key, resource, key in whole:
        found[object_key][resource][key] = []
    return {key: {name: dict(some) for name, some in resources.items()} for key, resources in found.items()}


def _ordered(rows: QuerySet[Deviation]) -> QuerySet[Deviation]:
    return rows.order_by("compared__kind", "compared__object_id", "pk")


def of_server(rows: QuerySet[Deviation], server: str) -> QuerySet[Deviation]:
    """Those of one server; a sync is from one."""
    return rows.filter(Q(compared__server=server))


def servers_of(rows: QuerySet[Deviation]) -> Iterator[str]:
    """The servers of some deviations."""
    yield from rows.order_by().values_list("compared__server", flat=True).distinct()
