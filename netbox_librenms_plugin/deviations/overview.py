"""The numbers of the network page, as far as somebody may see the objects; each in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dcim.models import DeviceRole, Platform, Site
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from ..choices import ComparedKindChoices, DeviationStateChoices, RunStateChoices
from ..models import Cause, ComparedObject, DailyTotal, Deviation, Run
from ..models.compared_object import sees_network
from .phases import KIND

STATE = DeviationStateChoices
TREND_DAYS = 30
# What objects are grouped by: column → model of what it refers to
GROUPS: Mapping[str, Any] = {"site": Site, "role": DeviceRole, "platform": Platform}
LARGEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Numbers of one resource; ``resource`` is empty for all together."""

    resource: str
    open: int
    accepted: int
    extra: int
    causes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the network the numbers are about. ``failed``: objects that could not be compared the last time;
    ``oldest`` and ``newest``: when the objects were compared last."""

    compared: int
    failed: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Objects with one site, role or platform (``pk`` None: without)."""

    pk: int | None
    name: str
    objects: int
    open: int


def totals(server: str, user: Any) -> list[Total]:
    """One for each resource with any deviation: one query."""
    if sees_network(user):
        rows: Any = (
            Cause.objects.filter(server=server)
            .order_by()
            .values("resource")
            .annotate(
                n_open=Sum("open", filter=Q(counted=True), default=0),
                n_extra=Sum("open", filter=Q(counted=False), default=0),
                n_accepted=Sum("accepted", default=0),
                n_causes=Count("pk", filter=Q(open__gt=0, counted=True)),
            )
        )
    else:
        waiting = Q(state__in=STATE.WAITING)
        rows = (
            Deviation.objects.visible_to(user)
            .filter(cause__server=server)
            .order_by()
            .values("resource")
            .annotate(
                n_open=Count("pk", filter=waiting & Q(counted=True)),
                n_extra=Count("pk", filter=waiting & Q(counted=False)),
                n_accepted=Count("pk", filter=Q(state=STATE.ACCEPTED)),
                n_causes=Count("cause", filter=waiting & Q(counted=True), distinct=True),
            )
        )
    found = [
        Total(
            resource=one["resource"],
            open=one["n_open"],
            accepted=one["n_accepted"],
            extra=one["n_extra"],
            causes=one["n_causes"],
        )
        for one in rows
    ]
    return [one for one in found if one.open or one.accepted or one.extra]


def coverage(server: str, user: Any) -> Coverage:
    """One query."""
    rows = ComparedObject.objects.visible_to(user).filter(server=server).exclude(kind=ComparedKindChoices.LIBRENMS)
    found = rows.exclude(checked_at=None).aggregate(
        compared=Count("pk"),
        failed=Count("pk", filter=~Q(problem={})),
        oldest=Min("checked_at"),
    )
    newest = rows.exclude(checked_at=None).order_by("-checked_at").values_list("checked_at", flat=True).first()
    return Coverage(
        compared=found["compared"],
        failed=found["failed"],
        oldest=found["oldest"],
        newest=newest,
    )


def trend(server: str, today: date) -> list[tuple[date, int]]:
    """The last days that have a number: one query. For those who see everything."""
    since = today - timedelta(days=TREND_DAYS)
    rows = DailyTotal.objects.filter(server=server, resource="", day__gt=since).order_by("day")
    return list(rows.values_list("day", "open"))


def trends(server: str, today: date) -> Mapping[str, list[tuple[date, int]]]:
    """Resource → the last days that have a number; all resources in one query. For those who see everything."""
    since = today - timedelta(days=TREND_DAYS)
    rows = DailyTotal.objects.filter(server=server, day__gt=since).exclude(resource="").order_by("day")
    found: dict[str, list[tuple[date, int]]] = {}
    for resource, day, number in rows.values_list("resource", "day", "open"):
        found.setdefault(resource, []).append((day, number))
    return found


def groups(server: str, user: Any, by: str) -> list[Group]:
    """The sites, roles or platforms with the most differences: two queries."""
    column = f"{by}_id"
    rows = (
        ComparedObject.objects.visible_to(user)
        .filter(server=server, open__gt=0)
        .exclude(kind=ComparedKindChoices.LIBRENMS)
        .order_by()
        .values(column)
        .annotate(n_objects=Count("pk"), n_open=Sum("open"))
        .order_by("-n_open", column)[:LARGEST]
    )
    found = list(rows)
    ids = [one[column] for one in found if one[column] is not None]
    names = dict(GROUPS[by].objects.restrict(user, "view").filter(pk__in=ids).values_list("pk", "name"))
    return [
        Group(pk=one[column], name=names.get(one[column], ""), objects=one["n_objects"], open=one["n_open"])
        for one in found
        if one[column] is None or one[column] in names
    ]


def last_runs(server: str) -> tuple[Run | None, Run | None]:
    """The comparison that is under way, if one is, and the last one that ended: two queries."""
    rows = Run.objects.filter(kind=KIND, server=server).select_related("job").order_by("-created")
    return rows.filter(state__in=RunStateChoices.OPEN).first(), rows.exclude(state__in=RunStateChoices.OPEN).first()


def last_full(server: str) -> Run | None:
    """The last comparison of everything that came to its end: one query."""
    return full_comparisons().filter(server=server).order_by("-ended").first()


def full_comparisons() -> QuerySet[Run]:
    """The comparisons of everything that came to their ends."""
    ended = {"state__in": RunStateChoices.ENDED_WELL, "ended__isnull": False}
    return Run.objects.filter(kind=KIND, options__everything=True, **ended)


def polyline(points: Sequence[tuple[date, int]], *, width: int, height: int) -> str:
    """The points of an SVG line, from the left to the right; empty for fewer than two."""
    if len(points) < 2:
        return ""
    first, last = points[0][0], points[-1][0]
    days = max(1, (last - first).days)
    top = max(number for _day, number in points) or 1
    places = [(width * (day - first).days / days, height - (height - 2) * number / top - 1) for day, number in points]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def today() -> date:
    """The day by NetBox's own zone."""
    return timezone.localdate()
