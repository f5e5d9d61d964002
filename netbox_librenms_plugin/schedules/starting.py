"""The start of a schedule's run, in the name of whom it runs."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from utilities.request import NetBoxFakeRequest

from ..branching import active_branch, cookies_of
from ..choices import ScheduleActionChoices, ScheduleObjectsChoices
from ..compat import apply_request_processors
from ..deviations.starting import InBranchError, start_comparison
from ..fleet_sync.finding import FilterError
from ..fleet_sync.guards import Guards
from ..fleet_sync.options import UnknownFieldError
from ..fleet_sync.starting import KIND, SHADOW, start_sync
from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..models import LibreNMSSettings, Run, Schedule
from ..models.schedule import MOST_ADDED, MOST_CHANGES, MOST_EACH
from ..push.starting import KIND as PUSH
from ..push.starting import SHADOW as PUSH_SHADOW
from ..push.starting import start_unseen
from ..resources import UnknownResourceError
from ..runs.control import enqueue_run
from ..runs.kinds import CHANGE, VIEW
from ..sync.core.issues import Code, issue
from .checking import options_of, push_options_of
from .objects import ids_by_kind
from .order import order_of


class StartError(Exception):
    """A schedule cannot be started; the text is a sentence for people."""


def request_of(schedule: Schedule) -> NetBoxFakeRequest:
    """The request in whose name a schedule works: its user's, in its branch. Raises ``StartError``."""
    user = schedule.run_as
    if user is None or not user.is_active:
        raise StartError(_("The user it runs as is gone, or no longer active. Choose another one."))
    cookies = cookies_of(schedule.branch)
    if cookies is None:
        sentence = _("There is no branch “{name}” that can be written to.")
        raise StartError(sentence.format(name=schedule.branch))
    empty: dict[str, Any] = {name: {} for name in ("META", "GET", "POST", "FILES", "headers")}
    told = {"id": uuid.uuid4(), "user": user, "method": "POST", "path": "/", "path_info": "/", "COOKIES": cookies}
    return NetBoxFakeRequest({**empty, **told})


def guards_of(schedule: Schedule) -> Guards:
    """Its own guards, else the plugin's."""
    return Guards(
        fewer_percent=schedule.shrink_percent or LibreNMSSettings.load().fewer_percent,
        most_changes=_most_changes(schedule),
        most_each=MOST_EACH if schedule.most_each is None else schedule.most_each,
    )


def _most_changes(schedule: Schedule) -> int:
    if schedule.most_changes is not None:
        return int(schedule.most_changes)
    return MOST_ADDED if schedule.adds else MOST_CHANGES


def start_run(schedule: Schedule, *, force: Mapping[str, str] | None = None) -> Run:
    """Write down a run of it and put that into the queue, in whoever's transaction this is.

    ``force``: ``{"force": why the guards are passed by, "forced_by": whose word that is}``. Raises ``StartError``.
    """
    if active_branch():
        raise StartError(_("Schedules are started in main. Leave the branch."))
    request = request_of(schedule)
    if not request.user.has_perms((VIEW, CHANGE)):
        sentence = _("It runs as {name}, who may not change the plugin's settings and so may not compare or sync.")
        raise StartError(sentence.format(name=request.user.username))
    try:
        with apply_request_processors(request):
            run = _STARTS[schedule.action](schedule, request, force)
            enqueue_run(run, request)
    except (FilterError, InBranchError, UnknownFieldError) as error:
        raise StartError(str(error)) from error
    except UnknownResourceError as error:
        raise StartError(_("There is no resource “{name}” any more.").format(name=error)) from error
    except LibreNMSError as error:
        raise StartError(error.message) from error
    return run


def _sync(schedule: Schedule, request: Any, force: Mapping[str, str] | None) -> Run:
    objects = ids_by_kind(schedule)
    _require_any(objects)
    order = order_of(schedule, objects)
    reasons = {key: issue(Code.KEPT_BY_SCHEDULE, name=name) for key, name in order.whole.items()}
    return start_sync(
        LibreNMSAPI(schedule.server),
        request=request,
        objects=objects,
        options=replace(options_of(schedule), guards=guards_of(schedule)),
        choices={key: {"left": left} for key, left in order.as_kept().items()},
        left_out=reasons,
        kind=KIND if schedule.armed else SHADOW,
        schedule=schedule,
        said={**(force or {}), **({"left_to": order.names} if order.names else {})},
    )


def _adding(schedule: Schedule, request: Any, force: Mapping[str, str] | None) -> Run:
    objects = ids_by_kind(schedule)
    _require_any(objects)
    return start_unseen(
        LibreNMSAPI(schedule.server),
        request=request,
        objects=objects,
        options=replace(push_options_of(schedule), guards=guards_of(schedule)),
        schedule=schedule,
        kind=PUSH if schedule.armed else PUSH_SHADOW,
        said=force,
    )


def _comparison(schedule: Schedule, request: Any, force: Mapping[str, str] | None) -> Run:
    everything = {schedule.devices, schedule.virtual_machines} == {ScheduleObjectsChoices.ALL}
    among = None if everything else ids_by_kind(schedule)
    if among is not None:
        _require_any(among)
    return start_comparison(
        LibreNMSAPI(schedule.server),
        request=request,
        among=among,
        resources=schedule.resources or None,
        complete=True,
        force=(force or {}).get("force", ""),
        fewer_percent=schedule.shrink_percent,
        schedule=schedule,
    )


def _require_any(objects: Mapping[str, Any]) -> None:
    if not any(objects.values()):
        raise StartError(_("No object matches, so nothing was started."))


_STARTS: Mapping[str, Callable[[Schedule, Any, Mapping[str, str] | None], Run]] = {
    ScheduleActionChoices.COMPARE: _comparison,
    ScheduleActionChoices.SYNC: _sync,
    ScheduleActionChoices.PUSH: _adding,
}
