"""The beginning of a run that puts devices under maintenance: the plan as somebody saw it, written down."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from ..choices import RunOutcomeChoices
from ..fleet_sync.finding import MODELS
from ..fleet_sync.starting import key_of
from ..fleet_sync.writing import issue_json
from ..librenms_api import LibreNMSAPI
from ..models import Run, RunItem
from ..runs.opening import open_run
from .asking import AskedWindow
from .planning import MaintenancePlan

# As stored with each run
KIND = "maintenance"
# So many can be done while somebody waits
IN_REQUEST = 20


def start_maintenance(api: LibreNMSAPI, kind: str, plan: MaintenancePlan, asked: AskedWindow, *, request: Any) -> Run:
    """Write down what LibreNMS is to be told in the name of ``request.user``; nothing is yet."""
    return open_run(
        KIND,
        api.server.key,
        user=request.user,
        request=request,
        options=asked.as_json(),
        items=lambda run: _items(run, kind, plan),
    )


def _items(run: Run, kind: str, plan: MaintenancePlan) -> Iterator[RunItem]:
    object_type = ContentType.objects.get_for_model(MODELS[kind])
    for row in plan.rows:
        wanted = row.reason is None
        yield RunItem(
            run=run,
            key=key_of(kind, row.pk),
            name=row.name[:255],
            librenms_id=row.librenms_id,
            object_type=object_type,
            object_id=row.pk,
            object_repr=row.name[:200],
            outcome=RunOutcomeChoices.PENDING if wanted else RunOutcomeChoices.LEFT_OUT,
            issues=[] if row.reason is None else [issue_json(row.reason)],
            ended=None if wanted else timezone.now(),
        )
