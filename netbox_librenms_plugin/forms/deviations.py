"""Forms around deviations: what lists are filtered by, how everything is compared, and what is decided."""

from typing import Any

from dcim.models import DeviceRole, Platform, Site
from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms.mixins import SavedFiltersMixin
from tenancy.models import Tenant
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, FilterForm
from utilities.forms.fields import DynamicModelMultipleChoiceField
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import DatePicker

from ..choices import ComparedKindChoices, DeviationOutcomeChoices, DeviationStateChoices
from ..deviations.deciding import LONGEST_REASON
from ..models import Cause, ComparedObject, Deviation
from ..words.deviations import deviation_resources
from ..words.labels import server_choices


def _some(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, choices=choices)


class PlaceFilterForm(SavedFiltersMixin, FilterForm):
    """What objects are filtered by: where they are."""

    server = _some(_("Server"), server_choices)
    kind = _some(_("Kind"), ComparedKindChoices)
    site_id = DynamicModelMultipleChoiceField(queryset=Site.objects.all(), required=False, label=_("Site"))
    role_id = DynamicModelMultipleChoiceField(queryset=DeviceRole.objects.all(), required=False, label=_("Role"))
    platform_id = DynamicModelMultipleChoiceField(queryset=Platform.objects.all(), required=False, label=_("Platform"))
    tenant_id = DynamicModelMultipleChoiceField(queryset=Tenant.objects.all(), required=False, label=_("Tenant"))


class ComparedObjectFilterForm(PlaceFilterForm):
    """Filters of the list of objects."""

    model = ComparedObject
    fieldsets = (
        FieldSet("q", "filter_id"),
        FieldSet("server", "kind", "differs", "failed", name=_("Comparison")),
        FieldSet("site_id", "role_id", "platform_id", "tenant_id", name=_("Object")),
    )
    differs = forms.NullBooleanField(
        label=_("Has open deviations"), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )
    failed = forms.NullBooleanField(
        label=_("Could not be compared"), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )


class CauseFilterForm(SavedFiltersMixin, FilterForm):
    """Filters of the list of causes."""

    model = Cause
    fieldsets = (FieldSet("q", "filter_id"), FieldSet("server", "resource", "outcome", "open", name=_("Cause")))
    server = _some(_("Server"), server_choices)
    resource = _some(_("Resource"), deviation_resources)
    outcome = _some(_("Outcome"), DeviationOutcomeChoices)
    open = forms.NullBooleanField(
        label=_("Has open deviations"), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )


class DeviationFilterForm(PlaceFilterForm):
    """Filters of the list of deviations."""

    model = Deviation
    fieldsets = (
        FieldSet("q", "filter_id"),
        FieldSet("server", "resource", "outcome", "state", name=_("Deviation")),
        FieldSet("kind", "site_id", "role_id", "platform_id", "tenant_id", name=_("Object")),
    )
    resource = _some(_("Resource"), deviation_resources)
    outcome = _some(_("Outcome"), DeviationOutcomeChoices)
    state = _some(_("State"), DeviationStateChoices)


class AcceptForm(forms.Form):
    """Until when differences are meant, and why."""

    until = forms.DateField(
        label=_("Until"),
        widget=DatePicker(),
        help_text=_("When this day is over, or when LibreNMS says something else, they are open again."),
    )
    reason = forms.CharField(
        label=_("Because"),
        max_length=LONGEST_REASON,
        help_text=_("For whoever comes later: the change that is planned, the ticket, the exception."),
    )


class CompareForm(forms.Form):
    """How the network is compared."""

    complete = forms.BooleanField(label=_("Also ask device by device"), required=False)
    force = forms.CharField(
        label=_("Go on although the lists are shorter, because"), max_length=LONGEST_REASON, required=False
    )
