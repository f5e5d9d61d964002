"""What the forms of all mappings share."""

from typing import Any

from dcim.models import Manufacturer
from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import NetBoxModelBulkEditForm
from utilities.forms.fields import CSVModelChoiceField

from .csv_import import PluginImportForm


class MappingBulkEditForm(NetBoxModelBulkEditForm):
    """Change several mappings at once; LibreNMS's own text stays, since each has another."""

    description = forms.CharField(label=_("Description"), max_length=200, required=False)

    nullable_fields: tuple[str, ...] = ("description",)


class MadeByImportForm(PluginImportForm):
    """A mapping to something that is called the same by several manufacturers, so the document can name one.

    ``made`` names the field of that something.
    """

    made: str

    manufacturer = CSVModelChoiceField(
        label=_("Manufacturer"),
        queryset=Manufacturer.objects.all(),
        to_field_name="name",
        required=False,
        help_text=_("Needed where several manufacturers have one of this name"),
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if not data:
            return
        field = self.fields[self.made]
        if maker := data.get("manufacturer"):
            field.queryset = field.queryset.filter(manufacturer__name=maker)
