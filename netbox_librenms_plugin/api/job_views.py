"""REST of the plugin's background jobs: how they stand, cancel, and put NetBox's row of a job right."""

from core.models import Job
from django.http import Http404
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..runs.control import cancel, steered_job, sync_state
from ..runs.status import status_document
from .described import answer_example, body_example
from .job_serializers import LibreNMSJobCancelSerializer, LibreNMSJobStatusSerializer
from .permissions import PluginPermission

ANSWERS = {
    200: LibreNMSJobStatusSerializer,
    403: OpenApiResponse(description="The plugin's permission is missing, or the token may not write"),
    404: OpenApiResponse(description="No such job of this plugin, or it is somebody else's"),
}


STATUS = answer_example({"job": 31, "state": "running", "done": 12, "total": 25, "finished": False}, status="200")


class JobPermission(PluginPermission):
    """Who may view comparisons may steer the jobs that are his own; a token must be allowed to write for that."""

    right_to_write = "view"


class JobView(APIView):
    """A job of the plugin's, for its owner and for superusers; to all others it does not exist."""

    permission_classes = [JobPermission]
    schema = AutoSchema()

    def get_job(self, pk: int) -> Job:
        """The job with this primary key."""
        job = steered_job(self.request.user, pk)
        if job is None:
            raise Http404
        return job


class JobStatusView(JobView):
    """How a job stands."""

    @extend_schema(summary="Read how a job stands", responses=ANSWERS, examples=[STATUS])
    def get(self, request: Request, pk: int) -> Response:
        """RQ's and NetBox's states, what is done, and what is left. Nothing is written."""
        return Response(status_document(self.get_job(pk)))


class JobCancelView(JobView):
    """End a job."""

    @extend_schema(
        summary="Cancel a job",
        request=LibreNMSJobCancelSerializer,
        responses=ANSWERS,
        examples=[body_example({"force": False}), STATUS],
    )
    def post(self, request: Request, pk: int) -> Response:
        """One that waits ends at once, one that runs before its next device."""
        job = self.get_job(pk)
        body = LibreNMSJobCancelSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        cancel(job, request.user, force=body.validated_data["force"])
        return Response(status_document(job))


class JobSyncStatusView(JobView):
    """NetBox's row of a job in line with RQ."""

    @extend_schema(summary="Bring a job in line with the queue", request=None, responses=ANSWERS, examples=[STATUS])
    def post(self, request: Request, pk: int) -> Response:
        """Needed after a hard stop, since NetBox's worker does not always write it; changes nothing otherwise."""
        job = self.get_job(pk)
        sync_state(job)
        return Response(status_document(job))
