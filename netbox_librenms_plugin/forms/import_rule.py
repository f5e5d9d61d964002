"""Forms of import rules: which devices they are for, and what these get."""

from typing import Any

from dcim.models import DeviceRole, Site
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from extras.models import Tag
from netbox.forms import (
    NetBoxModelBulkEditForm,
    NetBoxModelFilterSetForm,
    NetBoxModelForm,
)
from tenancy.models import Tenant
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES
from utilities.forms.fields import (
    CSVChoiceField,
    CSVModelChoiceField,
    CSVModelMultipleChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import BulkEditNullBooleanSelect
from virtualization.models import Cluster

from ..models import ImportRule
from ..models.import_rule import CONDITIONS, TARGETS
from ..words.labels import server_choices
from .csv_import import PluginImportForm
from .field_policy import EVERY_SERVER

FITS = _("Fits devices with")
GIVES = _("Gives them")
HOW_TEXTS_FIT = _("The whole text, whatever its case; * stands for any text, ? for any one character.")
EXPLAINED: dict[str, Any] = {
    "librenms_os": _("LibreNMS's short name, such as ios or linux."),
    "librenms_type": _("LibreNMS's type, such as network or server."),
    "name_pattern": _("The sysName or the hostname."),
}
DEVICE_NAME = _("Device name")


def explain_conditions(fields: dict[str, forms.Field]) -> None:
    """Say at every condition how it is compared, and call the two names apart."""
    for name in CONDITIONS:
        said = EXPLAINED.get(name)
        fields[name].help_text = format_lazy("{} {}", said, HOW_TEXTS_FIT) if said else HOW_TEXTS_FIT
    fields["name_pattern"].label = DEVICE_NAME


class ImportRuleForm(NetBoxModelForm):
    """Make or change one rule."""

    server = forms.ChoiceField(label=_("Server"), required=False)
    role = DynamicModelChoiceField(label=_("Role"), queryset=DeviceRole.objects.all(), required=False, quick_add=True)
    site = DynamicModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.all(),
        required=False,
        selector=True,
        help_text=_("Instead of the site that LibreNMS's location means"),
    )
    tenant = DynamicModelChoiceField(label=_("Tenant"), queryset=Tenant.objects.all(), required=False, selector=True)
    cluster = DynamicModelChoiceField(
        label=_("Cluster"),
        queryset=Cluster.objects.all(),
        required=False,
        selector=True,
        help_text=_("For virtual machines only"),
    )
    import_tags = DynamicModelMultipleChoiceField(
        label=_("Tags"), queryset=Tag.objects.all(), required=False, help_text=_("Of what is imported")
    )

    fieldsets = (
        FieldSet("name", "weight", "enabled", "description", "tags", name=_("Rule")),
        FieldSet("server", *CONDITIONS, name=FITS),
        FieldSet("as_vm", *TARGETS, "import_tags", "ignore", name=GIVES),
    )

    class Meta:
        model = ImportRule
        fields = (
            *("name", "weight", "enabled", "description", "tags"),
            *("server", *CONDITIONS, "as_vm", *TARGETS, "import_tags", "ignore"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices(current=self.instance.server, everywhere=EVERY_SERVER)
        self.fields["tags"].label = _("Tags of the rule")
        explain_conditions(self.fields)


class ImportRuleImportForm(PluginImportForm):
    """One rule of a CSV, JSON or YAML document. What is left out is as in a new rule."""

    weight = forms.IntegerField(label=_("Weight"), required=False, min_value=0, max_value=32767)
    server = CSVChoiceField(
        label=_("Server"), required=False, help_text=_("Key of a configured server; empty means every server")
    )
    role = CSVModelChoiceField(
        label=_("Role"),
        queryset=DeviceRole.objects.all(),
        to_field_name="name",
        required=False,
        help_text=_("Its name"),
    )
    site = CSVModelChoiceField(
        label=_("Site"), queryset=Site.objects.all(), to_field_name="name", required=False, help_text=_("Its name")
    )
    tenant = CSVModelChoiceField(
        label=_("Tenant"), queryset=Tenant.objects.all(), to_field_name="name", required=False, help_text=_("Its name")
    )
    cluster = CSVModelChoiceField(
        label=_("Cluster"),
        queryset=Cluster.objects.all(),
        to_field_name="name",
        required=False,
        help_text=_("Its name; for virtual machines only"),
    )
    import_tags = CSVModelMultipleChoiceField(
        label=_("Tags of what is imported"),
        queryset=Tag.objects.all(),
        to_field_name="slug",
        required=False,
        help_text=_('Tag slugs separated by commas, encased with double quotes (e.g. "tag1,tag2,tag3")'),
    )

    class Meta:
        model = ImportRule
        fields = (
            *("name", "weight", "enabled", "server", *CONDITIONS, *TARGETS),
            *("import_tags", "as_vm", "ignore", "description", "tags"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices(current=self.instance.server)
        explain_conditions(self.fields)

    def clean_weight(self) -> int:
        """A rule without a weight has the usual one."""
        given = self.cleaned_data["weight"]
        return self._default("weight") if given is None else given

    def clean_enabled(self) -> bool:
        """A document that does not say so means a rule that is used."""
        return bool(self.cleaned_data["enabled"] if "enabled" in self.data else self._default("enabled"))

    def _default(self, name: str) -> Any:
        return ImportRule._meta.get_field(name).get_default()


class ImportRuleBulkEditForm(NetBoxModelBulkEditForm):
    """Change several rules at once; the conditions stay, since each rule has its own."""

    weight = forms.IntegerField(label=_("Weight"), required=False, min_value=0, max_value=32767)
    enabled = forms.NullBooleanField(label=_("Enabled"), required=False, widget=BulkEditNullBooleanSelect())
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    as_vm = forms.NullBooleanField(label=_("As virtual machine"), required=False, widget=BulkEditNullBooleanSelect())
    role = DynamicModelChoiceField(label=_("Role"), queryset=DeviceRole.objects.all(), required=False)
    site = DynamicModelChoiceField(label=_("Site"), queryset=Site.objects.all(), required=False)
    tenant = DynamicModelChoiceField(label=_("Tenant"), queryset=Tenant.objects.all(), required=False)
    cluster = DynamicModelChoiceField(label=_("Cluster"), queryset=Cluster.objects.all(), required=False)
    import_tags = DynamicModelMultipleChoiceField(
        label=_("Tags of what is imported"), queryset=Tag.objects.all(), required=False
    )
    ignore = forms.NullBooleanField(label=_("Ignore"), required=False, widget=BulkEditNullBooleanSelect())

    model = ImportRule
    fieldsets = (
        FieldSet("weight", "enabled", "description", name=_("Rule")),
        FieldSet("as_vm", *TARGETS, "import_tags", "ignore", name=GIVES),
    )
    nullable_fields = ("description", *TARGETS, "import_tags")


def _yes_or_no(label: Any) -> forms.NullBooleanField:
    return forms.NullBooleanField(label=label, required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES))


def _several(label: Any, objects: Any) -> DynamicModelMultipleChoiceField:
    return DynamicModelMultipleChoiceField(label=label, queryset=objects, required=False)


class ImportRuleFilterForm(NetBoxModelFilterSetForm):
    """Find rules."""

    enabled = _yes_or_no(_("Enabled"))
    server = forms.MultipleChoiceField(label=_("Server"), required=False)
    every_server = _yes_or_no(_("For every server"))
    librenms_os = forms.CharField(label=_("OS"), required=False)
    librenms_hardware = forms.CharField(label=_("Hardware"), required=False)
    librenms_type = forms.CharField(label=_("Type"), required=False)
    librenms_location = forms.CharField(label=_("Location"), required=False)
    name_pattern = forms.CharField(label=DEVICE_NAME, required=False)
    as_vm = _yes_or_no(_("As virtual machine"))
    role_id = _several(_("Role"), DeviceRole.objects.all())
    site_id = _several(_("Site"), Site.objects.all())
    tenant_id = _several(_("Tenant"), Tenant.objects.all())
    cluster_id = _several(_("Cluster"), Cluster.objects.all())
    import_tag_id = _several(_("Tags of what is imported"), Tag.objects.all())
    ignore = _yes_or_no(_("Ignore"))
    tag = TagFilterField(ImportRule)

    model = ImportRule
    fieldsets = (
        FieldSet("q", "filter_id", "tag", "enabled"),
        FieldSet("server", "every_server", *CONDITIONS, name=FITS),
        FieldSet("as_vm", *(f"{name}_id" for name in TARGETS), "import_tag_id", "ignore", name=GIVES),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices()
