"""Forms of location mappings."""

from typing import Any

from dcim.models import Location, Site
from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import NetBoxModelFilterSetForm, NetBoxModelForm
from utilities.forms.fields import (
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet

from ..models import LocationMapping
from .csv_import import PluginImportForm
from .mapping import MappingBulkEditForm


class LocationMappingForm(NetBoxModelForm):
    """Make or change one mapping."""

    site = DynamicModelChoiceField(label=_("Site"), queryset=Site.objects.all(), selector=True)
    location = DynamicModelChoiceField(
        label=_("Location"),
        queryset=Location.objects.all(),
        required=False,
        query_params={"site_id": "$site"},
        help_text=_("Empty leaves the location of devices alone"),
    )

    fieldsets = (
        FieldSet("librenms_location", name=_("LibreNMS")),
        FieldSet("site", "location", "description", "tags", name=_("NetBox")),
    )

    class Meta:
        model = LocationMapping
        fields = ("librenms_location", "site", "location", "description", "tags")


class LocationMappingImportForm(PluginImportForm):
    """One mapping of a CSV, JSON or YAML document."""

    site = CSVModelChoiceField(
        label=_("Site"), queryset=Site.objects.all(), to_field_name="name", help_text=_("Its name")
    )
    location = CSVModelChoiceField(
        label=_("Location"),
        queryset=Location.objects.all(),
        to_field_name="name",
        required=False,
        help_text=_("Its name; empty leaves the location of devices alone"),
    )

    class Meta:
        model = LocationMapping
        fields = ("librenms_location", "site", "location", "description", "tags")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if data and (site := data.get("site")):
            field = self.fields["location"]
            field.queryset = field.queryset.filter(site__name=site)


class LocationMappingBulkEditForm(MappingBulkEditForm):
    """Change several mappings at once."""

    site = DynamicModelChoiceField(label=_("Site"), queryset=Site.objects.all(), required=False)
    location = DynamicModelChoiceField(
        label=_("Location"), queryset=Location.objects.all(), required=False, query_params={"site_id": "$site"}
    )

    model = LocationMapping
    fieldsets = (FieldSet("site", "location", "description"),)
    nullable_fields = ("location", "description")


class LocationMappingFilterForm(NetBoxModelFilterSetForm):
    """Find mappings."""

    librenms_location = forms.CharField(label=_("LibreNMS location"), required=False)
    site_id = DynamicModelMultipleChoiceField(label=_("Site"), queryset=Site.objects.all(), required=False)
    location_id = DynamicModelMultipleChoiceField(
        label=_("Location"), queryset=Location.objects.all(), required=False, query_params={"site_id": "$site_id"}
    )
    tag = TagFilterField(LocationMapping)

    model = LocationMapping
    fieldsets = (
        FieldSet("q", "filter_id", "tag"),
        FieldSet("librenms_location", "site_id", "location_id", name=_("Mapping")),
    )
