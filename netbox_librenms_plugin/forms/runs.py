"""What the list of runs is filtered by."""

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms.mixins import SavedFiltersMixin
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, FilterForm
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import DateTimePicker

from ..choices import RunStateChoices
from ..models import Run
from ..runs.kinds import kind_choices
from ..words.labels import server_choices


class RunFilterForm(SavedFiltersMixin, FilterForm):
    """Filters of the list of runs."""

    model = Run
    fieldsets = (
        FieldSet("q", "filter_id"),
        FieldSet("kind", "state", "server", "user", "undone", name=_("Run")),
        FieldSet("created__gte", "created__lte", name=_("Time")),
    )
    kind = forms.MultipleChoiceField(label=_("Kind"), required=False, choices=kind_choices)
    state = forms.MultipleChoiceField(label=_("State"), required=False, choices=RunStateChoices)
    server = forms.MultipleChoiceField(label=_("Server"), required=False, choices=server_choices)
    user = forms.CharField(label=_("User name"), required=False)
    undone = forms.NullBooleanField(
        label=_("Has been undone"), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )
    created__gte = forms.DateTimeField(label=_("From"), required=False, widget=DateTimePicker())
    created__lte = forms.DateTimeField(label=_("To"), required=False, widget=DateTimePicker())
