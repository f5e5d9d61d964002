"""A sync of what deviations are about: exactly these rows and fields of their objects."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from ..fleet_sync.options import SyncOptions
from ..fleet_sync.starting import start_sync
from ..librenms_api import LibreNMSAPI
from ..models import Deviation, Run
from .deciding import of_server, rows_to_sync


def start_sync_of(
    rows: QuerySet[Deviation], api: LibreNMSAPI, *, request: Any, options: SyncOptions = SyncOptions()
) -> Run:
    """Write down that the deviations of the server among these are to be synced, as far as a sync writes them; nothing
    is written yet. What is no longer as it was stored is compared anew before it is written."""
    chosen = rows_to_sync(of_server(rows, api.server.key))
    objects: defaultdict[str, list[int]] = defaultdict(list)
    for kind, pk in chosen:
        objects[kind].append(pk)
    choices = {key: {"rows": some} for key, some in chosen.items()}
    return start_sync(api, request=request, objects=objects, options=options, choices=choices)
