"""In whose name a schedule may be made to run: nobody writes with rights that he does not have."""

from typing import Any

from django.utils.translation import gettext as _

from ..models import Schedule
from ..models.schedule import WRITES, differ


def why_not_his(schedule: Schedule, user: Any) -> str:
    """Why the user may not store the schedule like this, empty where he may: he has it run in his own name, or leaves
    all that it writes as it is."""
    if user.is_superuser:
        return ""
    before = Schedule.objects.filter(pk=schedule.pk).first() if schedule.pk else None
    if schedule.run_as_id == user.pk or (before is not None and not differ(schedule, before, WRITES)):
        return ""
    if before is None or before.run_as_id != schedule.run_as_id:
        return _("Only a superuser may have a schedule run as somebody else.")
    return _("It runs as {name}. Only a superuser, or {name}, may change what it writes.").format(name=before.run_as)
