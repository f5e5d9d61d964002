"""Forms of platform mappings."""

from dcim.models import Platform
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

from ..models import PlatformMapping
from .mapping import MadeByImportForm, MappingBulkEditForm


class PlatformMappingForm(NetBoxModelForm):
    """Make or change one mapping."""

    platform = DynamicModelChoiceField(
        label=_("Platform"), queryset=Platform.objects.all(), selector=True, quick_add=True
    )

    fieldsets = (
        FieldSet("librenms_os", name=_("LibreNMS")),
        FieldSet("platform", "description", "tags", name=_("NetBox")),
    )

    class Meta:
        model = PlatformMapping
        fields = ("librenms_os", "platform", "description", "tags")


class PlatformMappingImportForm(MadeByImportForm):
    """One mapping of a CSV, JSON or YAML document."""

    made = "platform"

    platform = CSVModelChoiceField(
        label=_("Platform"), queryset=Platform.objects.all(), to_field_name="name", help_text=_("Its name")
    )

    class Meta:
        model = PlatformMapping
        fields = ("librenms_os", "manufacturer", "platform", "description", "tags")


class PlatformMappingBulkEditForm(MappingBulkEditForm):
    """Change several mappings at once."""

    platform = DynamicModelChoiceField(label=_("Platform"), queryset=Platform.objects.all(), required=False)

    model = PlatformMapping
    fieldsets = (FieldSet("platform", "description"),)


class PlatformMappingFilterForm(NetBoxModelFilterSetForm):
    """Find mappings."""

    librenms_os = forms.CharField(label=_("LibreNMS OS"), required=False)
    platform_id = DynamicModelMultipleChoiceField(label=_("Platform"), queryset=Platform.objects.all(), required=False)
    tag = TagFilterField(PlatformMapping)

    model = PlatformMapping
    fieldsets = (
        FieldSet("q", "filter_id", "tag"),
        FieldSet("librenms_os", "platform_id", name=_("Mapping")),
    )
