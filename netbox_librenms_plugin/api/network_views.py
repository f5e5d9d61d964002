"""REST of the whole network: its numbers, and the comparison of it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dcim.filtersets import DeviceFilterSet
from dcim.models import Device
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from virtualization.filtersets import VirtualMachineFilterSet
from virtualization.models import VirtualMachine

from ..choices import ComparedKindChoices
from ..deviations import overview
from ..deviations.kinds import FIGURES, figures_of
from ..deviations.scopes import linked_objects
from ..deviations.starting import InBranchError, start_comparison, unlinked
from ..librenms_api import LibreNMSAPI
from ..models import Run
from ..models.compared_object import sees_network
from ..runs.access import state_of
from ..runs.control import enqueue_run
from ..runs.queue import workers_for_runs
from .chosen_rows import found_by
from .described import answer_example, body_example
from .network_serializers import (
    LibreNMSComparisonStartedSerializer,
    LibreNMSNetworkComparisonSerializer,
    LibreNMSNetworkSerializer,
    NetworkQuerySerializer,
)
from .problems import CallProblem
from .requests import known_server
from .sync_views import RESPONSES, EngineView

MODELS: Mapping[str, Any] = {
    ComparedKindChoices.DEVICE: (Device, DeviceFilterSet),
    ComparedKindChoices.VIRTUAL_MACHINE: (VirtualMachine, VirtualMachineFilterSet),
}
PROBLEMS = {
    **{code: RESPONSES[code] for code in (400, 403)},
    503: OpenApiResponse(RESPONSES[503].response, "No LibreNMS server is configured, or NetBox's database is away"),
}
NO_WORKER = {
    **PROBLEMS,
    503: OpenApiResponse(RESPONSES[503].response, "No background worker runs (code no_worker); nothing was started"),
}


class NetworkView(EngineView):
    """How far NetBox and the network differ."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_network_retrieve",
        summary="Read the numbers of the whole network",
        parameters=[NetworkQuerySerializer],
        responses={200: LibreNMSNetworkSerializer, **PROBLEMS},
        examples=[
            answer_example(
                {
                    "server": "production",
                    "open": 480,
                    "totals": [{"resource": "interfaces", "open": 480, "accepted": 0, "extra": 12, "causes": 7}],
                    "coverage": {"compared": 800, "failed": 1, "not_compared": 14},
                    "trend": [{"day": "2026-11-22", "open": 512}, {"day": "2026-11-23", "open": 480}],
                },
                status="200",
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Totals by resource, how much they are about, and their trend: stored numbers; LibreNMS is not asked."""
        query = NetworkQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        server = LibreNMSAPI(known_server(query.validated_data.get("server"))).server.key
        user, whole = request.user, sees_network(request.user)
        totals = sorted((asdict(one) for one in overview.totals(server, user)), key=lambda one: str(one["resource"]))
        running, last = overview.last_runs(server)
        if running is not None:
            running.state = state_of(running)
            if running.ended_already:
                running, last = None, running
        days = overview.trend(server, overview.today()) if whole else None
        document = {
            "server": server,
            **{name: sum(one[name] for one in totals) for name in ("open", "accepted", "extra")},
            "totals": totals,
            "coverage": {
                **asdict(overview.coverage(server, user)),
                "not_compared": unlinked(server) if whole else None,
            },
            "trend": None if days is None else [{"day": day, "open": number} for day, number in days],
            "running": _run_document(running),
            "last": _run_document(last),
        }
        return Response(LibreNMSNetworkSerializer(document).data)


def _run_document(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    figures = figures_of(run)
    return {
        "run": run.pk,
        "job": run.job_id,
        "state": run.state,
        "created": run.created,
        "ended": run.ended,
        **{name: figures[name] for name in FIGURES},
    }


class NetworkCompareView(EngineView):
    """The comparison of the network."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_network_compare",
        summary="Compare the network in the background",
        request=LibreNMSNetworkComparisonSerializer,
        responses={202: LibreNMSComparisonStartedSerializer, **NO_WORKER},
        examples=[
            body_example({"server": "production", "filter": {"device": {"site_id": 1}}, "resources": ["interfaces"]}),
            answer_example({"run": 12, "job": 31, "objects": 800}, status="202"),
        ],
    )
    def post(self, request: Request) -> Response:
        """Everything that is linked, or what is named. Deviations are stored; NetBox's objects are not changed."""
        body = LibreNMSNetworkComparisonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        among = self._among(asked)
        api = LibreNMSAPI(known_server(asked.get("server")))
        if not workers_for_runs():
            sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
            raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
        if among is not None and not linked_objects(api, dict(among)):
            sentence = _("None of these objects that you may view is linked to this LibreNMS server.")
            raise CallProblem("nothing_linked", sentence)
        try:
            run = start_comparison(
                api,
                request=request,
                among=among,
                resources=asked.get("resources"),
                complete=asked["complete"],
                force=asked["force"],
            )
        except InBranchError as error:
            raise CallProblem("in_branch", str(error)) from error
        job = enqueue_run(run, request)
        answer = {"run": run.pk, "job": job.pk, "objects": run.options["objects"]}
        return Response(answer, status=status.HTTP_202_ACCEPTED)

    def _among(self, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Kind → the IDs that are named, of objects that the caller may view; None for everything."""
        if "ids" not in asked and "filter" not in asked:
            return None
        if "ids" in asked and "filter" in asked:
            raise CallProblem("invalid", _("Name objects either by ids or by a filter."))
        named = {kind: one for kind, one in (asked.get("ids") or asked.get("filter") or {}).items() if one}
        if not named:
            raise CallProblem("nothing_chosen", _("No object is named, which would mean everything."))
        return {kind: self._ids(kind, one) for kind, one in named.items()}

    def _ids(self, kind: str, named: Any) -> Any:
        model, filterset = MODELS[kind]
        visible = model.objects.restrict(self.request.user, "view")
        rows = (
            visible.filter(pk__in=named)
            if isinstance(named, list)
            else found_by(filterset, named, visible, self.request)
        )
        return rows.order_by().values("pk")
