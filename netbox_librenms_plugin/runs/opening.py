"""The beginning of a run: written down with all of its items before anything is done."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from netbox.plugins import get_plugin_config

from ..branching import active_branch
from ..choices import RunStateChoices
from ..models import Run, RunItem, Schedule

PLUGIN = "netbox_librenms_plugin"


def open_run(
    kind: str,
    server: str,
    *,
    user: Any,
    request: Any,
    items: Callable[[Run], Iterable[RunItem]],
    options: Mapping[str, Any] | None = None,
    schedule: Schedule | None = None,
) -> Run:
    """Write down what is to be done in the name of ``user``, with ``request``'s id; nothing is done yet. ``schedule``:
    the one that starts it. Runs older than ``run_retention_days`` go."""
    with transaction.atomic():
        run = Run.objects.create(
            kind=kind,
            user=user,
            user_name=user.username,
            request_id=request.id,
            server=server,
            branch=active_branch(),
            options=dict(options or {}),
            schedule=schedule,
        )
        RunItem.objects.bulk_create(items(run), batch_size=500)
    oldest = timezone.now() - timedelta(days=get_plugin_config(PLUGIN, "run_retention_days"))
    ended = Run.objects.exclude(state__in=RunStateChoices.OPEN)
    ended.filter(created__lt=oldest).exclude(pk=run.pk).delete()
    return run
