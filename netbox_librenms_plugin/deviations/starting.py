"""The beginning of a comparison of many objects."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ..branching import active_branch
from ..librenms_api import LibreNMSAPI
from ..models import ComparedObject, Run, RunItem, Schedule
from ..models.compared_object import NETBOX_MODELS
from ..resources import chosen_resources
from ..runs.opening import open_run
from .phases import KIND, WHOLE
from .scopes import ObjectKey, chunks, linked_objects


class InBranchError(Exception):
    """Deviations are those of main: nobody would know what numbers of a branch mean. The text says so."""


def start_comparison(
    api: LibreNMSAPI,
    *,
    request: Any,
    among: Mapping[str, Any] | None = None,
    resources: Iterable[str] | None = None,
    complete: bool = False,
    threshold: int | None = None,
    force: str = "",
    fewer_percent: int | None = None,
    schedule: Schedule | None = None,
) -> Run:
    """Write down what is to be compared: everything that is linked to the server, or only ``among`` (kind → ids or a
    queryset of ids). Nothing is compared yet.

    ``complete``: what LibreNMS's lists lack is asked for, device by device. ``threshold``: see ``Moment``. ``force``:
    why the lists are to be believed although they are far shorter than the last time; ``fewer_percent``: what that
    means, else what the settings say. ``schedule``: the one that starts it. Raises ``InBranchError`` and
    ``UnknownResourceError``.
    """
    if active_branch():
        raise InBranchError(_("Deviations are those of main. Leave the branch to compare the network."))
    keys = linked_objects(api, dict(among) if among is not None else None)
    names = None if resources is None else [one.name for one in chosen_resources(resources)]
    return open_run(
        KIND,
        api.server.key,
        user=request.user,
        request=request,
        options={
            "resources": names,
            "complete": complete,
            "threshold": threshold,
            "everything": among is None and names is None,
            "force": force,
            "fewer_percent": fewer_percent,
            "objects": len(keys),
        },
        items=lambda run: _items(run, keys),
        schedule=schedule,
    )


def _items(run: Run, keys: Sequence[ObjectKey]) -> Iterable[RunItem]:
    before = 0
    for number, some in enumerate(chunks(keys), start=1):
        name = _("Objects {first}–{last}").format(first=before + 1, last=before + len(some))
        before += len(some)
        yield RunItem(run=run, key=f"chunk-{number}", name=name, choice={"objects": some})
    yield RunItem(run=run, key=WHOLE, name=_("The network as a whole"))


def unlinked(server: str) -> int:
    """How many objects of NetBox were never compared with the server."""
    known = ComparedObject.objects.filter(server=server)
    return sum(
        model.objects.exclude(pk__in=known.filter(kind=kind).values("object_id")).count()
        for kind, model in NETBOX_MODELS.items()
    )
