"""REST of sites and locations: the comparison over a whole server, and what is written of it in either direction."""

from collections.abc import Mapping
from typing import Any

from dcim.models import Site
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from ..compat import NetBoxPagination
from ..librenms_api import LibreNMSAPI
from ..runs.queue import workers_for_runs
from ..site_sync.choosing import IN_REQUEST, Wishes, wishes
from ..site_sync.comparing import compare_sites
from ..site_sync.documents import foreseen_document, plan_document, row_document, run_document
from ..site_sync.filtering import matching
from ..site_sync.starting import sync_sites, sync_sites_in_background
from ..sync.sites.rows import MEANT, Action, Direction, SitePlan
from .described import answer_example, body_example
from .problems import CallProblem
from .requests import known_server
from .site_serializers import (
    LibreNMSSiteRunSerializer,
    LibreNMSSitesSerializer,
    LibreNMSSiteSyncSerializer,
    SitesQuerySerializer,
)
from .sync_views import RESPONSES, EngineView

PROBLEMS = {code: response for code, response in RESPONSES.items() if code not in (404, 409)}
PAGES = [
    OpenApiParameter("limit", int, description="Rows on a page, up to NetBox's MAX_PAGE_SIZE"),
    OpenApiParameter("offset", int, description="Rows to pass over"),
]


class SitesView(EngineView):
    """Sites beside LibreNMS's locations."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_sites_list",
        summary="List sites beside the locations of LibreNMS",
        parameters=[SitesQuerySerializer, *PAGES],
        examples=[
            answer_example(
                {"count": 1, "server": "production", "counts": {"changed": 1}, "tolerance": 50, "results": []},
                status="200",
            )
        ],
        responses={200: LibreNMSSitesSerializer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Which site each location means, how far both lie apart, and what can be done. Nothing is changed."""
        query = SitesQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        api = LibreNMSAPI(known_server(asked.get("server")))
        comparison = compare_sites(api, user=request.user, refresh=asked["refresh"])
        rows = matching(comparison.plan, show=asked["show"], q=asked["q"])
        pages = NetBoxPagination()
        page = pages.paginate_queryset(rows, request, view=self)
        return Response(
            {
                "count": len(rows),
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
                **plan_document(comparison),
                "results": [row_document(row) for row in page],
            }
        )


class SitesSyncView(EngineView):
    """Sites and locations written in either direction."""

    @extend_schema(
        operation_id="plugins_librenms_plugin_sites_sync",
        summary="Sync sites with the locations of LibreNMS",
        request=LibreNMSSiteSyncSerializer,
        examples=[
            body_example({"keys": ["location:5"], "actions": ["take_coordinates"], "dry_run": True}),
            answer_example(
                {
                    "run": 12,
                    "job": None,
                    "results": [
                        {
                            "key": "location:5",
                            "name": "Amsterdam",
                            "action": "take_coordinates",
                            "outcome": "done",
                            "issues": [],
                        }
                    ],
                },
                status="200",
            ),
            answer_example({"run": 12, "job": 31, "results": []}, status="202"),
        ],
        responses={200: LibreNMSSiteRunSerializer, 202: LibreNMSSiteRunSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Do what fits each row, and say what became of it. What is told to LibreNMS is read back."""
        body = LibreNMSSiteSyncSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        api = LibreNMSAPI(known_server(asked.get("server")))
        found = self._wishes(compare_sites(api, user=request.user).plan, asked)
        if asked["dry_run"]:
            return Response(foreseen_document(found))
        if asked["background"]:
            if not workers_for_runs():
                sentence = _("No background worker is running, so nothing was started. Start NetBox's rqworker.")
                raise CallProblem("no_worker", sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
            run = sync_sites_in_background(api, found, request=request)
            answer = {"run": run.pk, "job": run.job_id, "results": []}
            return Response(answer, status=status.HTTP_202_ACCEPTED)
        if not found.in_request:
            sentence = _("More than {most} changes would take too long for one request. Set “background” to true.")
            raise CallProblem("too_many", sentence.format(most=IN_REQUEST))
        return Response(run_document(sync_sites(api, found, request=request)))

    def _wishes(self, plan: SitePlan, asked: Mapping[str, Any]) -> Wishes:
        actions = self._actions(asked)
        if Action.CREATE_LOCATION in actions:
            visible = Site.objects.restrict(self.request.user, "view")
            if not asked.get("site") or not visible.filter(pk=asked["site"]).exists():
                raise CallProblem("unknown_site", _("Name the site in which locations are to be created, by its ID."))
        found = wishes(
            plan,
            asked["keys"],
            actions,
            user=self.request.user,
            site=asked.get("site"),
            expected=asked.get("expected"),
        )
        if found.unknown:
            sentence = _("There is no row “{key}”, so nothing was written.")
            raise CallProblem("unknown_key", sentence.format(key=found.unknown[0]))
        return found

    def _actions(self, asked: Mapping[str, Any]) -> list[Action]:
        named, direction = asked.get("actions"), asked.get("direction")
        if (named is None) == (direction is None):
            raise CallProblem("invalid", _("Name either a direction or actions."))
        return [Action(one) for one in named] if named is not None else list(MEANT[Direction(str(direction))])
