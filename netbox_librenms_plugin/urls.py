"""Addresses below ``/plugins/librenms_plugin/``. Tabs on devices and VMs register themselves with NetBox."""

from django.urls import include, path
from utilities.urls import get_model_urls

from . import views

APP = "netbox_librenms_plugin"
# Path → model, of what has NetBox's usual pages
MODELS = {
    "device-type-mappings": "devicetypemapping",
    "field-policies": "fieldpolicy",
    "interface-type-mappings": "interfacetypemapping",
    "location-mappings": "locationmapping",
    "platform-mappings": "platformmapping",
}

urlpatterns = (
    path("settings/", views.settings.SettingsView.as_view(), name="settings"),
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
    *(path(f"{at}/", include(get_model_urls(APP, model, detail=False))) for at, model in MODELS.items()),
    *(path(f"{at}/<int:pk>/", include(get_model_urls(APP, model))) for at, model in MODELS.items()),
)
