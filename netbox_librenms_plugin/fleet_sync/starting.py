"""The beginning of a sync of many objects."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from ..choices import RunOutcomeChoices
from ..custom_fields import FIELD_NAME
from ..librenms.identity import read_id
from ..librenms_api import LibreNMSAPI
from ..models import Run, RunItem, Schedule
from ..runs.opening import open_run
from ..sync.core.issues import Issue
from .finding import MODELS, loaded
from .options import SyncOptions
from .writing import issue_json

# As stored with each run; one in shadow plans, and writes nothing
KIND, SHADOW = "sync", "shadow"
# So many objects can be synced while somebody waits
IN_REQUEST = 20


def start_sync(
    api: LibreNMSAPI,
    *,
    request: Any,
    objects: Mapping[str, Sequence[int]],
    options: SyncOptions = SyncOptions(),
    choices: Mapping[tuple[str, int], Mapping[str, Any]] | None = None,
    left_out: Mapping[tuple[str, int], Issue] | None = None,
    kind: str = KIND,
    schedule: Schedule | None = None,
    said: Mapping[str, Any] | None = None,
) -> Run:
    """Write down what is to be synced in the name of ``request.user``; nothing is yet. ``objects``: kind → ids, of
    which those that the user may not view are left out.

    ``choices``: (kind, id) → ``{"rows": {resource: [keys]}, "seen": {resource: {key: fingerprint}}}``, both where there
    are any: only these rows, as far as they are as they were seen; or ``{"left": {resource: what is left to somebody
    else}}``. ``left_out``: (kind, id) → why nothing is done for it. ``schedule``: the one that starts it. ``said``:
    what else is kept with the run: ``{"force": why the guards are passed by, "forced_by": whose word that is}``.

    Raises ``UnknownResourceError`` and ``UnknownFieldError``.
    """
    options.require_known()
    return open_run(
        kind,
        api.server.key,
        user=request.user,
        request=request,
        options={**options.as_json(), **(said or {})},
        items=lambda run: _items(run, api, objects, choices or {}, left_out or {}),
        schedule=schedule,
    )


def _items(
    run: Run,
    api: LibreNMSAPI,
    objects: Mapping[str, Sequence[int]],
    choices: Mapping[tuple[str, int], Mapping[str, Any]],
    left_out: Mapping[tuple[str, int], Issue],
) -> Iterator[RunItem]:
    for kind, ids in objects.items():
        object_type = ContentType.objects.get_for_model(MODELS[kind])
        for one in loaded(kind, ids, run.user):
            reason = left_out.get((kind, one.pk))
            yield RunItem(
                run=run,
                key=key_of(kind, one.pk),
                name=str(one)[:255],
                librenms_id=own_id(one, api),
                choice=dict(choices.get((kind, one.pk), {})),
                object_type=object_type,
                object_id=one.pk,
                object_repr=str(one)[:200],
                outcome=RunOutcomeChoices.PENDING if reason is None else RunOutcomeChoices.LEFT_OUT,
                issues=[] if reason is None else [issue_json(reason)],
                ended=None if reason is None else timezone.now(),
            )


def key_of(kind: str, pk: int) -> str:
    """The key of the item about an object."""
    return f"{kind}:{pk}"


def own_id(instance: Any, api: LibreNMSAPI) -> int | None:
    """The LibreNMS id that an object itself carries for the server."""
    return read_id(instance.custom_field_data.get(FIELD_NAME), api.server.key, api.bare_key)
