"""REST of all runs: which there were, what became of each item, cancelling, and undoing."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from ..engine.undo import Record, plan_undo, undone_runs
from ..filtersets import RunFilterSet, RunItemFilterSet
from ..models import Run, RunItem, SyncRun
from ..runs.access import may_steer, visible_runs, visible_sync_runs, with_last_sign
from ..runs.control import cancel
from ..runs.queue import workers_for_runs
from ..undo_runs.documents import plan_document, undone_document
from ..undo_runs.starts import IN_REQUEST, UndoRefusedError, whole_of
from ..undo_runs.undoing import undo_in_background, undo_now
from .described import answer_example, body_example, described
from .job_views import JobPermission
from .permissions import PluginPermission
from .problems import CallProblem
from .run_parts import CountedRunsMixin, VisibleItemsMixin
from .run_serializers import (
    LibreNMSRunCancelSerializer,
    LibreNMSUndoJobSerializer,
    LibreNMSUndoneSerializer,
    LibreNMSUndoPlanSerializer,
    LibreNMSUndoSerializer,
)
from .serializers import RunItemSerializer, RunSerializer
from .sync_views import RESPONSES, EngineView

NOT_FOUND = OpenApiResponse(description="No such run, or the caller may not see it")
PROBLEMS = {
    **{code: RESPONSES[code] for code in (400, 403)},
    404: NOT_FOUND,
    409: OpenApiResponse(RESPONSES[409].response, "It cannot be undone, or is not as it was read; the code says why"),
    503: OpenApiResponse(
        RESPONSES[503].response, "NetBox's database is away, or no background worker runs (code no_worker)"
    ),
}
RUN = {"id": 12, "kind": "sync", "user_name": "jd", "server": "production", "counts": {"synced": 25, "failed": 1}}
PLAN = answer_example(
    {
        "fingerprint": "0c7d1f…",
        "problem": None,
        "counts": {"delete": 1, "put_back": 0, "recreate": 0, "done": 0, "left": 0},
        "rows": [
            {
                "object": {"type": "dcim.interface", "id": 301, "name": "Gi1/0/1"},
                "owner": {"type": "dcim.device", "id": 7, "name": "core-01"},
                "action": "delete",
                "standing": "ready",
                "fields": [],
                "issues": [],
            }
        ],
    },
    status="200",
)
UNDO = [
    body_example({"dry_run": False, "background": False, "expected": "0c7d1f…"}),
    answer_example({"run": 13, "state": "completed", "undone": {"delete": 38}, "issues": []}, status="200"),
    answer_example({"job": 31, "run": 13}, status="202"),
]


@described("a run", "runs", answer=RUN)
class RunViewSet(CountedRunsMixin, NetBoxReadOnlyModelViewSet):
    """Work on many objects, whatever it is: one's own runs, and with NetBox's permission to view them those of others.
    Each kind is started at an address of its own: import/, devices/sync/, virtual-machines/sync/, network/compare/."""

    queryset = Run.objects.select_related("job__user")
    serializer_class = RunSerializer
    filterset_class = RunFilterSet
    permission_classes = [PluginPermission]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """One's own runs need no permission on runs, which NetBox would ask for."""
        super().initial(request, *args, **kwargs)
        self.queryset = with_last_sign(visible_runs(request.user).select_related("job__user"))

    def get_serializer_context(self) -> dict[str, Any]:
        """With what undid the runs of the page."""
        return super().get_serializer_context() | ({"undone": undone_runs()} if self._listed else {})


class RunItemViewSet(VisibleItemsMixin, NetBoxReadOnlyModelViewSet):
    """The items of one run, in the order in which they were written down."""

    _run: Run | None = None
    queryset = RunItem.objects.select_related("object_type")
    serializer_class = RunItemSerializer
    filterset_class = RunItemFilterSet
    ordering_fields = "__all__"
    permission_classes = [PluginPermission]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who may see the run may see its items."""
        super().initial(request, *args, **kwargs)
        self._run = get_object_or_404(visible_runs(request.user), pk=kwargs["pk"])
        self.queryset = self._run.items.select_related("object_type")

    def get_serializer_context(self) -> dict[str, Any]:
        """With the run."""
        return super().get_serializer_context() | {"run": self._run}

    @extend_schema(
        operation_id="plugins_librenms_plugin_runs_items_list",
        summary="List the items of a run",
        examples=[answer_example({"id": 5, "name": "core-01", "outcome": {"value": "synced", "label": "Synced"}})],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What became of each item."""
        return super().list(request, *args, **kwargs)


class RunCancelView(EngineView):
    """End a run."""

    permission_classes = [JobPermission]

    @extend_schema(
        operation_id="plugins_librenms_plugin_runs_cancel",
        summary="Cancel a run",
        request=LibreNMSRunCancelSerializer,
        responses={200: RunSerializer, **{code: PROBLEMS[code] for code in (400, 403, 404, 409)}},
        examples=[body_example({"force": False}), answer_example(RUN, status="200")],
    )
    def post(self, request: Request, pk: int) -> Response:
        """One that waits ends at once, one that runs before its next item; what is done stays. One that has ended is
        left alone."""
        run = visible_runs(request.user).select_related("job__user").filter(pk=pk).first()
        if run is None or not may_steer(request.user, run):
            raise Http404
        body = LibreNMSRunCancelSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        if run.job is None:
            if not run.ended_already:
                sentence = _("No background job is working on this run, so it cannot be cancelled.")
                raise CallProblem("no_job", sentence, status_code=status.HTTP_409_CONFLICT)
        else:
            cancel(run.job, request.user, force=body.validated_data["force"])
            run.refresh_from_db()
        return Response(RunSerializer(run, context={"request": request}).data)


class UndoView(EngineView):
    """Undo what was written."""

    def record(self, pk: int) -> Record:
        """What is to be undone, if the user may see it. Raises ``Http404``."""
        raise NotImplementedError

    def get(self, request: Request, pk: int) -> Response:
        """What undoing would do to each object. Nothing is written."""
        plan = plan_undo(whole_of(self.record(pk)), user=request.user)
        return Response(plan_document(plan, user=request.user))

    def post(self, request: Request, pk: int) -> Response:
        """Undo it while the caller waits, or in the background; with ``dry_run`` say what would be done. What somebody
        changed since stays as it is, and is told."""
        record = self.record(pk)
        body = LibreNMSUndoSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        if asked["dry_run"]:
            plan = plan_undo(whole_of(record), user=request.user)
            return Response({"run": None, "plan": plan_document(plan, user=request.user)})
        try:
            return self._undone(record, asked)
        except UndoRefusedError as error:
            code = status.HTTP_409_CONFLICT
            raise CallProblem(error.reason.code.value, str(error), status_code=code) from error

    def _undone(self, record: Record, asked: Mapping[str, Any]) -> Response:
        how: dict[str, Any] = {"user": self.request.user, "request": self.request, "seen": asked.get("expected", "")}
        if asked["background"]:
            if not workers_for_runs():
                sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
                raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
            run, job = undo_in_background(record, **how)
            return Response({"job": job.pk, "run": run.pk}, status=status.HTTP_202_ACCEPTED)
        if len(plan_undo(whole_of(record), user=self.request.user).ready) > IN_REQUEST:
            sentence = _("More than {most} changes would take too long for one request. Set “background” to true.")
            raise CallProblem("too_many", sentence.format(most=IN_REQUEST))
        return Response(undone_document(undo_now(record, **how)))


UNDO_RESPONSES = {
    200: LibreNMSUndoneSerializer,
    202: LibreNMSUndoJobSerializer,
    **PROBLEMS,
}
PLAN_RESPONSES = {200: LibreNMSUndoPlanSerializer, 403: PROBLEMS[403], 404: NOT_FOUND}


class RunUndoView(UndoView):
    """Undo what a run wrote."""

    def record(self, pk: int) -> Run:
        """A run that the user may see."""
        run: Run = get_object_or_404(visible_runs(self.request.user), pk=pk)
        return run

    @extend_schema(
        operation_id="plugins_librenms_plugin_runs_undo_retrieve",
        summary="Read what undoing a run would do",
        responses=PLAN_RESPONSES,
        examples=[PLAN],
    )
    def get(self, request: Request, pk: int) -> Response:
        """What undoing would do to each object. Nothing is written."""
        return super().get(request, pk)

    @extend_schema(
        operation_id="plugins_librenms_plugin_runs_undo",
        summary="Undo a run",
        request=LibreNMSUndoSerializer,
        responses=UNDO_RESPONSES,
        examples=UNDO,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Undo it while the caller waits, or in the background. What somebody changed since stays, and is told."""
        return super().post(request, pk)


class SyncRunUndoView(UndoView):
    """Undo what the sync of one object wrote."""

    def record(self, pk: int) -> SyncRun:
        """A sync of an object that the user may view."""
        run: SyncRun = get_object_or_404(visible_sync_runs(self.request.user), pk=pk)
        return run

    @extend_schema(
        operation_id="plugins_librenms_plugin_sync_runs_undo_retrieve",
        summary="Read what undoing a sync would do",
        responses=PLAN_RESPONSES,
        examples=[PLAN],
    )
    def get(self, request: Request, pk: int) -> Response:
        """What undoing would do to each object. Nothing is written."""
        return super().get(request, pk)

    @extend_schema(
        operation_id="plugins_librenms_plugin_sync_runs_undo",
        summary="Undo a sync",
        request=LibreNMSUndoSerializer,
        responses=UNDO_RESPONSES,
        examples=UNDO,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Undo it while the caller waits, or in the background. What somebody changed since stays, and is told."""
        return super().post(request, pk)
