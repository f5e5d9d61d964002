"""Forms of field policies: servers come from the configuration, resources and fields from the registry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import (
    NetBoxModelBulkEditForm,
    NetBoxModelFilterSetForm,
    NetBoxModelForm,
)
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, add_blank_choice
from utilities.forms.fields import CSVChoiceField, TagFilterField
from utilities.forms.rendering import FieldSet
from utilities.forms.utils import get_field_value
from utilities.forms.widgets import HTMXSelect

from ..choices import PolicyChoices
from ..models import FieldPolicy
from ..words.labels import field_choices, resource_choices, server_choices
from .csv_import import PluginImportForm

EVERY_SERVER = _("Every server")


class FieldPolicyForm(NetBoxModelForm):
    """Make or change one policy. The fields on offer are those of the chosen resource, all until one is chosen."""

    server = forms.ChoiceField(label=_("Server"), required=False)
    resource = forms.ChoiceField(label=_("Resource"), widget=HTMXSelect())
    field = forms.ChoiceField(label=_("Field"))

    fieldsets = (
        FieldSet("server", "resource", "field", name=_("Where")),
        FieldSet("policy", "tags", name=_("What happens when it differs")),
    )

    class Meta:
        model = FieldPolicy
        fields = ("server", "resource", "field", "policy", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices(current=self.instance.server, everywhere=EVERY_SERVER)
        resources = resource_choices()
        self.fields["resource"].choices = resources if len(resources) == 1 else add_blank_choice(resources)
        self.fields["field"].choices = add_blank_choice(field_choices(get_field_value(self, "resource")))


class FieldPolicyImportForm(PluginImportForm):
    """One policy of a CSV, JSON or YAML document."""

    server = CSVChoiceField(
        label=_("Server"), required=False, help_text=_("Key of a configured server; empty means every server")
    )
    resource = CSVChoiceField(label=_("Resource"))
    field = CSVChoiceField(label=_("Field"))
    policy = CSVChoiceField(label=_("Policy"), choices=PolicyChoices)

    class Meta:
        model = FieldPolicy
        fields = ("server", "resource", "field", "policy", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices(current=self.instance.server)
        self.fields["resource"].choices = resource_choices()
        self.fields["field"].choices = field_choices()


class FieldPolicyBulkEditForm(NetBoxModelBulkEditForm):
    """Change the policy of several rows at once."""

    policy = forms.ChoiceField(label=_("Policy"), choices=add_blank_choice(PolicyChoices), required=False, initial="")

    model = FieldPolicy
    fieldsets = (FieldSet("policy"),)
    nullable_fields = ()


class FieldPolicyFilterForm(NetBoxModelFilterSetForm):
    """Find policies."""

    server = forms.MultipleChoiceField(label=_("Server"), required=False)
    every_server = forms.NullBooleanField(
        label=_("For every server"), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )
    resource = forms.MultipleChoiceField(label=_("Resource"), required=False)
    field = forms.MultipleChoiceField(label=_("Field"), required=False)
    policy = forms.MultipleChoiceField(label=_("Policy"), choices=PolicyChoices, required=False)
    tag = TagFilterField(FieldPolicy)

    model = FieldPolicy
    fieldsets = (
        FieldSet("q", "filter_id", "tag"),
        FieldSet("server", "every_server", "resource", "field", "policy", name=_("Policy")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices()
        self.fields["resource"].choices = resource_choices()
        self.fields["field"].choices = field_choices()
