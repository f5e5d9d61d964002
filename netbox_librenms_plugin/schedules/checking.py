"""What is wrong with a schedule, by what it would do: asked by the model itself before it is stored."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from ..branching import cookies_of
from ..choices import ScheduleObjectsChoices, SchedulePushChoices
from ..fleet_sync.finding import FilterError, filtered
from ..fleet_sync.options import SyncOptions, UnknownFieldError
from ..models import Schedule
from ..push.options import PushOptions
from ..resources import RESOURCES
from ..sync.core.plan import SYNCABLE, Outcome
from .objects import FIELDS, filters_of
from .timing import timing_of


def problems(schedule: Schedule) -> Mapping[str, str]:
    """Field → what is wrong with it, in a sentence."""
    wrong: dict[str, str] = {}
    for kind, (which, filters) in FIELDS.items():
        if getattr(schedule, which) != ScheduleObjectsChoices.SOME:
            continue
        try:
            # Looked at in the name of whom it runs; without him it will not run
            if schedule.run_as is not None:
                filtered(kind, filters_of(getattr(schedule, filters)), schedule.run_as)
            else:
                filters_of(getattr(schedule, filters))
        except FilterError as error:
            wrong[filters] = str(error)
    if unknown := [one for one in schedule.resources if one not in RESOURCES]:
        sentence = _("There is no resource “{name}”. Choose one of: {known}")
        wrong["resources"] = sentence.format(name=unknown[0], known=", ".join(RESOURCES))
        return wrong
    try:
        options_of(schedule).require_known()
    except UnknownFieldError as error:
        wrong["exclude_fields"] = str(error)
    if schedule.branch and cookies_of(schedule.branch) is None:
        wrong["branch"] = _("There is no branch “{name}” that can be written to.").format(name=schedule.branch)
    if schedule.at is not None and "at" not in wrong:
        window = timing_of(schedule).window
        if window is not None and not window.holds(schedule.at):
            wrong["at"] = _("It lies outside of the window in which the schedule may begin.")
    return wrong


def options_of(schedule: Schedule) -> SyncOptions:
    """What is chosen for all of its objects, without guards."""
    return SyncOptions(
        resources=tuple(schedule.resources) or None,
        exclude_fields=tuple(schedule.exclude_fields),
        outcomes=frozenset(Outcome(one) for one in schedule.outcomes if one in SYNCABLE),
        refresh=True,
    )


def push_options_of(schedule: Schedule) -> PushOptions:
    """How its objects are added to LibreNMS, without guards."""
    chosen = schedule.push_options
    return PushOptions(
        ping_only=SchedulePushChoices.PING_ONLY in chosen,
        forced=SchedulePushChoices.FORCE_ADD in chosen,
        link=SchedulePushChoices.LINK in chosen,
    )
