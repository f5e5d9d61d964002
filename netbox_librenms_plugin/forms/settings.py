"""The general part of the settings page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from extras.models import Tag
from utilities.forms.fields import DynamicModelChoiceField
from utilities.forms.rendering import FieldSet

from ..models import LibreNMSSettings
from ..words.labels import server_choices
from .member_names import MemberNamesInput


class LinesField(forms.CharField):
    """Text of several lines. A browser sends their ends its own way, which is no change."""

    widget = forms.Textarea({"rows": 6, "class": "font-monospace", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        """The lines as they are stored."""
        return "\n".join(super().to_python(value).splitlines())


class LibreNMSSettingsForm(forms.ModelForm):
    """Which server is asked where no other is chosen, how things are named, and what is compared."""

    selected_server = forms.ChoiceField(
        label=_("Server"),
        required=False,
        help_text=_("Asked wherever no other server is chosen."),
    )
    cable_tag = DynamicModelChoiceField(
        queryset=Tag.objects.all(),
        required=False,
        label=_("Cable tag"),
        help_text=_("Tag of cables made from LibreNMS links."),
    )

    fieldsets = (
        FieldSet("selected_server", name=_("LibreNMS")),
        FieldSet("interface_name_field", "device_name_source", "strip_domain", "member_name_pattern", name=_("Names")),
        FieldSet("include_reserved_vlans", "include_link_local", "include_loopback", name=_("Also compare")),
        FieldSet("times_before_open", "unseen_days", "fewer_percent", name=_("Comparison of the network")),
        FieldSet("location_tolerance", name=_("Sites and locations")),
        FieldSet("cable_label", "cable_tag", "unrecorded_neighbours", name=_("Cables")),
    )

    class Meta:
        model = LibreNMSSettings
        fields = (
            "selected_server",
            "interface_name_field",
            "device_name_source",
            "strip_domain",
            "member_name_pattern",
            "include_reserved_vlans",
            "include_link_local",
            "include_loopback",
            "times_before_open",
            "unseen_days",
            "fewer_percent",
            "location_tolerance",
            "cable_label",
            "cable_tag",
            "unrecorded_neighbours",
        )
        field_classes = {"unrecorded_neighbours": LinesField}
        widgets = {"member_name_pattern": MemberNamesInput}

    def __init__(self, *args: Any, editable: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["selected_server"].choices = server_choices(
            current=self.instance.selected_server, everywhere=_("The first one configured")
        )
        for field in self.fields.values():
            field.disabled = not editable
