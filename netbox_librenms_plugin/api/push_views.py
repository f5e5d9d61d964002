"""REST of push rules, and of adding devices to LibreNMS or changing them there."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from ..filtersets import PushRuleFilterSet
from ..fleet_sync.finding import DEVICE
from ..librenms_api import LibreNMSAPI
from ..models import PushRule
from ..push.documents import plan_document, run_document
from ..push.options import PushOptions
from ..push.planning import MOST, PushPlanner
from ..push.starting import CHANGED_IN_REQUEST, IN_REQUEST, can_wait, start_push
from ..runs.control import enqueue_run
from ..runs.worker import run_now
from .chosen_objects import chosen_ids, require_somebody_to_do_it
from .described import answer_example, body_example, described
from .import_views import NO_WORKER
from .problems import CallProblem
from .push_serializers import LibreNMSPushJobSerializer, LibreNMSPushRunSerializer, LibreNMSPushSerializer
from .requests import known_server
from .serializers import PushRuleSerializer
from .sync_views import EngineView

EXAMPLES = [
    body_example({"filter": {"site": ["ams1"], "status": ["active"]}, "dry_run": True}),
    answer_example(
        {
            "run": 12,
            "state": "completed",
            "server": "production",
            "counts": {"created": 1},
            "written": {"push_added": 1, "push_linked": 1},
            "results": [
                {
                    "object": {"type": "dcim.device", "id": 7, "name": "core-01"},
                    "outcome": "created",
                    "librenms_id": 42,
                    "issues": [],
                }
            ],
        },
        status="200",
    ),
    answer_example({"job": 31, "run": 12}, status="202"),
]


@described(
    "a push rule",
    "push rules",
    body={"name": "Campus", "weight": 100, "site": 3, "profile": "campus", "address": "primary"},
)
class PushRuleViewSet(NetBoxModelViewSet):
    """How devices are added to LibreNMS: by which address, and with which SNMP profile."""

    queryset = PushRule.objects.all()
    serializer_class = PushRuleSerializer
    filterset_class = PushRuleFilterSet


class PushView(EngineView):
    """Have LibreNMS add devices or virtual machines that NetBox has, and change those that are linked, as one run."""

    @extend_schema(
        summary="Add devices to LibreNMS, or change them there",
        operation_id="plugins_librenms_plugin_push",
        request=LibreNMSPushSerializer,
        responses={200: LibreNMSPushRunSerializer, 202: LibreNMSPushJobSerializer, **NO_WORKER},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Do it while the caller waits, or in the background; with ``dry_run`` say what LibreNMS would be told."""
        body = LibreNMSPushSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        api = LibreNMSAPI(known_server(asked.get("server")))
        chosen = {name: asked[name] for name in ("ping_only", "add", "link", "change")}
        options = PushOptions(forced=asked["force_add"], **chosen)
        kind, ids = asked.get("type", DEVICE), chosen_ids(asked, request.user, most=MOST)
        planner = PushPlanner.of(api, user=request.user, ping_only=options.ping_only)
        plan = planner.plan(kind, ids)
        if asked["dry_run"]:
            return Response({"run": None, "server": api.server.key, **plan_document(plan)})
        if asked.get("expected", plan.digest) != plan.digest:
            sentence = _("Something has changed since this plan was made, so nothing was added. Look at it again.")
            raise CallProblem("stale", sentence, status_code=status.HTTP_409_CONFLICT)
        background = asked["background"]
        self._require_few(can_wait(plan, options) or background)
        require_somebody_to_do_it(request.user, 0, most=IN_REQUEST, background=background)
        run = start_push(api, kind, plan, request=request, options=options)
        if background:
            job = enqueue_run(run, request)
            return Response({"job": job.pk, "run": run.pk}, status=status.HTTP_202_ACCEPTED)
        run_now(run, request)
        return Response(run_document(run, request.user))

    def _require_few(self, few: bool) -> None:
        """Many would keep the caller waiting for too long."""
        if not few:
            sentence = _(
                "To add or link more than {most} objects, or to change more than {changed}, takes too long for one "
                "request. Set “background” to true."
            )
            raise CallProblem("too_many", sentence.format(most=IN_REQUEST, changed=CHANGED_IN_REQUEST))
