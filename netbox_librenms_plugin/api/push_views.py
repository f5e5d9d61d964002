"""REST of push rules, and of adding devices to LibreNMS or changing them there."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from utilities.permissions import get_permission_for_model

from ..filtersets import PushRuleFilterSet
from ..fleet_sync.finding import DEVICE, MODELS, FilterError, asked_filters, filtered, ids_of
from ..librenms_api import LibreNMSAPI
from ..models import LibreNMSSettings, PushRule
from ..push.documents import plan_document, run_document
from ..push.options import PushOptions
from ..push.planning import MOST, PushPlanner
from ..push.starting import CHANGED_IN_REQUEST, IN_REQUEST, can_wait, start_push
from ..runs.control import enqueue_run
from ..runs.queue import workers_for_runs
from ..runs.worker import run_now
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
        kind, ids = asked.get("type", DEVICE), self._ids(asked)
        planner = PushPlanner.of(api, user=request.user, ping_only=options.ping_only)
        plan = planner.plan(kind, ids)
        if asked["dry_run"]:
            return Response({"run": None, "server": api.server.key, **plan_document(plan)})
        if asked.get("expected", plan.digest) != plan.digest:
            sentence = _("Something has changed since this plan was made, so nothing was added. Look at it again.")
            raise CallProblem("stale", sentence, status_code=status.HTTP_409_CONFLICT)
        self._require_somebody_to_do_it(can_wait(plan, options), background=asked["background"])
        run = start_push(api, kind, plan, request=request, options=options)
        if asked["background"]:
            job = enqueue_run(run, request)
            return Response({"job": job.pk, "run": run.pk}, status=status.HTTP_202_ACCEPTED)
        run_now(run, request)
        return Response(run_document(run, request.user))

    def _ids(self, asked: Mapping[str, Any]) -> Sequence[int]:
        """The objects that are meant, all of which must be there."""
        kind, user = asked.get("type", DEVICE), self.request.user
        if "filter" in asked:
            try:
                pairs = [(name, value) for name, values in asked["filter"].items() for value in values or [""]]
                found = ids_of(filtered(kind, asked_filters(pairs), user))
            except FilterError as error:
                raise CallProblem("unknown_filter", str(error)) from error
            if len(found) > MOST:
                sentence = _("At most {most} objects are planned at once.").format(most=MOST)
                raise CallProblem("too_many", sentence)
            return found
        wanted = list(dict.fromkeys(asked["ids"]))
        seen = set(ids_of(MODELS[kind].objects.restrict(user, "view").filter(pk__in=wanted)))
        if missing := [one for one in wanted if one not in seen]:
            sentence = _("There is no {thing} {id} that you may view, so nothing was added.")
            thing = MODELS[kind]._meta.verbose_name
            raise CallProblem("not_found", sentence.format(thing=thing, id=missing[0]), ids=missing)
        return wanted

    def _require_somebody_to_do_it(self, short: bool, *, background: bool) -> None:
        """Before anything is written: a job that nobody takes would wait for ever, many devices for too long."""
        if background and not self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "view")):
            raise PermissionDenied
        if background and not workers_for_runs():
            sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
            raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
        if not background and not short:
            sentence = _(
                "To add or link more than {most} objects, or to change more than {changed}, takes too long for one "
                "request. Set “background” to true."
            )
            raise CallProblem("too_many", sentence.format(most=IN_REQUEST, changed=CHANGED_IN_REQUEST))
