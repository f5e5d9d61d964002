"""REST of the import: the list of LibreNMS's devices beside NetBox, and the import of some of them."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from utilities.permissions import get_permission_for_model

from ..compat import NetBoxPagination
from ..import_utils.asked import CLOSED, FILTERS, Asked, AskedError
from ..import_utils.documents import foreseen_run_document, list_document, row_document, run_document
from ..import_utils.filters import EXACT
from ..import_utils.listing import listing
from ..import_utils.outlook import with_complaints
from ..import_utils.starts import IN_REQUEST, foresee, start
from ..librenms_api import LibreNMSAPI
from ..models import LibreNMSSettings
from ..runs.control import enqueue_run
from ..runs.queue import workers_for_runs
from ..runs.worker import run_now
from .described import answer_example, body_example
from .import_requests import ImportRequest
from .import_serializers import (
    ImportQuerySerializer,
    LibreNMSImportJobSerializer,
    LibreNMSImportListSerializer,
    LibreNMSImportRunSerializer,
    LibreNMSImportSerializer,
)
from .problems import CallProblem
from .requests import known_server
from .sync_views import RESPONSES, EngineView

PLAIN = tuple(ImportQuerySerializer().fields)
# What REST framework reads itself; plugins that follow a request about have names that begin with an underscore
OTHERS = ("format",)
PARAMETERS = [
    OpenApiParameter(
        name, str, description=text, many=name in EXACT, enum=sorted(CLOSED[name]) if name in CLOSED else None
    )
    for name, text in FILTERS.items()
] + [
    OpenApiParameter("server", str, description="Key of the LibreNMS server; the selected one when left out"),
    OpenApiParameter("refresh", bool, description="Ask LibreNMS anew instead of using a cached answer"),
    OpenApiParameter("limit", int, description="Devices on a page, up to NetBox's MAX_PAGE_SIZE"),
    OpenApiParameter("offset", int, description="Devices to pass over"),
]
NO_WORKER = {
    **RESPONSES,
    503: OpenApiResponse(
        RESPONSES[503].response, f"{RESPONSES[503].description}, or no background worker runs (code no_worker)"
    ),
}


class ImportView(EngineView):
    """The import list, and the import of devices on it."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_import_list",
        summary="List the devices of LibreNMS beside NetBox",
        parameters=PARAMETERS,
        examples=[
            answer_example({"count": 1, "server": "production", "counts": {"ready": 1}, "results": []}, status="200")
        ],
        responses={200: LibreNMSImportListSerializer, **RESPONSES},
    )
    def get(self, request: Request) -> Response:
        """The devices of LibreNMS, where each stands and what it would become. Nothing in NetBox is changed."""
        query = ImportQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        server, refresh = known_server(query.validated_data.get("server")), query.validated_data["refresh"]
        asked = _asked(request)
        api = LibreNMSAPI(server)
        found = listing(api, user=request.user, refresh=refresh)
        try:
            matching, rows = asked.find(found, api, refresh=refresh)
        except AskedError as error:
            raise CallProblem(error.code, error.message) from error
        pages = NetBoxPagination()
        page = pages.paginate_queryset(rows, request, view=self)
        return Response(
            {
                "count": len(rows),
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
                **list_document(found, matching, api.server.key),
                "results": [row_document(row) for row in page],
            }
        )

    @extend_schema(
        operation_id="plugins_librenms_plugin_import_create",
        summary="Import devices",
        request=LibreNMSImportSerializer,
        examples=[
            body_example({"devices": [{"librenms_id": 42, "role": 3}], "options": {"cables": False}, "dry_run": True}),
            answer_example({"run": 12, "results": []}, status="200"),
            answer_example({"job": 31, "run": 12}, status="202"),
        ],
        responses={200: LibreNMSImportRunSerializer, 202: LibreNMSImportJobSerializer, **NO_WORKER},
    )
    def post(self, request: Request) -> Response:
        """Import devices while the caller waits, or in the background; with ``dry_run`` say what would be done."""
        body = LibreNMSImportSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = ImportRequest.of(body.validated_data)
        api = LibreNMSAPI(asked.server)
        if asked.dry_run:
            return Response(self._foreseen(asked, api))
        _require_somebody_to_do_it(asked, request.user)
        run = start(
            api,
            user=request.user,
            request=request,
            choices=asked.choices,
            options=asked.options,
            wanted=asked.choices,
            expected=asked.seen(api, request.user),
        )
        if asked.background:
            job = enqueue_run(run, request)
            return Response({"job": job.pk, "run": run.pk}, status=status.HTTP_202_ACCEPTED)
        run_now(run, request)
        return Response(run_document(run))

    def _foreseen(self, asked: ImportRequest, api: LibreNMSAPI) -> dict[str, Any]:
        user = self.request.user
        found = listing(api, user=user, choices=asked.choices)
        rows = foresee(found, asked.choices, expected=asked.seen(api, user))
        foreseen = with_complaints(rows, api, user=user, options=asked.options)
        return foreseen_run_document(foreseen)


def _asked(request: Request) -> Asked:
    """The filters of an address, which must all be known: a misspelt one would let everything through."""
    names = [name for name in request.query_params if name not in (*PLAIN, *OTHERS) and not name.startswith("_")]
    try:
        return Asked.of({name: request.query_params.getlist(name) for name in names})
    except AskedError as error:
        raise CallProblem(error.code, error.message) from error


def _require_somebody_to_do_it(asked: ImportRequest, user: Any) -> None:
    """Before anything is written: a job that nobody takes would wait for ever, many devices for too long. Who may not
    look at a job has none."""
    if asked.background and not user.has_perm(get_permission_for_model(LibreNMSSettings, "view")):
        raise PermissionDenied
    if asked.background and not workers_for_runs():
        sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
        raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
    if not asked.background and len(asked.choices) > IN_REQUEST:
        sentence = _("More than {most} devices would take too long for one request. Set “background” to true.")
        raise CallProblem("too_many", sentence.format(most=IN_REQUEST))
