"""Addresses below ``/plugins/librenms_plugin/``. Tabs on devices and VMs register themselves with NetBox."""

from django.urls import include, path
from utilities.urls import get_model_urls

from . import views
from .views import deviations, monitoring_overview, network
from .views.fleet import compare as fleet_compare
from .views.fleet import maintenance as fleet_maintenance
from .views.fleet import push as fleet_push
from .views.fleet import sync as fleet_sync
from .views.imports import actions as import_actions
from .views.imports import results as import_results
from .views.imports import review as import_review
from .views.runs import list as run_list
from .views.runs import page as run_page
from .views.runs import undo as run_undo
from .views.sites import PARTS as SITES
from .views.status_lists import actions as status_actions
from .views.status_lists import list as status_list

APP = "netbox_librenms_plugin"
# Path → model, of what has NetBox's usual pages
MODELS = {
    "device-type-mappings": "devicetypemapping",
    "field-policies": "fieldpolicy",
    "import-ignores": "importignore",
    "import-rules": "importrule",
    "interface-type-mappings": "interfacetypemapping",
    "location-mappings": "locationmapping",
    "platform-mappings": "platformmapping",
    "push-rules": "pushrule",
    "schedules": "schedule",
}

NETWORK = (
    path("network/", network.NetworkView.as_view(), name="network"),
    path("network/progress/", network.NetworkProgressView.as_view(), name="network_progress"),
    path("network/compare/", network.CompareView.as_view(), name="network_compare"),
    path("deviations/", deviations.DeviationListView.as_view(), name="deviation_list"),
    path("deviations/accept/", deviations.AcceptView.as_view(), name="deviation_accept"),
    path("deviations/sync/", deviations.SyncView.as_view(), name="deviation_sync"),
    path("deviations/take-back/", deviations.TakeBackView.as_view(), name="deviation_take_back"),
    path("causes/", deviations.CauseListView.as_view(), name="cause_list"),
    path("compared-objects/", deviations.ComparedObjectListView.as_view(), name="comparedobject_list"),
)

IMPORTS = (
    path("librenms-import/review/", import_review.ReviewView.as_view(), name="librenms_import_review"),
    path(
        "librenms-import/review/totals/",
        import_review.ReviewTotalsView.as_view(),
        name="librenms_import_review_totals",
    ),
    path(
        "librenms-import/review/members/",
        import_review.ReviewMembersView.as_view(),
        name="librenms_import_review_members",
    ),
    path("librenms-import/start/", import_actions.StartView.as_view(), name="librenms_import_start"),
    path("import-runs/", import_results.RunListView.as_view(), name="importrun_list"),
    path("import-runs/<int:pk>/", import_results.RunView.as_view(), name="importrun"),
    path("import-runs/<int:pk>/rows/", import_results.RunRowsView.as_view(), name="importrun_rows"),
    path("import-runs/<int:pk>/progress/", import_results.RunProgressView.as_view(), name="importrun_progress"),
    path("import-runs/<int:pk>/continue/", import_actions.ContinueView.as_view(), name="importrun_continue"),
    path("import-runs/<int:pk>/again/", import_actions.AgainView.as_view(), name="importrun_again"),
)

# Path → kind of object
FLEETS = {"devices": "device", "virtual-machines": "virtualmachine"}
FLEET = (
    ("compare", fleet_compare.CompareView, "fleet_compare"),
    ("compare/rows", fleet_compare.CompareRowsView, "fleet_compare_rows"),
    ("sync", fleet_sync.SyncView, "fleet_sync"),
    ("sync/totals", fleet_sync.TotalsView, "fleet_totals"),
    ("sync/start", fleet_sync.StartView, "fleet_start"),
    ("push", fleet_push.PushView, "fleet_push"),
    ("push/rows", fleet_push.PushRowsView, "fleet_push_rows"),
    ("push/start", fleet_push.PushStartView, "fleet_push_start"),
    ("maintenance", fleet_maintenance.MaintenanceView, "fleet_maintenance"),
    ("maintenance/rows", fleet_maintenance.MaintenanceRowsView, "fleet_maintenance_rows"),
    ("maintenance/start", fleet_maintenance.MaintenanceStartView, "fleet_maintenance_start"),
)

# Path → kind of object, and the name of its page
STATUS_LISTS = {"device-status": ("device", "device_status"), "vm-status": ("virtualmachine", "vm_status")}
STATUS = (
    ("rows", status_list.StatusRowsView, "status_rows"),
    ("filters", status_list.StatusFiltersView, "status_filters"),
    ("refresh", status_list.StatusRefreshView, "status_refresh"),
    ("choose", status_actions.StatusChooseView, "status_choose"),
    ("link", status_actions.StatusLinkView, "status_link"),
)

RUNS = (
    path("runs/", run_list.RunListView.as_view(), name="run_list"),
    path("runs/<int:pk>/", run_page.RunView.as_view(), name="run"),
    path("runs/<int:pk>/rows/", run_page.RunRowsView.as_view(), name="run_rows"),
    path("runs/<int:pk>/continue/", run_page.RunContinueView.as_view(), name="run_continue"),
    path("runs/<int:pk>/undo/", run_undo.RunUndoView.as_view(), name="run_undo"),
    path("sync-runs/<int:pk>/undo/", run_undo.SyncRunUndoView.as_view(), name="syncrun_undo"),
    path("syncs/<int:pk>/", run_page.OldAddressView.as_view(), name="fleet_run"),
)

urlpatterns = (
    *NETWORK,
    path("monitoring/", monitoring_overview.OverviewView.as_view(), name="monitoring"),
    path("monitoring/heard/", monitoring_overview.HeardView.as_view(), name="monitoring_heard"),
    path("settings/", views.settings.SettingsView.as_view(), name="settings"),
    path("settings/member-names/", views.member_names.MemberNamesView.as_view(), name="member_names_preview"),
    path(
        "settings/location-pattern/",
        views.location_pattern.LocationPatternView.as_view(),
        name="location_pattern_preview",
    ),
    path("settings/policies/", views.settings.PoliciesView.as_view(), name="settings_policies"),
    path(
        "settings/servers/<str:server>/test/",
        views.settings.ConnectionTestView.as_view(),
        name="connection_test",
    ),
    path(
        "settings/servers/<str:server>/accept-fewer/",
        views.settings.AcceptFewerView.as_view(),
        name="accept_fewer",
    ),
    path(
        "settings/servers/<str:server>/webhook-test/",
        views.webhook.WebhookTestView.as_view(),
        name="webhook_test",
    ),
    *(path(f"librenms-import/{at}", view.as_view(), name=name) for at, name, view in views.imports.PARTS),
    *IMPORTS,
    *(path(f"site-location-sync/{at}", view.as_view(), name=name) for at, view, name in SITES),
    *(
        path(f"{place}/{at}/", view.as_view(), {"kind": kind}, name=name)
        for place, kind in FLEETS.items()
        for at, view, name in FLEET
    ),
    *(
        path(f"{place}/", status_list.StatusListView.as_view(), {"kind": kind}, name=name)
        for place, (kind, name) in STATUS_LISTS.items()
    ),
    *(
        path(f"{place}/{at}/", view.as_view(), {"kind": kind}, name=name)
        for place, (kind, _page) in STATUS_LISTS.items()
        for at, view, name in STATUS
    ),
    *RUNS,
    path("schedules/runs/<int:pk>/", views.schedules.ScheduleRunView.as_view(), name="shadow_run"),
    *(path(f"{at}/", include(get_model_urls(APP, model, detail=False))) for at, model in MODELS.items()),
    *(path(f"{at}/<int:pk>/", include(get_model_urls(APP, model))) for at, model in MODELS.items()),
)
