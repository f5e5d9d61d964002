"""The beginning of a run that adds devices to LibreNMS, or changes them there: the plan as somebody saw it, written
down."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from ..choices import RunOutcomeChoices
from ..fleet_sync.finding import MODELS, loaded
from ..fleet_sync.starting import key_of, own_id
from ..fleet_sync.writing import issue_json
from ..librenms_api import LibreNMSAPI
from ..models import Run, RunItem, Schedule
from ..runs.opening import open_run
from ..sync.push.keeping import Value
from ..sync.push.rows import Action, PushRow
from .options import PushOptions
from .planning import PushPlan

# As stored with each run; one in shadow plans, and tells LibreNMS nothing
KIND, SHADOW = "push", "push_shadow"
# So many can be added while somebody waits: LibreNMS asks each device, which takes up to 13 seconds
IN_REQUEST = 3
# So many can be changed: LibreNMS asks nobody
CHANGED_IN_REQUEST = 25
# Of a text that is kept with a run
LONGEST_KEPT = 200


def wanted_of(plan: PushPlan, options: PushOptions) -> int:
    """How many objects a run of this plan would do something for."""
    return sum(is_wanted(row, options) for row in plan.rows)


def can_wait(plan: PushPlan, options: PushOptions) -> bool:
    """Whether a run of this plan is short enough for somebody to wait for it."""
    wanted = Counter(row.action for row in plan.rows if is_wanted(row, options))
    changed = wanted.pop(Action.CHANGE, 0)
    return wanted.total() <= IN_REQUEST and changed <= CHANGED_IN_REQUEST


def start_push(api: LibreNMSAPI, kind: str, plan: PushPlan, *, request: Any, options: PushOptions) -> Run:
    """Write down what LibreNMS is to be told in the name of ``request.user``; nothing is yet."""
    return open_run(
        KIND,
        api.server.key,
        user=request.user,
        request=request,
        options=options.as_json(),
        items=lambda run: _items(run, kind, plan, options),
    )


def _items(run: Run, kind: str, plan: PushPlan, options: PushOptions) -> Iterator[RunItem]:
    object_type = ContentType.objects.get_for_model(MODELS[kind])
    for row in plan.rows:
        wanted = is_wanted(row, options)
        yield RunItem(
            run=run,
            key=key_of(kind, row.id),
            name=row.name[:255],
            librenms_id=row.librenms_id,
            choice={"expected": row.fingerprint, "asked": _asked(row)} if wanted else {},
            object_type=object_type,
            object_id=row.id,
            object_repr=row.name[:200],
            outcome=RunOutcomeChoices.PENDING if wanted else _NOT_WANTED.get(row.action, RunOutcomeChoices.LEFT_OUT),
            issues=[] if wanted else [issue_json(one) for one in row.issues],
            ended=None if wanted else timezone.now(),
        )


_NOT_WANTED = {Action.SAME: RunOutcomeChoices.AGREES}


def start_unseen(
    api: LibreNMSAPI,
    *,
    request: Any,
    objects: Mapping[str, Sequence[int]],
    options: PushOptions,
    schedule: Schedule,
    kind: str = KIND,
    said: Mapping[str, Any] | None = None,
) -> Run:
    """Write down which objects (kind → ids) LibreNMS may have to be told of, as far as ``request.user`` may view them.
    The run itself plans them, within the guards of ``options``. ``said``: what else is kept with it: ``{"force": why
    the guards are passed by, "forced_by": whose word that is}``."""
    return open_run(
        kind,
        api.server.key,
        user=request.user,
        request=request,
        options={**options.as_json(), **(said or {})},
        items=lambda run: _unseen_items(run, api, objects),
        schedule=schedule,
    )


def _unseen_items(run: Run, api: LibreNMSAPI, objects: Mapping[str, Sequence[int]]) -> Iterator[RunItem]:
    for kind, ids in objects.items():
        object_type = ContentType.objects.get_for_model(MODELS[kind])
        for one in loaded(kind, ids, run.user):
            yield RunItem(
                run=run,
                key=key_of(kind, one.pk),
                name=str(one)[:255],
                librenms_id=own_id(one, api),
                object_type=object_type,
                object_id=one.pk,
                object_repr=str(one)[:200],
            )


def is_wanted(row: PushRow, options: PushOptions) -> bool:
    """Whether something is done for an object."""
    chosen = {Action.ADD: options.add, Action.LINK: options.link, Action.CHANGE: options.change}
    return chosen.get(row.action, False)


def _asked(row: PushRow) -> dict[str, Any]:
    """What was asked for, for who looks later; of the profile its name alone."""
    said = {
        "action": row.action.value,
        "hostname": row.hostname,
        "display": row.display,
        "location": row.location,
        "profile": row.profile,
        "poller_group": row.poller_group,
        "ping_only": row.ping_only,
        "rule": row.rule,
        "fields": asked_fields(row),
    }
    return {name: value for name, value in said.items() if value not in ("", 0, False, {})}


def asked_fields(row: PushRow) -> dict[str, list[Value]]:
    """Field → what LibreNMS had, and what it is told."""
    return {one.field.value: [_short(one.found), _short(one.wanted)] for one in row.fields if one.is_told}


def _short(value: Value) -> Value:
    return value[:LONGEST_KEPT] if isinstance(value, str) else value
