"""How long devices are to be under maintenance in LibreNMS, from when on, and why."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..librenms.clock import Clock
from ..maintenance.asking import LONGEST_NOTE, AskedWindow, AskError, asked_window

MINUTES = (
    (30, _("half an hour")),
    (60, _("1 hour")),
    (120, _("2 hours")),
    (240, _("4 hours")),
    (480, _("8 hours")),
    (1440, _("a day")),
    (10080, _("a week")),
)
_FORMAT = "%Y-%m-%dT%H:%M"


def _moment(label: Any, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format=_FORMAT)
    formats = (_FORMAT, "%Y-%m-%d %H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, input_formats=formats, help_text=help_text)


class MaintenanceForm(forms.Form):
    """Without a start it begins now; an end takes the place of the duration. ``clock``: that of the LibreNMS server."""

    start = _moment(_("From"), _("Empty means now."))
    minutes = forms.TypedChoiceField(
        label=_("For"),
        choices=MINUTES,
        coerce=int,
        initial=60,
        widget=forms.Select(attrs={"class": "form-select no-ts"}),
    )
    end = _moment(_("Or until"), _("In place of the duration."))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("LibreNMS keeps it with the window."),
    )

    asked: AskedWindow

    def __init__(self, *args: Any, clock: Clock | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def clean(self) -> dict[str, Any]:
        """The window as it is asked for, in ``asked``."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.asked = asked_window(now=timezone.now(), clock=self._clock, **data)
            except AskError as error:
                self.add_error(error.about, str(error))
        return data
