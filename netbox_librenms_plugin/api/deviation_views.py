"""REST of deviations, their causes and the objects that were compared, and what is decided about deviations."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework.request import Request
from rest_framework.response import Response

from ..deviations.deciding import Decided, DecisionError, accept, take_back
from ..filtersets import CauseFilterSet, ComparedObjectFilterSet, DeviationFilterSet
from ..models import Cause, ComparedObject, Deviation
from ..models.compared_object import sees_network
from .chosen_rows import found_by
from .described import answer_example, body_example, described
from .deviation_serializers import (
    CauseSerializer,
    ComparedObjectSerializer,
    DeviationSerializer,
    LibreNMSAcceptSerializer,
    LibreNMSDecidedSerializer,
    LibreNMSDecisionSerializer,
)
from .permissions import PluginPermission
from .problems import CallProblem
from .sync_views import RESPONSES, EngineView

DONE = answer_example({"done": 42, "left_out": 3}, status="200")
PROBLEMS = {code: RESPONSES[code] for code in (400, 403, 503)}


class NetworkViewSet(NetBoxReadOnlyModelViewSet):
    """What was stored of the whole network, as far as the caller may view the objects."""

    permission_classes = [PluginPermission]

    def get_serializer_context(self) -> dict[str, Any]:
        """Whether names of other objects may be told."""
        context: dict[str, Any] = super().get_serializer_context()
        return context | {"whole": sees_network(self.request.user)}


@described(
    "a deviation",
    "deviations",
    answer={
        "id": 501,
        "object": {"type": "dcim.device", "id": 7, "name": "core-01", "url": "https://…/api/dcim/devices/7/"},
        "resource": "interfaces",
        "name": "Gi1/0/1",
        "field": "mtu",
        "found": 1500,
        "wanted": 9216,
        "state": {"value": "open", "label": "Open"},
        "first_seen": "2026-11-23T12:00:00Z",
        "times_seen": 6,
    },
)
class DeviationViewSet(NetworkViewSet):
    """Differences between NetBox and the network: since when, why, and what was decided about them."""

    queryset = Deviation.objects.select_related("compared", "cause")
    serializer_class = DeviationSerializer
    filterset_class = DeviationFilterSet


@described(
    "a cause",
    "causes",
    answer={
        "id": 12,
        "display": "MTU should be 9216",
        "resource": "interfaces",
        "field": "mtu",
        "value": 9216,
        "open": 480,
        "objects": 20,
        "accepted": 0,
    },
)
class CauseViewSet(NetworkViewSet):
    """Deviations that are one and the same thing, the largest first."""

    queryset = Cause.objects.all()
    serializer_class = CauseSerializer
    filterset_class = CauseFilterSet


@described(
    "a compared object",
    "compared objects",
    answer={
        "id": 90,
        "server": "production",
        "object": {"type": "dcim.device", "id": 7, "name": "core-01", "url": "https://…/api/dcim/devices/7/"},
        "open": 3,
        "checks": [
            {"resource": "interfaces", "state": "differs", "open": 3, "at": "2026-11-23T12:00:00Z", "times": 6},
            {"resource": "cables", "state": "not_compared", "open": None, "at": None, "times": 0},
        ],
    },
)
class ComparedObjectViewSet(NetworkViewSet):
    """What was compared, how fresh that is for each resource, and how many differences there are."""

    queryset = ComparedObject.objects.all()
    serializer_class = ComparedObjectSerializer
    filterset_class = ComparedObjectFilterSet


class DecisionView(EngineView):
    """A decision about the deviations that the caller names, as far as he may view their objects."""

    serializer: type[LibreNMSDecisionSerializer] = LibreNMSDecisionSerializer

    def decided(self, request: Request) -> Response:
        """Decide, and say about how many."""
        body = self.serializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        try:
            done = self.decide(self.meant(values), values)
        except DecisionError as error:
            raise CallProblem("invalid", str(error)) from error
        return Response({"done": done.done, "left_out": done.left_out})

    def decide(self, rows: QuerySet[Deviation], values: dict[str, Any]) -> Decided:
        """What is decided. Raises ``DecisionError``."""
        raise NotImplementedError

    def meant(self, values: dict[str, Any]) -> QuerySet[Deviation]:
        """The deviations that are meant: those of the IDs, or those that the filter finds."""
        rows = Deviation.objects.all()
        if ("ids" in values) == ("filter" in values):
            raise CallProblem("nothing_chosen", _("Say which deviations are meant, either by ids or by a filter."))
        if "ids" in values:
            return rows.filter(pk__in=values["ids"])
        return found_by(DeviationFilterSet, values["filter"], rows, self.request)


class AcceptView(DecisionView):
    """Accept deviations."""

    serializer = LibreNMSAcceptSerializer

    @extend_schema(
        operation_id="plugins_librenms_plugin_deviations_accept",
        summary="Accept deviations until a day",
        request=LibreNMSAcceptSerializer,
        responses={200: LibreNMSDecidedSerializer, **PROBLEMS},
        examples=[
            body_example({"filter": {"cause_id": 12}, "until": "2027-01-31", "reason": "Jumbo frames come in January"}),
            DONE,
        ],
    )
    def post(self, request: Request) -> Response:
        """They do not count until the day is over, or until LibreNMS says something else."""
        return self.decided(request)

    def decide(self, rows: QuerySet[Deviation], values: dict[str, Any]) -> Decided:
        """Accept them."""
        return accept(rows, self.request.user, until=values["until"], reason=values["reason"])


class TakeBackView(DecisionView):
    """Open what was accepted."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_deviations_take_back",
        summary="Take back that deviations were accepted",
        request=LibreNMSDecisionSerializer,
        responses={200: LibreNMSDecidedSerializer, **PROBLEMS},
        examples=[body_example({"ids": [501, 502]}), DONE],
    )
    def post(self, request: Request) -> Response:
        """They are open again. Those that are not accepted are passed over."""
        return self.decided(request)

    def decide(self, rows: QuerySet[Deviation], values: dict[str, Any]) -> Decided:
        """Take it back."""
        return take_back(rows, self.request.user)
