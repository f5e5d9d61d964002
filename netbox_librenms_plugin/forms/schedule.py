"""Forms of schedules: which objects, what is done with them, when, and what it may do at most."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from netbox.forms import NetBoxModelBulkEditForm, NetBoxModelFilterSetForm, NetBoxModelForm
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES
from utilities.forms.fields import JSONField, TagFilterField
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import BulkEditNullBooleanSelect

from ..branching import branch_names
from ..choices import ScheduleActionChoices, ScheduleOutcomeChoices, SchedulePushChoices, ScheduleStateChoices
from ..models import Schedule
from ..models.schedule import GUARDS, OBJECTS, TIMES
from ..schedules.rights import why_not_his
from ..words.labels import field_choices, resource_choices, server_choices

TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _several(label: Any, *, choices: Any = (), **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, **more)


class ScheduleForm(NetBoxModelForm):
    """Make or change one schedule. ``editor``: who does, set by the view."""

    server = forms.ChoiceField(label=_("Server"))
    device_filter = JSONField(
        label=_("Device filter"),
        required=False,
        help_text=_('As saved filters are written: {"site": ["ams1"], "status": ["active"]}'),
    )
    vm_filter = JSONField(
        label=_("Virtual machine filter"),
        required=False,
        help_text=_('As saved filters are written: {"cluster": ["lab"]}'),
    )
    resources = _several(_("Resources"), help_text=_("None means all."))
    exclude_fields = _several(_("Leave out"), help_text=_("These fields stay as they are in NetBox."))
    outcomes = _several(
        _("Write"),
        choices=ScheduleOutcomeChoices,
        help_text=_("Nothing is ever deleted."),
    )
    push_options = _several(
        _("When adding"),
        choices=SchedulePushChoices,
        help_text=_("For “Add to LibreNMS”: push rules say how each device is reached."),
    )
    run_as = forms.ModelChoiceField(
        label=_("Run as"),
        queryset=get_user_model().objects.filter(is_active=True),
        help_text=_("This user's permissions apply, and the change log names this user."),
    )
    branch = forms.ChoiceField(label=_("Branch"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=tuple(WEEKDAYS.items()),
        coerce=int,
        required=False,
        help_text=_("For a time of day; none means every day."),
    )
    at = forms.TimeField(label=_("Time of day"), required=False, widget=TIME)
    window_from = forms.TimeField(
        label=_("Begins from"),
        required=False,
        widget=TIME,
        help_text=_("It begins at no other time of day. The end may lie on the next day."),
    )
    window_to = forms.TimeField(label=_("Begins until"), required=False, widget=TIME)

    fieldsets = (
        FieldSet("name", "description", "enabled", "weight", "tags", name=_("Schedule")),
        FieldSet(*OBJECTS, name=_("Objects")),
        FieldSet(
            *("action", "server", "resources", "exclude_fields", "outcomes", "push_options", "run_as", "branch"),
            name=_("What"),
        ),
        FieldSet(*TIMES, name=_("When")),
        FieldSet(*GUARDS, "shadow_runs", name=_("Guards")),
    )

    class Meta:
        model = Schedule
        fields = (
            *("name", "description", "enabled", "weight", "tags", *OBJECTS, "action", "server", "resources"),
            *("exclude_fields", "outcomes", "push_options", "run_as", "branch", *TIMES, *GUARDS, "shadow_runs"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held: Schedule = self.instance
        for name in ("device_filter", "vm_filter"):
            self.fields[name].widget.attrs["rows"] = 3
        self.fields["server"].choices = server_choices(current=held.server)
        self.fields["resources"].choices = resource_choices()
        known = field_choices()
        self.fields["exclude_fields"].choices = [
            *known,
            *((one, one) for one in held.exclude_fields if one not in dict(known)),
        ]
        branches = branch_names()
        self.fields["branch"].choices = [("", _("Main")), *((one, one) for one in {*branches, held.branch} if one)]
        if not branches and not held.branch:
            self._leave_out("branch")
        self._of_editor()

    def _of_editor(self) -> None:
        """Who is no superuser has schedules run in his own name."""
        user = getattr(self.instance, "editor", None)
        if user is None:
            return
        if self.instance.run_as_id is None:
            self.instance.run_as = user
            self.initial["run_as"] = user.pk
        if not user.is_superuser:
            self._leave_out("run_as")

    def _leave_out(self, name: str) -> None:
        del self.fields[name]
        self.fieldsets = tuple(
            FieldSet(*(item for item in one.items if item != name), name=one.name) for one in self.fieldsets
        )

    def clean_device_filter(self) -> Any:
        """An empty text is no filter."""
        return self.cleaned_data["device_filter"] or {}

    def clean_vm_filter(self) -> Any:
        """An empty text is no filter."""
        return self.cleaned_data["vm_filter"] or {}

    def _post_clean(self) -> None:
        """When the schedule is as it would be stored: whether this person may have it like that."""
        super()._post_clean()
        user = getattr(self.instance, "editor", None)
        if user is not None and (reason := why_not_his(self.instance, user)):
            self.add_error("run_as" if "run_as" in self.fields else None, reason)


class ScheduleBulkEditForm(NetBoxModelBulkEditForm):
    """Change what several schedules can have in common; what each writes stays."""

    enabled = forms.NullBooleanField(label=_("Enabled"), required=False, widget=BulkEditNullBooleanSelect())
    weight = forms.IntegerField(label=_("Weight"), required=False, min_value=0, max_value=32767)
    description = forms.CharField(label=_("Description"), max_length=200, required=False)

    model = Schedule
    fieldsets = (FieldSet("enabled", "weight", "description"),)
    nullable_fields = ("description",)


class ScheduleFilterForm(NetBoxModelFilterSetForm):
    """Find schedules."""

    enabled = forms.NullBooleanField(
        label=_("Enabled"), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )
    server = forms.MultipleChoiceField(label=_("Server"), required=False)
    action = forms.MultipleChoiceField(label=_("Action"), choices=ScheduleActionChoices, required=False)
    state = forms.MultipleChoiceField(label=_("State"), choices=ScheduleStateChoices, required=False)
    tag = TagFilterField(Schedule)

    model = Schedule
    fieldsets = (
        FieldSet("q", "filter_id", "tag"),
        FieldSet("enabled", "server", "action", "state", name=_("Schedule")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].choices = server_choices()


class ForceForm(forms.Form):
    """Why a run may go on although a guard stopped it; empty where nothing did."""

    force = forms.CharField(max_length=200, required=False)
