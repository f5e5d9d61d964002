"""REST of schedules: NetBox's usual calls, what one would do now, and what a person has it do."""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework import status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from ..filtersets import ScheduleFilterSet
from ..models import Schedule
from ..runs.queue import workers_for_runs
from ..schedules.arming import ArmError, arm
from ..schedules.preview import preview
from ..schedules.starting import StartError
from ..schedules.tick import BusyError, run_now
from .described import answer_example, body_example, described
from .import_views import NO_WORKER
from .permissions import PluginPermission
from .problems import CallProblem
from .schedule_serializers import (
    LibreNMSSchedulePreviewSerializer,
    LibreNMSScheduleRunSerializer,
    LibreNMSScheduleStartedSerializer,
    ScheduleSerializer,
)
from .sync_views import RESPONSES, EngineView

BODY = {
    "name": "Nightly",
    "server": "production",
    "action": "sync",
    "devices": "some",
    "device_filter": {"site": ["ams1"]},
    "resources": ["interfaces"],
    "at": "02:00:00",
}


@described("a schedule", "schedules", body=BODY)
class ScheduleViewSet(NetBoxModelViewSet):
    """What is compared or synced by itself, and when."""

    queryset = Schedule.objects.select_related("run_as", "armed_by").prefetch_related("tags")
    serializer_class = ScheduleSerializer
    filterset_class = ScheduleFilterSet


class SchedulePermission(PluginPermission):
    """``view_schedule`` to read, ``change_schedule`` and a writing token for everything else; the constraints of these
    come on top."""

    model = Schedule


class ScheduleCallView(EngineView):
    """What is asked of one schedule."""

    permission_classes = [SchedulePermission]

    def held(self, pk: int) -> Schedule:
        """The schedule, if the caller may do this with it."""
        action = "view" if self.request.method in SAFE_METHODS else "change"
        found = Schedule.objects.restrict(self.request.user, action).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class SchedulePreviewView(ScheduleCallView):
    """What would change now."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_schedules_preview",
        summary="Say what a schedule would change now",
        responses={200: LibreNMSSchedulePreviewSerializer, **RESPONSES},
        examples=[
            answer_example(
                {
                    "objects": 1,
                    "compared": 1,
                    "exact": True,
                    "stops": False,
                    "push": None,
                    "totals": {
                        **{"objects": 1, "left_out": 0, "failed": 0, "with_gaps": 0},
                        "resources": {
                            "interfaces": {
                                **{"create": 2, "change": 1, "conflict": 0, "blocked": 0},
                                **{"kept": 0, "extra": 0, "same": 45},
                            }
                        },
                    },
                },
                status="200",
            )
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        """In numbers, exact for up to 200 objects, else of the first 200. Nothing is written."""
        try:
            return Response(preview(self.held(pk)).as_json())
        except StartError as error:
            raise CallProblem("cannot_start", str(error)) from error


class ScheduleRunView(ScheduleCallView):
    """A run out of turn."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_schedules_run",
        summary="Run a schedule now",
        request=LibreNMSScheduleRunSerializer,
        responses={202: LibreNMSScheduleStartedSerializer, **NO_WORKER},
        examples=[
            body_example({"force": "The branch office is closed, so 40 devices are gone"}),
            answer_example({"run": 12, "kind": "shadow", "job": 31}, status="202"),
        ],
    )
    def post(self, request: Request, pk: int) -> Response:
        """In the background and in the name of its user; a schedule in shadow writes nothing."""
        schedule = self.held(pk)
        body = LibreNMSScheduleRunSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        if not workers_for_runs():
            sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
            raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
        try:
            run = run_now(schedule, force=body.validated_data["force"], by=request.user.username)
        except BusyError as error:
            raise CallProblem("busy", str(error), status_code=status.HTTP_409_CONFLICT) from error
        except StartError as error:
            raise CallProblem("cannot_start", str(error)) from error
        answer = {"run": run.pk, "kind": run.kind, "job": run.job_id}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class ScheduleArmView(ScheduleCallView):
    """From shadow to armed."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_schedules_arm",
        summary="Arm a schedule",
        request=None,
        responses={200: ScheduleSerializer, **RESPONSES},
        examples=[answer_example({"id": 1, "name": "Nightly", "state": "armed"}, status="200")],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Its runs write from now on. It must have made its runs in shadow before."""
        try:
            armed = arm(self.held(pk), request.user)
        except ArmError as error:
            raise CallProblem("cannot_arm", str(error), status_code=status.HTTP_409_CONFLICT) from error
        return Response(ScheduleSerializer(armed, context={"request": request}).data)
