"""REST of import rules, of ignored devices, and of the imports that were made."""

from typing import Any

from django.db.models import F
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet, NetBoxReadOnlyModelViewSet
from rest_framework.request import Request
from rest_framework.response import Response

from ..filtersets import ImportIgnoreFilterSet, ImportRuleFilterSet, ImportRunFilterSet, ImportRunRowFilterSet
from ..import_utils.kinds import IMPORT
from ..models import ImportIgnore, ImportRule, Run, RunItem
from ..runs.access import visible_runs, with_last_sign
from .described import answer_example, described
from .import_run_serializers import ImportRunRowSerializer, ImportRunSerializer
from .permissions import PluginPermission
from .run_parts import CountedRunsMixin, VisibleItemsMixin
from .serializers import ImportIgnoreSerializer, ImportRuleSerializer


@described(
    "an import rule",
    "import rules",
    body={"name": "Access switches", "weight": 100, "librenms_hardware": "C9300*", "role": 3},
)
class ImportRuleViewSet(NetBoxModelViewSet):
    """How devices of LibreNMS are imported: as what, where to, or not at all."""

    queryset = ImportRule.objects.all()
    serializer_class = ImportRuleSerializer
    filterset_class = ImportRuleFilterSet


@described(
    "an ignored device",
    "ignored devices",
    body={"server": "production", "librenms_id": 42, "hostname": "printer-1.example.net"},
)
class ImportIgnoreViewSet(NetBoxModelViewSet):
    """Devices of LibreNMS that the import list hides."""

    queryset = ImportIgnore.objects.all()
    serializer_class = ImportIgnoreSerializer
    filterset_class = ImportIgnoreFilterSet


@described(
    "an import",
    "imports",
    answer={"id": 12, "user_name": "jd", "server": "production", "counts": {"created": 25, "failed": 1}},
)
class ImportRunViewSet(CountedRunsMixin, NetBoxReadOnlyModelViewSet):
    """Imports: one's own, and with NetBox's permission to view them those of others."""

    queryset = Run.objects.select_related("job__user")
    serializer_class = ImportRunSerializer
    filterset_class = ImportRunFilterSet
    permission_classes = [PluginPermission]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """One's own runs need no permission on runs, which NetBox would ask for."""
        super().initial(request, *args, **kwargs)
        self.queryset = with_last_sign(visible_runs(request.user, kind=IMPORT.name).select_related("job__user"))


class ImportRunRowViewSet(VisibleItemsMixin, NetBoxReadOnlyModelViewSet):
    """The devices of one import, in the order in which they were asked for."""

    queryset = RunItem.objects.select_related("object_type")
    serializer_class = ImportRunRowSerializer
    filterset_class = ImportRunRowFilterSet
    ordering_fields = "__all__"
    permission_classes = [PluginPermission]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who may see the run may see its rows."""
        super().initial(request, *args, **kwargs)
        run = get_object_or_404(visible_runs(request.user, kind=IMPORT.name), pk=kwargs["pk"])
        # REST has this name for it, also for who orders by it
        self.queryset = run.items.select_related("object_type").annotate(hostname=F("name"))

    @extend_schema(
        operation_id="plugins_librenms_plugin_import_runs_rows_list",
        summary="List the devices of an import",
        examples=[
            answer_example({"librenms_id": 42, "hostname": "core-01.example.com", "counts": {"devices": 1}, "gaps": []})
        ],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What became of each device."""
        return super().list(request, *args, **kwargs)
