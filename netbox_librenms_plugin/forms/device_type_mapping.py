"""Forms of device type mappings."""

from dcim.models import DeviceType, Manufacturer
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

from ..models import DeviceTypeMapping
from .mapping import MadeByImportForm, MappingBulkEditForm


class DeviceTypeMappingForm(NetBoxModelForm):
    """Make or change one mapping."""

    device_type = DynamicModelChoiceField(
        label=_("Device type"),
        queryset=DeviceType.objects.all(),
        context={"parent": "manufacturer"},
        selector=True,
        quick_add=True,
    )

    fieldsets = (
        FieldSet("librenms_hardware", name=_("LibreNMS")),
        FieldSet("device_type", "description", "tags", name=_("NetBox")),
    )

    class Meta:
        model = DeviceTypeMapping
        fields = ("librenms_hardware", "device_type", "description", "tags")


class DeviceTypeMappingImportForm(MadeByImportForm):
    """One mapping of a CSV, JSON or YAML document."""

    made = "device_type"

    device_type = CSVModelChoiceField(
        label=_("Device type"), queryset=DeviceType.objects.all(), to_field_name="model", help_text=_("Its model")
    )

    class Meta:
        model = DeviceTypeMapping
        fields = ("librenms_hardware", "manufacturer", "device_type", "description", "tags")


class DeviceTypeMappingBulkEditForm(MappingBulkEditForm):
    """Change several mappings at once."""

    device_type = DynamicModelChoiceField(
        label=_("Device type"), queryset=DeviceType.objects.all(), required=False, context={"parent": "manufacturer"}
    )

    model = DeviceTypeMapping
    fieldsets = (FieldSet("device_type", "description"),)


class DeviceTypeMappingFilterForm(NetBoxModelFilterSetForm):
    """Find mappings."""

    librenms_hardware = forms.CharField(label=_("LibreNMS hardware"), required=False)
    manufacturer_id = DynamicModelMultipleChoiceField(
        label=_("Manufacturer"), queryset=Manufacturer.objects.all(), required=False
    )
    device_type_id = DynamicModelMultipleChoiceField(
        label=_("Device type"),
        queryset=DeviceType.objects.all(),
        required=False,
        query_params={"manufacturer_id": "$manufacturer_id"},
    )
    tag = TagFilterField(DeviceTypeMapping)

    model = DeviceTypeMapping
    fieldsets = (
        FieldSet("q", "filter_id", "tag"),
        FieldSet("librenms_hardware", "manufacturer_id", "device_type_id", name=_("Mapping")),
    )
