"""Forms of ignored devices: which device of which server nobody wants in NetBox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import (
    NetBoxModelBulkEditForm,
    NetBoxModelFilterSetForm,
    NetBoxModelForm,
)
from utilities.forms import add_blank_choice
from utilities.forms.fields import CSVChoiceField, TagFilterField
from utilities.forms.rendering import FieldSet

from ..models import ImportIgnore
from ..words.labels import server_choices
from .csv_import import PluginImportForm


class ImportIgnoreForm(NetBoxModelForm):
    """Ignore one device, or say why."""

    server = forms.ChoiceField(label=_("Server"))

    fieldsets = (
        FieldSet("server", "librenms_id", "hostname", name=_("LibreNMS device")),
        FieldSet("description", "tags", name=_("Why")),
    )

    class Meta:
        model = ImportIgnore
        fields = ("server", "librenms_id", "hostname", "description", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = server_choices(current=self.instance.server)
        self.fields["server"].choices = choices if len(choices) == 1 else add_blank_choice(choices)


class ImportIgnoreImportForm(PluginImportForm):
    """One ignored device of a CSV, JSON or YAML document."""

    server = CSVChoiceField(label=_("Server"), help_text=_("Key of a configured server"))

    class Meta:
        model = ImportIgnore
        fields = ("server", "librenms_id", "hostname", "description", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices(current=self.instance.server)


class ImportIgnoreBulkEditForm(NetBoxModelBulkEditForm):
    """Say of several devices at once why they are ignored."""

    description = forms.CharField(label=_("Description"), max_length=200, required=False)

    model = ImportIgnore
    fieldsets = (FieldSet("description"),)
    nullable_fields = ("description",)


class ImportIgnoreFilterForm(NetBoxModelFilterSetForm):
    """Find ignored devices."""

    server = forms.MultipleChoiceField(label=_("Server"), required=False)
    librenms_id = forms.IntegerField(label=_("LibreNMS ID"), required=False, min_value=1)
    hostname = forms.CharField(label=_("Hostname"), required=False)
    tag = TagFilterField(ImportIgnore)

    model = ImportIgnore
    fieldsets = (
        FieldSet("q", "filter_id", "tag"),
        FieldSet("server", "librenms_id", "hostname", name=_("LibreNMS device")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices()
