"""The general part of the settings page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from extras.models import Tag
from utilities.forms.fields import DynamicModelChoiceField
from utilities.forms.rendering import FieldSet

from ..choices import DeviceStateChoices
from ..models import LibreNMSSettings
from ..models.settings import IN_CONTEXT, IN_FIELD, possible_statuses, version_fields
from ..words.labels import server_choices
from .location_pattern import LocationPatternInput
from .member_names import MemberNamesInput


class LinesField(forms.CharField):
    """Text of several lines. A browser sends their ends its own way, which is no change."""

    widget = forms.Textarea({"rows": 6, "class": "font-monospace", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        """The lines as they are stored."""
        return "\n".join(super().to_python(value).splitlines())


class StatusMapWidget(forms.MultiWidget):
    """A box for each of LibreNMS's states."""

    template_name = "netbox_librenms_plugin/widgets/status_map.html"

    def __init__(self, attrs: Any = None) -> None:
        boxes = {state: forms.Select(attrs={"aria-label": label}) for state, label in DeviceStateChoices.LABELS.items()}
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        """The status of each state."""
        held = value if isinstance(value, dict) else {}
        return [str(held.get(state, "")) for state in DeviceStateChoices.LABELS]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """With the label of each state."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for box, label in zip(context["widget"]["subwidgets"], DeviceStateChoices.LABELS.values(), strict=True):
            box["state"] = label
        return context


class StatusMapField(forms.MultiValueField):
    """LibreNMS's state → NetBox's status."""

    widget = StatusMapWidget

    def __init__(self, **kwargs: Any) -> None:
        boxes = [forms.ChoiceField(required=False) for _state in DeviceStateChoices.LABELS]
        super().__init__(boxes, require_all_fields=False, **kwargs)
        choices = [("", _("is left alone")), *possible_statuses().items()]
        for box, widget in zip(boxes, self.widget.widgets, strict=True):
            box.choices = widget.choices = choices

    def compress(self, data_list: Any) -> dict[str, str]:
        """Without the states that leave it alone."""
        chosen = zip(DeviceStateChoices.LABELS, data_list or (), strict=False)
        return {state: status for state, status in chosen if status}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """By what is stored of both."""
        return not self.disabled and (initial or {}) != self.clean(data)


class LibreNMSSettingsForm(forms.ModelForm):
    """Which server is asked where no other is chosen, how things are named, and what is compared."""

    selected_server = forms.ChoiceField(
        label=_("Server"),
        required=False,
        help_text=_("Asked wherever no other server is chosen."),
    )
    os_version_in = forms.ChoiceField(
        label=_("OS version"),
        required=False,
        help_text=_("A custom field of type text, or the local config context of the object."),
    )
    status_map = StatusMapField(
        label=_("Status"),
        required=False,
        help_text=_("A status that is not chosen here, such as Planned, is left alone."),
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
        FieldSet("os_version_in", "status_map", name=_("From monitoring")),
        FieldSet("times_before_open", "unseen_days", "fewer_percent", name=_("Comparison of the network")),
        FieldSet("location_pattern", "location_tolerance", name=_("Sites and locations")),
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
            "os_version_in",
            "status_map",
            "times_before_open",
            "unseen_days",
            "fewer_percent",
            "location_pattern",
            "location_tolerance",
            "cable_label",
            "cable_tag",
            "unrecorded_neighbours",
        )
        field_classes = {"unrecorded_neighbours": LinesField}
        widgets = {"location_pattern": LocationPatternInput, "member_name_pattern": MemberNamesInput}

    def __init__(self, *args: Any, editable: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["selected_server"].choices = server_choices(
            current=self.instance.selected_server, everywhere=_("The first one configured")
        )
        held = self.instance.os_version_in
        places = {
            "": _("Not compared"),
            IN_CONTEXT: _("Local config context, key os_version"),
            **{f"{IN_FIELD}{name}": label for name, label in version_fields().items()},
        }
        self.fields["os_version_in"].choices = list((places if held in places else {**places, held: held}).items())
        for field in self.fields.values():
            field.disabled = not editable
