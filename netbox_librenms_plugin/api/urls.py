"""Addresses below ``/api/plugins/librenms_plugin/``."""

from django.urls import path
from netbox.api.routers import NetBoxRouter

from . import (
    deviation_views,
    fleet_views,
    hook_views,
    import_model_views,
    import_views,
    job_views,
    maintenance_views,
    network_views,
    push_views,
    root,
    run_views,
    schedule_views,
    site_views,
    status_views,
    sync_views,
    views,
)

app_name = "netbox_librenms_plugin"

router = NetBoxRouter()
router.APIRootView = root.LibreNMSRootView
# NetBox cannot link from an address with a suffix (…/1.json) to an object's page; JSON is what it answers anyway
router.include_format_suffixes = False
router.register("device-type-mappings", views.DeviceTypeMappingViewSet)
router.register("platform-mappings", views.PlatformMappingViewSet)
router.register("location-mappings", views.LocationMappingViewSet)
router.register("interface-type-mappings", views.InterfaceTypeMappingViewSet)
router.register("field-policies", views.FieldPolicyViewSet)
router.register("import-rules", import_model_views.ImportRuleViewSet)
router.register("import-ignores", import_model_views.ImportIgnoreViewSet)
router.register("import-runs", import_model_views.ImportRunViewSet, basename="importrun")
router.register("runs", run_views.RunViewSet, basename="run")
router.register("schedules", schedule_views.ScheduleViewSet)
router.register("push-rules", push_views.PushRuleViewSet)
router.register("sync-runs", views.SyncRunViewSet)
router.register("deviations", deviation_views.DeviationViewSet)
router.register("causes", deviation_views.CauseViewSet)
router.register("compared-objects", deviation_views.ComparedObjectViewSet)

urlpatterns = [
    path(
        "settings/",
        views.LibreNMSSettingsViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="librenmssettings",
    ),
    path("devices/sync/", fleet_views.DevicesSyncView.as_view(), name="devices-sync"),
    path("virtual-machines/sync/", fleet_views.VirtualMachinesSyncView.as_view(), name="virtualmachines-sync"),
    path("devices/<int:pk>/compare/", sync_views.DeviceCompareView.as_view(), name="device-compare"),
    path("devices/<int:pk>/sync/", sync_views.DeviceSyncView.as_view(), name="device-sync"),
    path(
        "virtual-machines/<int:pk>/compare/",
        sync_views.VirtualMachineCompareView.as_view(),
        name="virtualmachine-compare",
    ),
    path("virtual-machines/<int:pk>/sync/", sync_views.VirtualMachineSyncView.as_view(), name="virtualmachine-sync"),
    path("import/", import_views.ImportView.as_view(), name="import"),
    path(
        "import-runs/<int:pk>/rows/",
        import_model_views.ImportRunRowViewSet.as_view({"get": "list"}),
        name="importrun-rows",
    ),
    path("deviations/accept/", deviation_views.AcceptView.as_view(), name="deviation-accept"),
    path("deviations/take-back/", deviation_views.TakeBackView.as_view(), name="deviation-take-back"),
    path("schedules/<int:pk>/preview/", schedule_views.SchedulePreviewView.as_view(), name="schedule-preview"),
    path("schedules/<int:pk>/run/", schedule_views.ScheduleRunView.as_view(), name="schedule-run"),
    path("schedules/<int:pk>/arm/", schedule_views.ScheduleArmView.as_view(), name="schedule-arm"),
    path("sites/", site_views.SitesView.as_view(), name="sites"),
    path("sites/sync/", site_views.SitesSyncView.as_view(), name="sites-sync"),
    path("hook/<str:server>/", hook_views.HookView.as_view(), name="hook"),
    path("maintenance/", maintenance_views.MaintenanceView.as_view(), name="maintenance"),
    path("push/", push_views.PushView.as_view(), name="push"),
    path("network/", network_views.NetworkView.as_view(), name="network-detail"),
    path("network/compare/", network_views.NetworkCompareView.as_view(), name="network-compare"),
    path("status/devices/", status_views.DeviceStatusView.as_view(), name="device-status"),
    path("status/devices/link/", status_views.DeviceLinkView.as_view(), name="device-status-link"),
    path("status/virtual-machines/", status_views.VirtualMachineStatusView.as_view(), name="virtualmachine-status"),
    path(
        "status/virtual-machines/link/",
        status_views.VirtualMachineLinkView.as_view(),
        name="virtualmachine-status-link",
    ),
    path("runs/<int:pk>/items/", run_views.RunItemViewSet.as_view({"get": "list"}), name="run-items"),
    path("runs/<int:pk>/cancel/", run_views.RunCancelView.as_view(), name="run-cancel"),
    path("runs/<int:pk>/undo/", run_views.RunUndoView.as_view(), name="run-undo"),
    path("sync-runs/<int:pk>/undo/", run_views.SyncRunUndoView.as_view(), name="syncrun-undo"),
    path("jobs/<int:pk>/status/", job_views.JobStatusView.as_view(), name="job-status"),
    path("jobs/<int:pk>/cancel/", job_views.JobCancelView.as_view(), name="job-cancel"),
    path("jobs/<int:pk>/sync-status/", views.sync_job_status, name="job-sync-status"),
    *router.urls,
]
