"""The general part of the settings page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.forms.rendering import FieldSet

from ..choice_lists import server_choices
from ..models import LibreNMSSettings


class LibreNMSSettingsForm(forms.ModelForm):
    """Which server is asked where no other is chosen, and how interfaces are named."""

    selected_server = forms.ChoiceField(
        label=_("Server"),
        required=False,
        help_text=_("Asked wherever no other server is chosen."),
    )

    fieldsets = (FieldSet("selected_server", "interface_name_field"),)

    class Meta:
        model = LibreNMSSettings
        fields = ("selected_server", "interface_name_field")

    def __init__(self, *args: Any, editable: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["selected_server"].choices = server_choices(
            current=self.instance.selected_server, everywhere=_("The first one configured")
        )
        for field in self.fields.values():
            field.disabled = not editable
