"""Which objects a call is about: by their ids, or by NetBox's own filters; and who is to do the work."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from utilities.permissions import get_permission_for_model

from ..fleet_sync.finding import DEVICE, MODELS, FilterError, asked_filters, filtered, ids_of
from ..models import LibreNMSSettings
from ..runs.queue import workers_for_runs
from .fleet_serializers import IdsOrFilterSerializer, ids_field
from .problems import CallProblem

# Objects that a call may name
MOST_IDS = 2_000


class ChosenObjectsSerializer(IdsOrFilterSerializer):
    """Either ``ids`` or ``filter`` says which objects are meant."""

    type = serializers.ChoiceField(choices=list(MODELS), default=DEVICE, help_text="What the objects are")
    ids = ids_field(MOST_IDS)
    server = serializers.CharField(required=False, max_length=50, help_text="Key of the LibreNMS server")


def chosen_ids(asked: Mapping[str, Any], user: Any, *, most: int) -> Sequence[int]:
    """The objects that are meant, all of which must be there."""
    kind = asked.get("type", DEVICE)
    if "filter" in asked:
        try:
            pairs = [(name, value) for name, values in asked["filter"].items() for value in values or [""]]
            found = ids_of(filtered(kind, asked_filters(pairs), user))
        except FilterError as error:
            raise CallProblem("unknown_filter", str(error)) from error
        if len(found) > most:
            raise CallProblem("too_many", _("At most {most} objects are planned at once.").format(most=most))
        return found
    wanted = list(dict.fromkeys(asked["ids"]))
    seen = set(ids_of(MODELS[kind].objects.restrict(user, "view").filter(pk__in=wanted)))
    if missing := [one for one in wanted if one not in seen]:
        sentence = _("There is no {thing} {id} that you may view, so nothing was done.")
        thing = MODELS[kind]._meta.verbose_name
        raise CallProblem("not_found", sentence.format(thing=thing, id=missing[0]), ids=missing)
    return wanted


def require_somebody_to_do_it(user: Any, number: int, *, most: int, background: bool) -> None:
    """Before anything is written: a job that nobody takes would wait for ever, more than ``most`` objects for too long.
    Who may not look at a job has none."""
    if background and not user.has_perm(get_permission_for_model(LibreNMSSettings, "view")):
        raise PermissionDenied
    if background and not workers_for_runs():
        sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
        raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
    if not background and number > most:
        sentence = _("More than {most} objects would take too long for one request. Set “background” to true.")
        raise CallProblem("too_many", sentence.format(most=most))
