"""Addresses below ``/plugins/librenms_plugin/``. Tabs on devices and VMs register themselves with NetBox."""

from django.urls import include, path
from utilities.urls import get_model_urls

from . import views

APP = "netbox_librenms_plugin"


urlpatterns = (
    path("settings/", views.settings.SettingsView.as_view(), name="settings"),
    path("settings/policies/", views.settings.PoliciesView.as_view(), name="settings_policies"),
    path(
        "settings/servers/<str:server>/test/",
        views.settings.ConnectionTestView.as_view(),
        name="connection_test",
    ),
    path("interface-type-mappings/", include(get_model_urls(APP, "interfacetypemapping", detail=False))),
    path("interface-type-mappings/<int:pk>/", include(get_model_urls(APP, "interfacetypemapping"))),
    path("field-policies/", include(get_model_urls(APP, "fieldpolicy", detail=False))),
    path("field-policies/<int:pk>/", include(get_model_urls(APP, "fieldpolicy"))),
)
