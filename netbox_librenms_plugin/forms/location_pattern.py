"""The location pattern of the settings, with a preview of what it reads."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from ..models import LibreNMSSettings

FIELD = "location_pattern"


def problem_of_pattern(pattern: str) -> str:
    """Why a pattern, as somebody types it, cannot be used; empty where it can."""
    try:
        LibreNMSSettings._meta.get_field(FIELD).clean(pattern, None)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


class LocationPatternInput(forms.TextInput):
    """A text field with a button that asks for the preview."""

    template_name = "netbox_librenms_plugin/widgets/location_pattern.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Regular expressions are read letter by letter."""
        exact = {"class": "font-monospace", "spellcheck": "false", "autocomplete": "off"}
        context: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), **exact})
        return context | {"preview_url": reverse("plugins:netbox_librenms_plugin:location_pattern_preview")}
