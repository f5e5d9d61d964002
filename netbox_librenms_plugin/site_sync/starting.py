"""The beginning of a sync of sites: what is asked for is written down, then worked off at once or in the background."""

from collections.abc import Iterable, Iterator
from typing import Any

from dcim.models import Site
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from ..choices import RunOutcomeChoices
from ..fleet_sync.writing import issue_json
from ..librenms_api import LibreNMSAPI
from ..models import Run, RunItem
from ..runs.control import enqueue_run
from ..runs.opening import open_run
from ..runs.worker import run_now
from ..sync.sites.plan import RESOURCE
from .choosing import Wish, Wishes

# As stored with each run
KIND = "sites"


def start(api: LibreNMSAPI, asked: Wishes, *, request: Any) -> Run:
    """Write down what is to be done in the name of ``request.user``; nothing is yet."""
    site_type = ContentType.objects.get_for_model(Site)
    return open_run(
        KIND, api.server.key, user=request.user, request=request, items=lambda run: _items(run, asked.all, site_type)
    )


def sync_sites(api: LibreNMSAPI, asked: Wishes, *, request: Any) -> Run:
    """Do it while the caller waits. Raises ``LibreNMSError`` where LibreNMS cannot be asked at all."""
    run = start(api, asked, request=request)
    run_now(run, request)
    return run


def sync_sites_in_background(api: LibreNMSAPI, asked: Wishes, *, request: Any) -> Run:
    """Have it done by a worker."""
    run = start(api, asked, request=request)
    enqueue_run(run, request)
    return run


def _items(run: Run, asked: Iterable[Wish], site_type: ContentType) -> Iterator[RunItem]:
    for one in asked:
        left_out = one.problem is not None
        site = one.row.site
        yield RunItem(
            run=run,
            key=f"{one.row.key}/{one.action.value}"[:100],
            name=one.row.name[:255],
            choice={
                "key": one.row.key,
                "action": one.action.value,
                "expected": one.row.fingerprint,
                **({"site": one.site} if one.site is not None else {}),
            },
            object_type=site_type if site is not None else None,
            object_id=site.id if site is not None else None,
            object_repr=site.name[:200] if site is not None else "",
            outcome=RunOutcomeChoices.LEFT_OUT if left_out else RunOutcomeChoices.PENDING,
            issues=[issue_json(one.problem, resource=RESOURCE)] if one.problem is not None else [],
            ended=timezone.now() if left_out else None,
        )
