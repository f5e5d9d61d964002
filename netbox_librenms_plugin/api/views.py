"""REST of the plugin's models."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet, NetBoxReadOnlyModelViewSet
from rest_framework.request import Request
from rest_framework.response import Response

from ..filtersets import (
    DeviceTypeMappingFilterSet,
    FieldPolicyFilterSet,
    InterfaceTypeMappingFilterSet,
    LocationMappingFilterSet,
    PlatformMappingFilterSet,
    SyncRunFilterSet,
)
from ..models import (
    DeviceTypeMapping,
    FieldPolicy,
    InterfaceTypeMapping,
    LibreNMSSettings,
    LocationMapping,
    PlatformMapping,
    SyncRun,
)
from ..runs.access import visible_sync_runs
from .described import answer_example, body_example, described
from .job_views import JobSyncStatusView
from .serializers import (
    DeviceTypeMappingSerializer,
    FieldPolicySerializer,
    InterfaceTypeMappingSerializer,
    LibreNMSSettingsSerializer,
    LocationMappingSerializer,
    PlatformMappingSerializer,
    SyncRunSerializer,
)


@described(
    "an interface type mapping",
    "interface type mappings",
    body={"librenms_type": "ethernetCsmacd", "librenms_speed": 1_000_000, "netbox_type": "1000base-t"},
)
class InterfaceTypeMappingViewSet(NetBoxModelViewSet):
    """Which NetBox type a LibreNMS port gets."""

    queryset = InterfaceTypeMapping.objects.all()
    serializer_class = InterfaceTypeMappingSerializer
    filterset_class = InterfaceTypeMappingFilterSet


@described(
    "a device type mapping", "device type mappings", body={"librenms_hardware": "cat36xxstack", "device_type": 9}
)
class DeviceTypeMappingViewSet(NetBoxModelViewSet):
    """Which device type LibreNMS's hardware means."""

    queryset = DeviceTypeMapping.objects.all()
    serializer_class = DeviceTypeMappingSerializer
    filterset_class = DeviceTypeMappingFilterSet


@described("a platform mapping", "platform mappings", body={"librenms_os": "iosxe", "platform": 2})
class PlatformMappingViewSet(NetBoxModelViewSet):
    """Which platform LibreNMS's operating system means."""

    queryset = PlatformMapping.objects.all()
    serializer_class = PlatformMappingSerializer
    filterset_class = PlatformMappingFilterSet


@described(
    "a location mapping", "location mappings", body={"librenms_location": "AMS1, row 3", "site": 1, "location": 4}
)
class LocationMappingViewSet(NetBoxModelViewSet):
    """Which site, and location in it, LibreNMS's location means."""

    queryset = LocationMapping.objects.all()
    serializer_class = LocationMappingSerializer
    filterset_class = LocationMappingFilterSet


@described(
    "a field policy",
    "field policies",
    body={"server": "", "resource": "interfaces", "field": "description", "policy": "netbox_wins"},
)
class FieldPolicyViewSet(NetBoxModelViewSet):
    """What happens to a field that differs."""

    queryset = FieldPolicy.objects.all()
    serializer_class = FieldPolicySerializer
    filterset_class = FieldPolicyFilterSet


class LibreNMSSettingsViewSet(NetBoxModelViewSet):
    """The plugin's settings: one row that can be read and changed, and neither added to nor deleted."""

    queryset = LibreNMSSettings.objects.all()
    serializer_class = LibreNMSSettingsSerializer
    filterset_class = None
    http_method_names = ["get", "patch", "head", "options"]

    def get_object(self) -> LibreNMSSettings:
        """The row the user may see or change; unsaved defaults while there is none."""
        stored = LibreNMSSettings.objects.first()
        if stored is None:
            return LibreNMSSettings()
        found = self.get_queryset().filter(pk=stored.pk).first()
        if found is None:
            self.permission_denied(self.request)
        return found

    def get_object_with_snapshot(self) -> LibreNMSSettings:
        """The same before a change; a row that is not stored yet has no state before."""
        found = self.get_object()
        if found.pk:
            found.snapshot()
        return found

    @extend_schema(
        operation_id="plugins_librenms_plugin_settings_retrieve",
        summary="Read the settings",
        examples=[answer_example({"selected_server": "production", "interface_name_field": "ifName"})],
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The settings that hold."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="plugins_librenms_plugin_settings_partial_update",
        summary="Change the settings",
        examples=[
            body_example({"selected_server": "production"}),
            answer_example({"selected_server": "production", "interface_name_field": "ifName"}),
        ],
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change them; the row is made when it is the first change."""
        return super().partial_update(request, *args, **kwargs)


@described(
    "a sync",
    "syncs",
    answer={"id": 17, "user_name": "jd", "object_type": "dcim.device", "object_id": 7, "server": "production"},
)
class SyncRunViewSet(NetBoxReadOnlyModelViewSet):
    """What was applied, when and by whom; runs of objects that the user may view."""

    queryset = SyncRun.objects.select_related("user", "object_type")
    serializer_class = SyncRunSerializer
    filterset_class = SyncRunFilterSet

    def get_queryset(self) -> QuerySet[SyncRun]:
        """Those that NetBox's own permissions let through, of objects that the user may view."""
        return visible_sync_runs(self.request.user, super().get_queryset())


sync_job_status = JobSyncStatusView.as_view()
