"""Forms of push rules: which devices they are for, and how LibreNMS is to reach these."""

from typing import Any

from dcim.models import DeviceRole, Platform, Site
from django import forms
from django.utils.translation import gettext_lazy as _
from extras.models import Tag
from ipam.models import VRF
from netbox.forms import NetBoxModelBulkEditForm, NetBoxModelFilterSetForm, NetBoxModelForm
from tenancy.models import Tenant
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, add_blank_choice
from utilities.forms.fields import (
    CSVChoiceField,
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import BulkEditNullBooleanSelect

from ..choices import PushAddressChoices
from ..models import PushRule
from ..models.push_rule import CONDITIONS
from ..words.labels import profile_choices, server_choices
from .csv_import import PluginImportForm
from .field_policy import EVERY_SERVER

FITS = _("Fits devices and virtual machines with")
GIVES = _("Adds them")
GIVEN = ("profile", "address", "give_location")
OF_ADDRESS = _("Of the primary IP address")
OF_OBJECT = _("Of the device or virtual machine")


class PushRuleForm(NetBoxModelForm):
    """Make or change one rule."""

    server = forms.ChoiceField(label=_("Server"), required=False)
    role = DynamicModelChoiceField(label=_("Role"), queryset=DeviceRole.objects.all(), required=False)
    site = DynamicModelChoiceField(label=_("Site"), queryset=Site.objects.all(), required=False, selector=True)
    platform = DynamicModelChoiceField(label=_("Platform"), queryset=Platform.objects.all(), required=False)
    tenant = DynamicModelChoiceField(label=_("Tenant"), queryset=Tenant.objects.all(), required=False, selector=True)
    vrf = DynamicModelChoiceField(label=_("VRF"), queryset=VRF.objects.all(), required=False, help_text=OF_ADDRESS)
    object_tag = DynamicModelChoiceField(
        label=_("Tag"), queryset=Tag.objects.all(), required=False, help_text=OF_OBJECT
    )
    profile = forms.ChoiceField(label=_("SNMP profile"), help_text=_("One of snmp_profiles in NetBox's configuration"))

    fieldsets = (
        FieldSet("name", "weight", "enabled", "description", "tags", name=_("Rule")),
        FieldSet("server", *CONDITIONS, name=FITS),
        FieldSet(*GIVEN, name=GIVES),
    )

    class Meta:
        model = PushRule
        fields = ("name", "weight", "enabled", "description", "tags", "server", *CONDITIONS, *GIVEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices(current=self.instance.server, everywhere=EVERY_SERVER)
        self.fields["profile"].choices = add_blank_choice(profile_choices(current=self.instance.profile))
        self.fields["tags"].label = _("Tags of the rule")


def _by_name(label: Any, objects: Any) -> CSVModelChoiceField:
    return CSVModelChoiceField(
        label=label, queryset=objects, to_field_name="name", required=False, help_text=_("Its name")
    )


class PushRuleImportForm(PluginImportForm):
    """One rule of a CSV, JSON or YAML document. What is left out is as in a new rule."""

    weight = forms.IntegerField(label=_("Weight"), required=False, min_value=0, max_value=32767)
    server = CSVChoiceField(
        label=_("Server"), required=False, help_text=_("Key of a configured server; empty means every server")
    )
    role = _by_name(_("Role"), DeviceRole.objects.all())
    site = _by_name(_("Site"), Site.objects.all())
    platform = _by_name(_("Platform"), Platform.objects.all())
    tenant = _by_name(_("Tenant"), Tenant.objects.all())
    vrf = _by_name(_("VRF"), VRF.objects.all())
    object_tag = _by_name(_("Tag"), Tag.objects.all())
    profile = CSVChoiceField(label=_("SNMP profile"), help_text=_("One of snmp_profiles in NetBox's configuration"))
    address = CSVChoiceField(
        label=_("Reach it by"), choices=PushAddressChoices, required=False, help_text=_("Empty means primary")
    )

    class Meta:
        model = PushRule
        fields = ("name", "weight", "enabled", "server", *CONDITIONS, *GIVEN, "description", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices(current=self.instance.server)
        self.fields["profile"].choices = profile_choices(current=self.instance.profile)

    def clean_weight(self) -> int:
        """A rule without a weight has the usual one."""
        given = self.cleaned_data["weight"]
        return self._default("weight") if given is None else given

    def clean_address(self) -> str:
        """A document that does not say so means the primary address."""
        return self.cleaned_data["address"] or self._default("address")

    def clean_enabled(self) -> bool:
        """A document that does not say so means a rule that is used."""
        return bool(self.cleaned_data["enabled"] if "enabled" in self.data else self._default("enabled"))

    def _default(self, name: str) -> Any:
        return PushRule._meta.get_field(name).get_default()


class PushRuleBulkEditForm(NetBoxModelBulkEditForm):
    """Change several rules at once; the conditions stay, since each rule has its own."""

    weight = forms.IntegerField(label=_("Weight"), required=False, min_value=0, max_value=32767)
    enabled = forms.NullBooleanField(label=_("Enabled"), required=False, widget=BulkEditNullBooleanSelect())
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    profile = forms.ChoiceField(label=_("SNMP profile"), required=False)
    address = forms.ChoiceField(label=_("Reach it by"), choices=add_blank_choice(PushAddressChoices), required=False)
    give_location = forms.NullBooleanField(
        label=_("Give the site as location"), required=False, widget=BulkEditNullBooleanSelect()
    )

    model = PushRule
    fieldsets = (
        FieldSet("weight", "enabled", "description", name=_("Rule")),
        FieldSet(*GIVEN, name=GIVES),
    )
    nullable_fields = ("description",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = add_blank_choice(profile_choices())


def _yes_or_no(label: Any) -> forms.NullBooleanField:
    return forms.NullBooleanField(label=label, required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES))


def _several(label: Any, objects: Any) -> DynamicModelMultipleChoiceField:
    return DynamicModelMultipleChoiceField(label=label, queryset=objects, required=False)


class PushRuleFilterForm(NetBoxModelFilterSetForm):
    """Find rules."""

    enabled = _yes_or_no(_("Enabled"))
    server = forms.MultipleChoiceField(label=_("Server"), required=False)
    every_server = _yes_or_no(_("For every server"))
    role_id = _several(_("Role"), DeviceRole.objects.all())
    site_id = _several(_("Site"), Site.objects.all())
    platform_id = _several(_("Platform"), Platform.objects.all())
    tenant_id = _several(_("Tenant"), Tenant.objects.all())
    vrf_id = _several(_("VRF"), VRF.objects.all())
    object_tag_id = _several(_("Tag"), Tag.objects.all())
    profile = forms.MultipleChoiceField(label=_("SNMP profile"), required=False)
    address = forms.MultipleChoiceField(label=_("Reach it by"), choices=PushAddressChoices, required=False)
    give_location = _yes_or_no(_("Give the site as location"))
    tag = TagFilterField(PushRule)

    model = PushRule
    fieldsets = (
        FieldSet("q", "filter_id", "tag", "enabled"),
        FieldSet("server", "every_server", *(f"{name}_id" for name in CONDITIONS), name=FITS),
        FieldSet(*GIVEN, name=GIVES),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices()
        self.fields["profile"].choices = profile_choices()
