"""REST of compare and sync, for devices and virtual machines."""

from typing import Any

from dcim.models import Device
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from virtualization.models import VirtualMachine

from ..engine import NotIdentifiedError, Options, apply, compare, preview
from ..engine.documents import comparison_document, run_document
from .described import answer_example, body_example
from .permissions import PluginPermission
from .problems import response_to
from .requests import SyncRequest, known_server
from .sync_serializers import (
    CompareQuerySerializer,
    LibreNMSComparisonSerializer,
    LibreNMSProblemSerializer,
    LibreNMSRunSerializer,
    LibreNMSSyncSerializer,
)

PROBLEMS = {
    400: "Unknown resource, row, field, member or server, or a body that cannot be read",
    403: "The plugin's permission is missing, or the token may not write",
    404: "No such object, or LibreNMS does not know it (code not_identified)",
    409: "The object can be several devices in LibreNMS (code ambiguous)",
    502: "LibreNMS cannot be used; the code says why",
    503: "No LibreNMS server is configured, somebody else waits for the same answer (code busy: try again), or "
    "NetBox's database cannot be used (code database_unavailable)",
    504: "LibreNMS did not answer in time",
}
RESPONSES = {
    code: OpenApiResponse(response=LibreNMSProblemSerializer, description=text) for code, text in PROBLEMS.items()
}


COMPARED = answer_example(
    {
        "server": "production",
        "librenms_id": 42,
        "object": {"type": "dcim.device", "id": 7, "name": "core-01"},
        "plans": [{"resource": "interfaces", "counts": {"same": 48}, "changes": [], "gaps": []}],
        "errors": [],
    },
    status="200",
)
SYNCED = [
    body_example({"resources": ["vlans", "interfaces"], "exclude_fields": ["description"], "dry_run": True}),
    answer_example(
        {
            "run": 17,
            "server": "production",
            "librenms_id": 42,
            "object": {"type": "dcim.device", "id": 7, "name": "core-01"},
            "results": [{"resource": "interfaces", "applied": {"missing": 1}, "failed": [], "stale": [], "gaps": []}],
        },
        status="200",
    ),
]


class EngineView(APIView):
    """What the calls share: permissions, the object, and answers to what can go wrong."""

    permission_classes = [PluginPermission]
    schema = AutoSchema()
    model: Any = None

    def handle_exception(self, exc: Exception) -> Response:
        """Every answer that is none has a sentence and a code."""
        known = response_to(exc)
        if known is not None:
            known.exception = True
            return known
        response = super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)
        if isinstance(response.data, dict):
            response.data.setdefault("code", getattr(exc, "default_code", "not_found"))
        return response

    def get_instance(self, pk: int) -> Any:
        """The object, if the user may view it."""
        instance = self.model.objects.restrict(self.request.user, "view").filter(pk=pk).first()
        if instance is None:
            raise Http404
        return instance


@extend_schema(
    parameters=[CompareQuerySerializer],
    responses={200: LibreNMSComparisonSerializer, **RESPONSES},
)
class CompareView(EngineView):
    """NetBox beside LibreNMS."""

    def get(self, request: Request, pk: int) -> Response:
        """The plans of one object. Nothing in NetBox is changed."""
        query = CompareQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = next(
            compare(
                [self.get_instance(pk)],
                user=request.user,
                resources=asked.get("resource"),
                server=known_server(asked.get("server")),
                options=Options(refresh=asked["refresh"]),
            ),
            None,
        )
        if found is None:
            raise Http404
        if found.error is not None:
            raise found.error
        if found.librenms_id is None:
            raise NotIdentifiedError(found.identification)
        return Response(comparison_document(found))


@extend_schema(request=LibreNMSSyncSerializer, responses={200: LibreNMSRunSerializer, **RESPONSES})
class SyncView(EngineView):
    """Make NetBox agree."""

    def post(self, request: Request, pk: int) -> Response:
        """Write the chosen rows, or with ``dry_run`` say which would be written."""
        instance = self.get_instance(pk)
        body = LibreNMSSyncSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = SyncRequest.of(body.validated_data, instance, request.user)
        arguments: dict[str, Any] = {
            "user": request.user,
            "selections": asked.selections,
            "server": asked.server,
            "options": asked.options,
        }
        if asked.dry_run or asked.names_rows:
            foreseen = preview(instance, **arguments)
            asked.require_known_rows(foreseen)
            if asked.dry_run:
                return Response(run_document(foreseen))
        return Response(run_document(apply(instance, request=request, **arguments)))


@extend_schema(summary="Compare a device with LibreNMS", examples=[COMPARED])
class DeviceCompareView(CompareView):
    """A device beside LibreNMS, its whole virtual chassis with it."""

    model = Device


@extend_schema(summary="Sync a device with LibreNMS", examples=SYNCED)
class DeviceSyncView(SyncView):
    """Make a device in NetBox agree with LibreNMS."""

    model = Device


@extend_schema(summary="Compare a virtual machine with LibreNMS", examples=[COMPARED])
class VirtualMachineCompareView(CompareView):
    """A virtual machine beside LibreNMS."""

    model = VirtualMachine


@extend_schema(summary="Sync a virtual machine with LibreNMS", examples=SYNCED)
class VirtualMachineSyncView(SyncView):
    """Make a virtual machine in NetBox agree with LibreNMS."""

    model = VirtualMachine
