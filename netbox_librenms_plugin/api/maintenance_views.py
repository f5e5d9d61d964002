"""REST of maintenance in LibreNMS."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from ..fleet_sync.finding import DEVICE
from ..librenms_api import LibreNMSAPI
from ..maintenance.asking import AskedWindow, AskError, asked_window
from ..maintenance.documents import plan_document, run_document
from ..maintenance.planning import MOST, plan_maintenance
from ..maintenance.starting import IN_REQUEST, start_maintenance
from ..runs.control import enqueue_run
from ..runs.worker import run_now
from .chosen_objects import chosen_ids, require_somebody_to_do_it
from .described import answer_example, body_example
from .import_views import NO_WORKER
from .maintenance_serializers import (
    LibreNMSMaintenanceJobSerializer,
    LibreNMSMaintenanceRunSerializer,
    LibreNMSMaintenanceSerializer,
)
from .problems import CallProblem
from .requests import known_server
from .sync_views import EngineView

EXAMPLES = [
    body_example({"filter": {"site": ["ams1"], "tag": ["core"]}, "minutes": 120, "note": "New line cards"}),
    answer_example(
        {
            "run": 12,
            "state": "completed",
            "server": "production",
            "window": {"minutes": 120, "start": None, "local_start": None, "note": "New line cards"},
            "counts": {"done": 1},
            "results": [
                {
                    "object": {"type": "dcim.device", "id": 7, "name": "core-01"},
                    "outcome": "done",
                    "librenms_id": 42,
                    "issues": [],
                }
            ],
        },
        status="200",
    ),
    answer_example({"job": 31, "run": 12}, status="202"),
]


class MaintenanceView(EngineView):
    """Put devices or virtual machines under maintenance in LibreNMS, as one run. A window cannot be ended by LibreNMS's
    API, so neither from here."""

    @extend_schema(
        summary="Put devices under maintenance in LibreNMS",
        operation_id="plugins_librenms_plugin_maintenance",
        request=LibreNMSMaintenanceSerializer,
        responses={200: LibreNMSMaintenanceRunSerializer, 202: LibreNMSMaintenanceJobSerializer, **NO_WORKER},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Now, or from ``start`` on; while the caller waits, or in the background. With ``dry_run`` say which of the
        objects LibreNMS knows for certain. LibreNMS is told of each device once, whatever becomes of its answer."""
        body = LibreNMSMaintenanceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        api = LibreNMSAPI(known_server(said.get("server")))
        kind, ids = said.get("type", DEVICE), chosen_ids(said, request.user, most=MOST)
        asked = _asked(api, said)
        plan = plan_maintenance(api, kind, ids, user=request.user)
        if said["dry_run"]:
            return Response({"run": None, "server": api.server.key, **plan_document(plan, asked)})
        if said.get("expected", plan.digest) != plan.digest:
            sentence = _("Something has changed since this plan was made, so nothing was begun. Look at it again.")
            raise CallProblem("stale", sentence, status_code=status.HTTP_409_CONFLICT)
        background = said["background"]
        require_somebody_to_do_it(request.user, len(plan.wanted), most=IN_REQUEST, background=background)
        run = start_maintenance(api, kind, plan, asked, request=request)
        if background:
            job = enqueue_run(run, request)
            return Response({"job": job.pk, "run": run.pk}, status=status.HTTP_202_ACCEPTED)
        run_now(run, request)
        return Response(run_document(run, request.user))


def _asked(api: LibreNMSAPI, said: Mapping[str, Any]) -> AskedWindow:
    window = {name: said[name] for name in ("minutes", "start", "end", "note") if name in said}
    try:
        return asked_window(now=timezone.now(), clock=api.clock(), **window)
    except AskError as error:
        raise CallProblem("invalid", str(error), errors={error.about: [str(error)]}) from error
