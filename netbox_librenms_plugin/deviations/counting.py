"""Numbers that pages read instead of counting: of causes, of objects, of days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from ..choices import ComparedKindChoices, DeviationStateChoices
from ..models import Cause, ComparedObject, DailyTotal, Deviation
from .merging import count

STATE = DeviationStateChoices
OBJECTS_AT_ONCE = 500
# Days that the trend keeps
KEPT_DAYS = 400
_NUMBERS = ("open", "objects_open", "accepted", "writable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is stored of an object, on all servers that it was compared with: the number of differences that wait for
    somebody, when it was compared last, and why it could not be. ``in_part``: not everything was looked at."""

    open: int
    checked_at: datetime
    problem: str = ""
    in_part: bool = False

    @property
    def known(self) -> bool:
        """Whether the number says anything: none of what could not be looked at is no agreement."""
        return bool(self.open) or not self.problem


def standings(kind: str, ids: Collection[int]) -> Mapping[int, Standing]:
    """Id → what is stored of it, for those of the objects that were compared: one query."""
    found: dict[int, Standing] = {}
    rows = ComparedObject.objects.filter(kind=kind, object_id__in=ids).exclude(checked_at=None).order_by("pk")
    for pk, number, at, problem, checks in rows.values_list("object_id", "open", "checked_at", "problem", "checks"):
        before = found.get(pk)
        found[pk] = Standing(
            open=number + (before.open if before else 0),
            checked_at=min(at, before.checked_at) if before else at,
            problem=(before.problem if before else "") or problem.get("message", ""),
            in_part=(before is not None and before.in_part) or any(one.get("gaps") for one in checks.values()),
        )
    return found


def count_causes(server: str, ids: Collection[int] | None = None) -> None:
    """Bring the numbers of causes in line with their deviations, of some or of all of a server: one statement. Causes
    without any deviation go."""
    held = Deviation.objects.filter(cause=OuterRef("pk")).order_by().values("cause")
    waiting = held.filter(state__in=STATE.WAITING)
    causes = Cause.objects.filter(server=server)
    if ids is not None:
        causes = causes.filter(pk__in=ids)
    if ids is None:
        _count_all(server)
        causes.filter(deviations=None).delete()
        return
    causes.update(
        open=_number(waiting.annotate(n=Count("pk"))),
        writable=_number(waiting.filter(writes=True).annotate(n=Count("pk"))),
        objects_open=_number(waiting.annotate(n=Count("compared", distinct=True))),
        accepted=_number(held.filter(state=STATE.ACCEPTED).annotate(n=Count("pk"))),
    )


def _count_all(server: str) -> None:
    """All at once: a look at each deviation, and not at each cause."""
    rows = Deviation.objects.filter(cause__server=server).order_by().values("cause")
    numbers = {
        one["cause"]: one
        for one in rows.annotate(
            waiting=Count("pk", filter=Q(state__in=STATE.WAITING)),
            objects=Count("compared", filter=Q(state__in=STATE.WAITING), distinct=True),
            kept=Count("pk", filter=Q(state=STATE.ACCEPTED)),
            syncable=Count("pk", filter=Q(state__in=STATE.WAITING, writes=True)),
        )
    }
    changed = []
    for cause in Cause.objects.filter(server=server).only("pk", *_NUMBERS).iterator():
        one = numbers.get(cause.pk, {})
        now = [one.get(name, 0) for name in ("waiting", "objects", "kept", "syncable")]
        if now != [getattr(cause, name) for name in _NUMBERS]:
            for name, number in zip(_NUMBERS, now, strict=True):
                setattr(cause, name, number)
            changed.append(cause)
    Cause.objects.bulk_update(changed, _NUMBERS, batch_size=1_000)


def _number(numbers: Any) -> Any:
    return Coalesce(Subquery(numbers.values("n")), Value(0))


def count_objects(ids: Collection[int]) -> None:
    """Bring the numbers of some objects in line with their deviations, some hundred at a time."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), OBJECTS_AT_ONCE):
        with transaction.atomic():
            some = list(
                ComparedObject.objects.filter(pk__in=wanted[start : start + OBJECTS_AT_ONCE])
                .select_for_update()
                .order_by("pk")
            )
            rows: dict[int, list[Deviation]] = {one.pk: [] for one in some}
            columns = ("compared_id", "resource", "state", "counted")
            for row in Deviation.objects.filter(compared__in=list(rows)).only(*columns).order_by():
                rows[row.compared_id].append(row)
            for one in some:
                count(one, rows[one.pk])
            ComparedObject.objects.bulk_update(some, ("counts", "open", "extra", "accepted"))


def keep_totals(server: str, day: date) -> None:
    """The numbers of the day by resource and together; a later comparison of the same day takes their place."""
    waiting = Q(state__in=STATE.WAITING)
    rows = Deviation.objects.filter(cause__server=server).order_by().values("resource")
    numbers = {
        one.pop("resource"): one
        for one in rows.annotate(
            open=Count("pk", filter=waiting & Q(counted=True)),
            extra=Count("pk", filter=waiting & Q(counted=False)),
            accepted=Count("pk", filter=Q(state=STATE.ACCEPTED)),
        )
    }
    objects = ComparedObject.objects.filter(server=server).exclude(kind=ComparedKindChoices.LIBRENMS)
    compared = objects.exclude(checked_at=None).count()
    together = {name: sum(one[name] for one in numbers.values()) for name in ("open", "extra", "accepted")}
    DailyTotal.objects.bulk_create(
        [
            DailyTotal(server=server, day=day, resource=resource, objects_compared=compared, **one)
            for resource, one in {"": together, **numbers}.items()
        ],
        update_conflicts=True,
        unique_fields=("server", "day", "resource"),
        update_fields=("open", "extra", "accepted", "objects_compared"),
    )
    # A resource without any difference left has no row to count
    DailyTotal.objects.filter(server=server, day=day).exclude(resource__in=["", *numbers]).update(
        open=0, extra=0, accepted=0
    )
    DailyTotal.objects.filter(server=server, day__lt=date.fromordinal(day.toordinal() - KEPT_DAYS)).delete()


def open_together(server: str = "") -> int:
    """How many differences somebody has to look at: from stored numbers."""
    rows = ComparedObject.objects.filter(server=server) if server else ComparedObject.objects.all()
    return int(rows.aggregate(n=Sum("open"))["n"] or 0)


def estimated_rows() -> int:
    """About how many deviations are stored, as the database's statistics have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [Deviation._meta.db_table])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
