"""The address that LibreNMS calls when an alert is raised, so that the device is compared again at once.

LibreNMS is no user of NetBox: it knows a secret that NetBox's configuration has for its server. Whoever does not know
it learns nothing, not even whether there is such a server.
"""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..deviations.notices import NotKeptError, note
from ..librenms.config import configured_servers
from ..librenms.errors import ConfigurationError
from ..librenms.secret import knows
from .described import answer_example, body_example
from .hook_bodies import device_in

HEADER = "X-LibreNMS-Secret"
LARGEST_BODY = 64 * 1024
TAKEN = {"detail": "Accepted."}
NOT_KEPT = {"detail": "The notice could not be kept: Redis does not answer. Send it again.", "code": "unavailable"}
REFUSED = {"detail": "Forbidden.", "code": "forbidden"}


class OneAnswer(BaseContentNegotiation):
    """JSON, whatever the caller would like: LibreNMS wants nothing in particular."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """None: the body is read as it is."""
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[BaseRenderer, str]:
        """The one that there is."""
        return renderers[0], renderers[0].media_type


class LibreNMSNoticeSerializer(serializers.Serializer):
    """Which device an alert is about; anything else may stand beside it."""

    device_id = serializers.IntegerField(min_value=1, help_text="ID of the device in LibreNMS")


class LibreNMSNoticeTakenSerializer(serializers.Serializer):
    """The same for every call that knows the secret."""

    detail = serializers.CharField()


class HookView(APIView):
    """Notices of LibreNMS's alerts."""

    # The secret is all that counts: neither a session, which would need a CSRF token, nor a token of NetBox's
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    content_negotiation_class = OneAnswer
    renderer_classes = (JSONRenderer,)
    http_method_names = ["post"]
    schema = AutoSchema()

    @extend_schema(
        operation_id="plugins_librenms_plugin_hook",
        summary="Tell of an alert of LibreNMS",
        auth=[],
        parameters=[
            OpenApiParameter(
                HEADER,
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="The webhook_secret of the server in NetBox's configuration",
            )
        ],
        request={
            "application/json": LibreNMSNoticeSerializer,
            "application/x-www-form-urlencoded": LibreNMSNoticeSerializer,
            "text/plain": OpenApiTypes.STR,
        },
        responses={
            202: LibreNMSNoticeTakenSerializer,
            403: OpenApiResponse(description="The secret is wrong, or there is none, or no such server"),
            503: OpenApiResponse(description="The notice could not be kept, as Redis does not answer"),
        },
        examples=[body_example({"device_id": 42}), answer_example(TAKEN, status="202")],
    )
    def post(self, request: Request, server: str) -> Response:
        """For LibreNMS's alert transport "API": the device is compared again within seconds, by a background job. Of
        the body, in whatever form, only ``device_id`` counts; without one it is accepted, and nothing happens."""
        if not _knows_secret(server, request.headers.get(HEADER, "")):
            return Response(REFUSED, status=status.HTTP_403_FORBIDDEN)
        device_id = device_in(_body(request))
        try:
            if device_id is not None:
                note(server, device_id)
        except NotKeptError:
            return Response(NOT_KEPT, status=status.HTTP_503_SERVICE_UNAVAILABLE)
        return Response(TAKEN, status=status.HTTP_202_ACCEPTED)


def _knows_secret(server: str, said: str) -> bool:
    try:
        configured = configured_servers().get(server)
    except ConfigurationError:
        configured = None
    return knows(said, configured.webhook_secret if configured is not None else None)


def _body(request: Request) -> bytes:
    """The body; nothing where it is larger than any alert."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            return b""
        body: bytes = request._request.read(LARGEST_BODY + 1)
    except (ValueError, OSError):
        return b""
    return body if len(body) <= LARGEST_BODY else b""
