"""A look after all schedules: what is due is started once, what was left behind is taken up, what was missed is noted.

It may be called as often as anybody likes, by several at once: each schedule is held by whoever looks after it.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..choices import RunStateChoices
from ..fleet_sync.starting import KIND
from ..models import Run, Schedule
from ..push.starting import KIND as PUSH
from ..runs.access import state_of
from ..runs.control import enqueue_run, sync_state, work_left
from ..runs.ends import finish
from .due import Standing
from .starting import StartError, request_of, start_run
from .timing import standing_of, timing_of

# A run whose worker was lost is taken up so often
MOST_TAKEN_UP = 3
TAKEN_UP = "taken_up"

logger = logging.getLogger("netbox_librenms_plugin")


@dataclass(slots=True)
class Ticked:
    """What came of a look: names of the schedules that were started, taken up, and could not be started with why."""

    started: list[str] = field(default_factory=list)
    taken_up: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


class BusyError(StartError):
    """A run of the schedule has not ended, or somebody else is starting one."""


def tick(now: datetime | None = None) -> Ticked:
    """Look after every schedule, each in a transaction of its own."""
    ticked = Ticked()
    for pk in list(Schedule.objects.order_by("weight", "pk").values_list("pk", flat=True)):
        try:
            _look_after(pk, now or timezone.now(), ticked)
        except Exception:  # one bad schedule never keeps the others from their time
            logger.exception("Schedule %s could not be looked after", pk)
    return ticked


def run_now(schedule: Schedule, *, force: str = "", by: str = "") -> Run:
    """Start it out of turn. ``force``: why its guards are passed by, ``by``: who says so. Raises ``StartError``, and
    ``BusyError`` where a run of it has not ended."""
    said = {"force": force, "forced_by": by} if force else None
    with transaction.atomic():
        held = _held(schedule.pk)
        if held is None:
            raise BusyError(_("Somebody is starting it right now."))
        _take_notice(held)
        if _is_open(held.last_run):
            raise BusyError(_("Its last run has not ended yet."))
        run = start_run(held, force=said)
        _keep(held, last_run=run, last_started=timezone.now(), message="")
    return run


def _held(pk: int) -> Schedule | None:
    """The schedule as it is now, for whoever comes first until his transaction ends."""
    found: Schedule | None = Schedule.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    return found


def _look_after(pk: int, now: datetime, ticked: Ticked) -> None:
    with transaction.atomic():
        schedule = _held(pk)
        if schedule is None:
            return
        if _take_notice(schedule) and _take_up(schedule):
            ticked.taken_up.append(schedule.name)
        if not schedule.enabled:
            return
        known = standing_of(schedule, now)
        if known.due != schedule.next_due:
            _keep(schedule, next_due=known.due)
        if not known.has_come(now) or _is_open(schedule.last_run):
            if known.late and schedule.missed_since is None:
                _keep(schedule, missed_since=known.due)
            return
        _start(schedule, known, now, ticked)


def _start(schedule: Schedule, known: Standing, now: datetime, ticked: Ticked) -> None:
    """It is due: it is started, or says why not, and in any case is due again at its next time."""
    after = timing_of(schedule).after(known.due, now)
    missed = (schedule.missed_since or known.due) if known.late else None
    try:
        # What cannot be started leaves nothing behind
        with transaction.atomic():
            run = start_run(schedule)
    except StartError as error:
        _keep(schedule, next_due=after, missed_since=schedule.missed_since or known.due, message=str(error)[:500])
        ticked.failed[schedule.name] = str(error)
        return
    words = _missed_words(missed, known.missed) if missed else ""
    _keep(schedule, next_due=after, missed_since=missed, message=words, last_run=run, last_started=now)
    ticked.started.append(schedule.name)


def _missed_words(since: datetime, number: int) -> str:
    at = f"{timezone.localtime(since):%Y-%m-%d %H:%M}"
    words = ngettext(
        "{n} time was missed since {at}; it is made up for once.",
        "{n} times were missed since {at}; they are made up for once.",
        number,
    )
    return words.format(n=number, at=at)


def _is_open(run: Run | None) -> bool:
    return run is not None and state_of(run) in RunStateChoices.OPEN


def _take_notice(schedule: Schedule) -> bool:
    """Whether the last run was left behind by its worker, which its row is told then."""
    run = schedule.last_run
    if run is None:
        return False
    if not run.ended_already and state_of(run) not in RunStateChoices.OPEN:
        if run.job is not None:
            sync_state(run.job)
            run.refresh_from_db()
        else:
            finish(run, state=RunStateChoices.ABANDONED)
    return bool(run.state == RunStateChoices.ABANDONED)


def _take_up(schedule: Schedule) -> bool:
    """Have what is left of its last run done, unless that was tried too often already, or the schedule is another one
    by now."""
    run = schedule.last_run
    assert run is not None
    times = int(run.options.get(TAKEN_UP, 0))
    as_before = (
        schedule.enabled and run.user_id == schedule.run_as_id and (run.kind not in (KIND, PUSH) or schedule.armed)
    )
    if not as_before or times >= MOST_TAKEN_UP or not work_left(run):
        return False
    try:
        request = request_of(schedule)
    except StartError as error:
        _keep(schedule, message=str(error)[:500])
        return False
    run.options = {**run.options, TAKEN_UP: times + 1}
    run.save(update_fields=["options"])
    enqueue_run(run, request)
    return True


def _keep(schedule: Schedule, **values: object) -> None:
    """What a schedule knows of its runs; nobody's edit of it is touched, and the change log is about people."""
    for name, value in values.items():
        setattr(schedule, name, value)
    Schedule.objects.filter(pk=schedule.pk).update(**values)
