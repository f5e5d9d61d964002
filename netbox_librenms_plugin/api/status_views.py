"""REST of the status lists: NetBox's devices and virtual machines beside LibreNMS, and links of what was found."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ..compat import NetBoxPagination
from ..fleet_sync.finding import (
    DEVICE,
    MODELS,
    VIRTUAL_MACHINE,
    FilterError,
    Filters,
    asked_filters,
    filtered,
    ids_of,
    load,
    loaded,
)
from ..librenms_api import LibreNMSAPI
from ..status_lists.documents import counts_document, links_document, row_document
from ..status_lists.linking import foreseen_links, link_found
from ..status_lists.listing import StatusListing, status_listing
from ..status_lists.netbox import open_deviations
from ..sync.status.choosing import EVERYTHING, MONITORINGS, SORTS, in_order, shown
from .described import answer_example, body_example
from .problems import CallProblem
from .requests import known_server
from .status_serializers import (
    LINKS,
    LibreNMSStatusLinkSerializer,
    LibreNMSStatusLinksSerializer,
    LibreNMSStatusListSerializer,
    StatusQuerySerializer,
)
from .sync_views import RESPONSES, EngineView

PLAIN = tuple(StatusQuerySerializer().fields)
# What REST framework reads itself; plugins that follow a request about have names that begin with an underscore
OTHERS = ("format",)
ORDERS = [name for column in SORTS for name in (column, f"-{column}")]
PARAMETERS = [
    OpenApiParameter("link", str, description="State of the link", enum=[EVERYTHING, *LINKS]),
    OpenApiParameter("monitoring", str, description="State of the monitoring", enum=list(MONITORINGS)),
    OpenApiParameter("sort", str, description="What to sort by; NetBox's order when left out", enum=ORDERS),
    OpenApiParameter("server", str, description="Key of the LibreNMS server; the selected one when left out"),
    OpenApiParameter("refresh", bool, description="Ask LibreNMS anew instead of using a cached answer"),
    OpenApiParameter("limit", int, description="Objects on a page, up to NetBox's MAX_PAGE_SIZE"),
    OpenApiParameter("offset", int, description="Objects to pass over"),
]
ROW = {
    "object": {"type": "dcim.device", "id": 7, "name": "core-01"},
    "link": "found",
    "librenms_id": 42,
    "reason": None,
    "candidates": [],
    "hostname": "core-01.example.net",
    "monitoring": "up",
    "last_polled": "2026-11-29T12:00:05Z",
    "last_polled_text": "2026-11-29 13:00:05",
    "uptime": 3628800,
    "os": "iosxe",
    "os_version": "17.9.4",
    "open_deviations": 3,
}
LISTED = answer_example(
    {
        "count": 1,
        "next": None,
        "previous": None,
        "server": "production",
        "fetched_at": "2026-11-29T12:01:00Z",
        "odd_rows": 0,
        "counts": {
            "link": {"linked": 0, "found": 1, "unknown": 0, "ambiguous": 0, "doubtful": 0},
            "monitoring": {"up": 1, "down": 0, "disabled": 0, "ignored": 0},
        },
        "results": [ROW],
    },
    status="200",
)
LINKED = [
    body_example({"filter": {"site": ["ams1"]}, "dry_run": True}),
    answer_example(
        {
            "server": "production",
            "dry_run": True,
            "linked": 1,
            "left_out": 0,
            "waiting": 0,
            "results": [{"object": ROW["object"], "librenms_id": 42, "outcome": "linked", "reason": None}],
        },
        status="200",
    ),
]


class StatusKindView(EngineView):
    """For one kind of object."""

    kind = ""

    def by_filters(self, filters: Filters) -> list[int]:
        """The objects that NetBox's filters let through."""
        try:
            return ids_of(filtered(self.kind, filters, self.request.user))
        except FilterError as error:
            raise CallProblem("unknown_filter", str(error)) from error


@extend_schema(parameters=PARAMETERS, examples=[LISTED], responses={200: LibreNMSStatusListSerializer, **RESPONSES})
class StatusListView(StatusKindView):
    """NetBox's objects beside LibreNMS."""

    def get(self, request: Request) -> Response:
        """Where each object stands. Every other parameter is a filter of NetBox's for such objects, as in its lists.
        Nothing in NetBox is changed."""
        query = StatusQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        sort = asked.get("sort", "")
        if sort and sort not in ORDERS:
            raise CallProblem("unknown_sort", _("Sort by one of: {known}").format(known=", ".join(ORDERS)))
        api = LibreNMSAPI(known_server(asked.get("server")))
        ids = self.by_filters(_filters(request))
        listing = status_listing(api, self.kind, ids, user=request.user, refresh=asked["refresh"])
        rows = in_order(shown(listing.rows, link=asked["link"], monitoring=asked["monitoring"]), sort)
        pages = NetBoxPagination()
        page = pages.paginate_queryset(rows, request, view=self)
        return Response(
            {
                "count": len(rows),
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
                "server": api.server.key,
                "fetched_at": listing.fetched_at,
                "odd_rows": listing.odd_rows,
                "counts": counts_document(listing.rows),
                "results": self._documents(page, listing),
            }
        )

    def _documents(self, page: Sequence[Any], listing: StatusListing) -> list[dict[str, Any]]:
        ids = [row.pk for row in page]
        names = {one.pk: str(one) for one in load(self.kind, ids, self.request.user)}
        numbers = open_deviations(self.kind, ids)
        return [
            row_document(row, name=names[row.pk], clock=listing.clock, deviations=numbers.get(row.pk))
            for row in page
            if row.pk in names
        ]


@extend_schema(
    request=LibreNMSStatusLinkSerializer,
    examples=LINKED,
    responses={200: LibreNMSStatusLinksSerializer, **RESPONSES},
)
class StatusLinkView(StatusKindView):
    """Links to LibreNMS."""

    def post(self, request: Request) -> Response:
        """Link the objects that were found without any doubt, or with ``dry_run`` say which would be. What is linked
        already, unknown, ambiguous or doubtful is left out with the reason."""
        body = LibreNMSStatusLinkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        api = LibreNMSAPI(known_server(asked.get("server")))
        ids = self._ids(asked)
        if asked["dry_run"]:
            links = foreseen_links(api, self.kind, ids, user=request.user).at_once()
        else:
            links = link_found(api, self.kind, ids, user=request.user)
        names = {one.pk: str(one) for one in loaded(self.kind, ids, request.user)}
        document = links_document(links, self.kind, names)
        return Response({"server": api.server.key, "dry_run": asked["dry_run"], **document})

    def _ids(self, asked: Mapping[str, Any]) -> list[int]:
        """The objects that are meant, all of which must be there."""
        if "filter" in asked:
            pairs = [(name, value) for name, values in asked["filter"].items() for value in values or [""]]
            try:
                return self.by_filters(asked_filters(pairs))
            except FilterError as error:
                raise CallProblem("unknown_filter", str(error)) from error
        wanted = list(dict.fromkeys(asked["ids"]))
        seen = set(ids_of(MODELS[self.kind].objects.restrict(self.request.user, "view").filter(pk__in=wanted)))
        if missing := [one for one in wanted if one not in seen]:
            sentence = _("There is no {thing} {id} that you may view, so nothing was written.")
            thing = MODELS[self.kind]._meta.verbose_name
            raise CallProblem("not_found", sentence.format(thing=thing, id=missing[0]), ids=missing)
        return wanted


def _filters(request: Request) -> Filters:
    """NetBox's filters of an address, which must all be known: a misspelt one would let everything through."""
    found = Filters()
    for name, values in request.query_params.lists():
        if name not in (*PLAIN, *OTHERS) and not name.startswith("_") and any(values):
            found.setlist(name, values)
    return found


@extend_schema(
    summary="List devices with their state in LibreNMS", operation_id="plugins_librenms_plugin_status_devices_list"
)
class DeviceStatusView(StatusListView):
    """NetBox's devices beside LibreNMS."""

    kind = DEVICE


@extend_schema(
    summary="List virtual machines with their state in LibreNMS",
    operation_id="plugins_librenms_plugin_status_virtual_machines_list",
)
class VirtualMachineStatusView(StatusListView):
    """NetBox's virtual machines beside LibreNMS."""

    kind = VIRTUAL_MACHINE


@extend_schema(
    summary="Link devices that LibreNMS has", operation_id="plugins_librenms_plugin_status_devices_link_create"
)
class DeviceLinkView(StatusLinkView):
    """Links of devices."""

    kind = DEVICE


@extend_schema(
    summary="Link virtual machines that LibreNMS has",
    operation_id="plugins_librenms_plugin_status_virtual_machines_link_create",
)
class VirtualMachineLinkView(StatusLinkView):
    """Links of virtual machines."""

    kind = VIRTUAL_MACHINE
