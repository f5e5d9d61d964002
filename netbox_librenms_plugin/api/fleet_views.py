"""REST of the sync of many objects, for devices and virtual machines."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from utilities.permissions import get_permission_for_model

from ..fleet_sync.documents import run_document, tally_document, totals_document
from ..fleet_sync.finding import (
    DEVICE,
    MODELS,
    VIRTUAL_MACHINE,
    FilterError,
    asked_filters,
    filtered,
    ids_of,
    loaded,
)
from ..fleet_sync.options import SyncOptions, UnknownFieldError
from ..fleet_sync.starting import IN_REQUEST, start_sync
from ..fleet_sync.tallies import Counter, Totals, source_of
from ..librenms_api import LibreNMSAPI
from ..models import LibreNMSSettings
from ..runs.control import enqueue_run
from ..runs.queue import workers_for_runs
from ..runs.worker import run_now
from ..sync.core.plan import SYNCABLE, Outcome
from .described import answer_example, body_example
from .fleet_serializers import LibreNMSFleetJobSerializer, LibreNMSFleetRunSerializer, LibreNMSFleetSyncSerializer
from .import_views import NO_WORKER
from .problems import CallProblem
from .requests import known_server
from .sync_views import EngineView

# Objects whose numbers one call gives
MOST_FORESEEN = 500
EXAMPLES = [
    body_example({"filter": {"site": ["ams1"], "status": ["active"]}, "resources": ["interfaces"], "background": True}),
    answer_example(
        {
            "run": 12,
            "state": "completed",
            "server": "production",
            "counts": {"synced": 1},
            "written": {"interfaces": 48},
            "left": 2,
            "results": [
                {
                    "object": {"type": "dcim.device", "id": 7, "name": "core-01"},
                    "librenms_id": 42,
                    "outcome": "synced",
                    "written": {"interfaces": 48},
                    "left": 2,
                    "issues": [],
                    "gaps": [],
                }
            ],
        },
        status="200",
    ),
    answer_example({"job": 31, "run": 12}, status="202"),
]


@extend_schema(
    request=LibreNMSFleetSyncSerializer,
    responses={200: LibreNMSFleetRunSerializer, 202: LibreNMSFleetJobSerializer, **NO_WORKER},
    examples=EXAMPLES,
)
class FleetSyncView(EngineView):
    """Make many objects agree with LibreNMS, as one run."""

    kind = ""

    def post(self, request: Request) -> Response:
        """Sync them while the caller waits, or in the background; with ``dry_run`` say what differs, in numbers."""
        body = LibreNMSFleetSyncSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        options = _options(asked)
        try:
            options.require_known()
        except UnknownFieldError as error:
            raise CallProblem("unknown_field", str(error)) from error
        api = LibreNMSAPI(known_server(asked.get("server")))
        ids = self._ids(asked)
        if asked["dry_run"]:
            return Response(self._foreseen(api, ids, options))
        self._require_somebody_to_do_it(ids, background=asked["background"])
        run = start_sync(api, request=request, objects={self.kind: ids}, options=options)
        if asked["background"]:
            job = enqueue_run(run, request)
            return Response({"job": job.pk, "run": run.pk}, status=status.HTTP_202_ACCEPTED)
        run_now(run, request)
        return Response(run_document(run, request.user))

    def _ids(self, asked: Mapping[str, Any]) -> Sequence[int]:
        """The objects that are meant, all of which must be there."""
        if "filter" in asked:
            try:
                pairs = [(name, value) for name, values in asked["filter"].items() for value in values or [""]]
                return ids_of(filtered(self.kind, asked_filters(pairs), self.request.user))
            except FilterError as error:
                raise CallProblem("unknown_filter", str(error)) from error
        wanted = list(dict.fromkeys(asked["ids"]))
        seen = set(ids_of(MODELS[self.kind].objects.restrict(self.request.user, "view").filter(pk__in=wanted)))
        if missing := [one for one in wanted if one not in seen]:
            sentence = _("There is no {thing} {id} that you may view, so nothing was written.")
            thing = MODELS[self.kind]._meta.verbose_name
            raise CallProblem("not_found", sentence.format(thing=thing, id=missing[0]), ids=missing)
        return wanted

    def _foreseen(self, api: LibreNMSAPI, ids: Sequence[int], options: SyncOptions) -> dict[str, Any]:
        if len(ids) > MOST_FORESEEN:
            sentence = _("Numbers are given for at most {most} objects at once. The command librenms_compare has all.")
            raise CallProblem("too_many", sentence.format(most=MOST_FORESEEN))
        totals, results = Totals(), []
        counter = Counter(source_of(api, len(ids), refresh=options.refresh), user=self.request.user, options=options)
        for one in counter.count(loaded(self.kind, ids, self.request.user)):
            totals.add(one)
            results.append(tally_document(one))
        return {"run": None, "server": api.server.key, **totals_document(totals), "results": results}

    def _require_somebody_to_do_it(self, ids: Sequence[int], *, background: bool) -> None:
        """Before anything is written: a job that nobody takes would wait for ever, many objects for too long. Who may
        not look at a job has none."""
        if background and not self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "view")):
            raise PermissionDenied
        if background and not workers_for_runs():
            sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
            raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
        if not background and len(ids) > IN_REQUEST:
            sentence = _("More than {most} objects would take too long for one request. Set “background” to true.")
            raise CallProblem("too_many", sentence.format(most=IN_REQUEST))


def _options(asked: Mapping[str, Any]) -> SyncOptions:
    return SyncOptions(
        resources=tuple(asked["resources"]) if "resources" in asked else None,
        exclude_fields=tuple(asked.get("exclude_fields", ())),
        outcomes=frozenset(Outcome(one) for one in asked.get("outcomes", SYNCABLE)),
        refresh=asked["refresh"],
    )


@extend_schema(summary="Sync many devices with LibreNMS", operation_id="plugins_librenms_plugin_devices_sync_many")
class DevicesSyncView(FleetSyncView):
    """Make many devices in NetBox agree with LibreNMS, as one run."""

    kind = DEVICE


@extend_schema(
    summary="Sync many virtual machines with LibreNMS",
    operation_id="plugins_librenms_plugin_virtual_machines_sync_many",
)
class VirtualMachinesSyncView(FleetSyncView):
    """Make many virtual machines in NetBox agree with LibreNMS, as one run."""

    kind = VIRTUAL_MACHINE
