"""Forms of interface type mappings."""

from dcim.choices import InterfaceTypeChoices
from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import NetBoxModelFilterSetForm, NetBoxModelForm
from utilities.forms import add_blank_choice
from utilities.forms.fields import CSVChoiceField, TagFilterField
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import NumberWithOptions

from ..models import InterfaceTypeMapping
from ..models.interface_type_mapping import MAX_SPEED_KBPS
from .csv_import import PluginImportForm
from .mapping import MappingBulkEditForm

# Kbps, as NetBox stores speeds
SPEEDS = (
    (10_000, "10 Mbps"),
    (100_000, "100 Mbps"),
    (1_000_000, "1 Gbps"),
    (2_500_000, "2.5 Gbps"),
    (5_000_000, "5 Gbps"),
    (10_000_000, "10 Gbps"),
    (25_000_000, "25 Gbps"),
    (40_000_000, "40 Gbps"),
    (50_000_000, "50 Gbps"),
    (100_000_000, "100 Gbps"),
    (200_000_000, "200 Gbps"),
    (400_000_000, "400 Gbps"),
    (800_000_000, "800 Gbps"),
)


class InterfaceTypeMappingForm(NetBoxModelForm):
    """Make or change one mapping."""

    fieldsets = (
        FieldSet("librenms_type", "librenms_speed", name=_("LibreNMS")),
        FieldSet("netbox_type", "description", "tags", name=_("NetBox")),
    )

    class Meta:
        model = InterfaceTypeMapping
        fields = ("librenms_type", "librenms_speed", "netbox_type", "description", "tags")
        widgets = {"librenms_speed": NumberWithOptions(options=SPEEDS)}


class InterfaceTypeMappingImportForm(PluginImportForm):
    """One mapping of a CSV, JSON or YAML document."""

    netbox_type = CSVChoiceField(
        label=_("NetBox type"), choices=InterfaceTypeChoices, help_text=_("Such as 1000base-t or lag")
    )

    class Meta:
        model = InterfaceTypeMapping
        fields = ("librenms_type", "librenms_speed", "netbox_type", "description", "tags")


class InterfaceTypeMappingBulkEditForm(MappingBulkEditForm):
    """Change several mappings at once."""

    librenms_speed = forms.IntegerField(
        label=_("Speed (Kbps)"),
        min_value=0,
        max_value=MAX_SPEED_KBPS,
        required=False,
        widget=NumberWithOptions(options=SPEEDS),
    )
    netbox_type = forms.ChoiceField(
        label=_("NetBox type"), choices=add_blank_choice(InterfaceTypeChoices), required=False, initial=""
    )

    model = InterfaceTypeMapping
    fieldsets = (FieldSet("librenms_speed", "netbox_type", "description"),)
    nullable_fields = ("librenms_speed", "description")


class InterfaceTypeMappingFilterForm(NetBoxModelFilterSetForm):
    """Find mappings."""

    librenms_type = forms.CharField(label=_("LibreNMS type"), required=False)
    librenms_speed = forms.IntegerField(label=_("Speed (Kbps)"), required=False)
    netbox_type = forms.MultipleChoiceField(label=_("NetBox type"), choices=InterfaceTypeChoices, required=False)
    tag = TagFilterField(InterfaceTypeMapping)

    model = InterfaceTypeMapping
    fieldsets = (
        FieldSet("q", "filter_id", "tag"),
        FieldSet("librenms_type", "librenms_speed", "netbox_type", name=_("Mapping")),
    )
