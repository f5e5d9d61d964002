"""A saved selection and a time: what is compared or synced by itself, and when."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

import yaml
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel

from ..choices import (
    ScheduleActionChoices,
    ScheduleObjectsChoices,
    ScheduleOutcomeChoices,
    SchedulePushChoices,
    ScheduleStateChoices,
)

# Where a schedule does not say: changes of a run, and of one object; and devices that a run adds to LibreNMS
MOST_CHANGES, MOST_EACH, MOST_ADDED = 5_000, 500, 100
YEAR = 366 * 24 * 60
OBJECTS = ("devices", "device_filter", "virtual_machines", "vm_filter")
# Who changes one of these has the schedule watched anew before it writes
WRITES = ("action", "server", *OBJECTS, "resources", "exclude_fields", "outcomes", "push_options", "run_as", "branch")
TIMES = ("minutes", "at", "weekdays", "window_from", "window_to")
GUARDS = ("shrink_percent", "most_changes", "most_each")
# What a schedule keeps of its runs; nobody edits it
KEPT = ("last_run", "last_started", "next_due", "missed_since", "message")
STATE = ("state", "armed_by", "armed_at", "shadow_since")


class Schedule(NetBoxModel):
    """``devices`` and ``virtual_machines`` say which are meant; the filters are written as NetBox's saved filters are.
    Without ``resources`` everything is meant. ``weight``: of two that would write the same, the lower one does.

    Either ``minutes`` or ``at`` (with ``weekdays``, Monday is 0, none is every day) says when. ``next_due``: None until
    somebody has worked it out. ``missed_since``: the first time that was not kept, until one is. ``shadow_since``: runs
    in shadow from before tell of another selection.
    """

    name = models.CharField(verbose_name=_("name"), max_length=100, unique=True)
    description = models.CharField(verbose_name=_("description"), max_length=200, blank=True)
    enabled = models.BooleanField(verbose_name=_("enabled"), default=True)
    weight = models.PositiveSmallIntegerField(
        verbose_name=_("weight"),
        default=1000,
        help_text=_("If two schedules would write the same field of an object, the one with the lower weight does."),
    )
    server = models.CharField(verbose_name=_("server"), max_length=50, help_text=_("Key of the LibreNMS server"))
    action = models.CharField(
        verbose_name=_("action"),
        max_length=20,
        choices=ScheduleActionChoices,
        default=ScheduleActionChoices.COMPARE,
        help_text=_("A comparison writes nothing to NetBox's objects."),
    )
    run_as = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        verbose_name=_("run as"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("This user's permissions apply, and the change log names this user."),
    )
    branch = models.CharField(
        verbose_name=_("branch"), max_length=100, blank=True, help_text=_("Name of the branch to write to")
    )

    devices = models.CharField(
        verbose_name=_("devices"),
        max_length=10,
        choices=ScheduleObjectsChoices,
        default=ScheduleObjectsChoices.NONE,
    )
    device_filter = models.JSONField(
        verbose_name=_("device filter"),
        default=dict,
        blank=True,
        help_text=_('Filters of NetBox\'s list of devices, such as {"site": ["ams1"], "status": ["active"]}'),
    )
    virtual_machines = models.CharField(
        verbose_name=_("virtual machines"),
        max_length=10,
        choices=ScheduleObjectsChoices,
        default=ScheduleObjectsChoices.NONE,
    )
    vm_filter = models.JSONField(
        verbose_name=_("virtual machine filter"),
        default=dict,
        blank=True,
        help_text=_('Filters of NetBox\'s list of virtual machines, such as {"cluster": ["lab"]}'),
    )

    resources = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("resources"),
        default=list,
        blank=True,
        help_text=_("Empty means all."),
    )
    exclude_fields = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("fields to leave out"),
        default=list,
        blank=True,
    )
    outcomes = ArrayField(
        models.CharField(max_length=20, choices=ScheduleOutcomeChoices),
        verbose_name=_("what is written"),
        default=ScheduleOutcomeChoices.values,
        help_text=_("Nothing is ever deleted."),
    )
    push_options = ArrayField(
        models.CharField(max_length=20, choices=SchedulePushChoices),
        verbose_name=_("when adding"),
        default=list,
        blank=True,
        help_text=_("What holds for all devices that are added to LibreNMS."),
    )

    minutes = models.PositiveIntegerField(
        verbose_name=_("every … minutes"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(YEAR)),
    )
    at = models.TimeField(verbose_name=_("time of day"), null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=(MaxValueValidator(6),)),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
        help_text=_("Monday is 0; empty means every day."),
    )
    window_from = models.TimeField(
        verbose_name=_("begins from"), null=True, blank=True, help_text=_("It begins at no other time of day.")
    )
    window_to = models.TimeField(verbose_name=_("begins until"), null=True, blank=True)

    shrink_percent = models.PositiveSmallIntegerField(
        verbose_name=_("fewer devices or ports"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(100)),
        help_text=_(
            "In percent. If LibreNMS lists this many fewer than last time, a run stops before it writes "
            "anything. Empty: as in the plugin's settings."
        ),
    )
    most_changes = models.PositiveIntegerField(
        verbose_name=_("changes in one run"),
        null=True,
        blank=True,
        help_text=_(
            "A run that would write more stops before it writes anything. Empty: 5,000, or 100 devices to add to "
            "LibreNMS."
        ),
    )
    most_each = models.PositiveIntegerField(
        verbose_name=_("changes of one object"),
        null=True,
        blank=True,
        help_text=_("An object with more changes is left out. Empty: 500."),
    )
    shadow_runs = models.PositiveSmallIntegerField(
        verbose_name=_("runs in shadow"),
        default=3,
        validators=(MinValueValidator(1), MaxValueValidator(100)),
        help_text=_("How many runs only report what they would write before the schedule can be armed."),
    )

    state = models.CharField(
        verbose_name=_("state"),
        max_length=10,
        choices=ScheduleStateChoices,
        default=ScheduleStateChoices.SHADOW,
        editable=False,
    )
    armed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        verbose_name=_("armed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    armed_at = models.DateTimeField(verbose_name=_("armed"), null=True, blank=True, editable=False)
    shadow_since = models.DateTimeField(verbose_name=_("in shadow since"), default=timezone.now, editable=False)

    last_run = models.ForeignKey(
        to="netbox_librenms_plugin.Run",
        verbose_name=_("last run"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    last_started = models.DateTimeField(verbose_name=_("last started"), null=True, blank=True, editable=False)
    next_due = models.DateTimeField(verbose_name=_("next"), null=True, blank=True, editable=False)
    missed_since = models.DateTimeField(verbose_name=_("missed since"), null=True, blank=True, editable=False)
    message = models.CharField(verbose_name=_("message"), max_length=500, blank=True, editable=False)

    # Name of a field → what is wrong with it, by what the schedule would do; set when the app is ready
    problems: ClassVar[Callable[["Schedule"], Mapping[str, str]]] = lambda _schedule: {}

    # NetBox's own documentation does not know this model
    docs_url = ""
    clone_fields = (
        *("description", "enabled", "weight", "server", "action", "branch", *OBJECTS),
        *("resources", "exclude_fields", "outcomes", "push_options", *TIMES, *GUARDS, "shadow_runs"),
    )
    # Whether saving it has put it back into shadow
    back_in_shadow = False

    class Meta:
        ordering = ("weight", "name")
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return self.name

    @property
    def writes(self) -> bool:
        """Whether its runs write, once it is armed."""
        return self.action in (ScheduleActionChoices.SYNC, ScheduleActionChoices.PUSH)

    @property
    def adds(self) -> bool:
        """Whether its runs add devices to LibreNMS."""
        return self.action == ScheduleActionChoices.PUSH

    @property
    def armed(self) -> bool:
        """Whether its next run writes."""
        return self.writes and self.state == ScheduleStateChoices.ARMED

    def get_action_color(self) -> str | None:
        """Badge colour of the action."""
        return ScheduleActionChoices.colors.get(self.action)

    def get_state_color(self) -> str | None:
        """Badge colour of the state."""
        return ScheduleStateChoices.colors.get(self.state)

    def clean(self) -> None:
        """When and what must both be certain: nothing may be meant by mistake."""
        super().clean()
        self.resources = list(dict.fromkeys(self.resources or ()))
        self.exclude_fields = list(dict.fromkeys(self.exclude_fields or ()))
        self.weekdays = sorted(set(self.weekdays or ()))
        self.outcomes = [one for one in ScheduleOutcomeChoices.values() if one in (self.outcomes or ())]
        self.push_options = [one for one in SchedulePushChoices.values() if one in (self.push_options or ())]
        wrong = {**self._wrong_times(), **self._wrong_objects()}
        if self.action == ScheduleActionChoices.SYNC and not self.outcomes:
            wrong["outcomes"] = _("Choose what is written.")
        if self.branch and self.adds:
            wrong["branch"] = _("LibreNMS has no branches, so devices are added to it from main.")
        if self.branch and not self.writes:
            wrong["branch"] = _("Deviations are those of main, so a comparison is in no branch.")
        wrong |= {name: said for name, said in type(self).problems(self).items() if name not in wrong}
        if wrong:
            raise ValidationError(wrong)

    def _wrong_times(self) -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        if (self.minutes is None) == (self.at is None):
            wrong["at"] = _("Give either an interval in minutes or a time of day.")
        elif self.weekdays and self.at is None:
            wrong["weekdays"] = _("Weekdays go with a time of day.")
        if (self.window_from is None) != (self.window_to is None):
            wrong["window_to"] = _("Give both ends of the window, or none.")
        elif self.window_from is not None and self.window_from == self.window_to:
            wrong["window_to"] = _("A window that ends when it begins is never open.")
        return wrong

    def _wrong_objects(self) -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        for which, filters in (("devices", "device_filter"), ("virtual_machines", "vm_filter")):
            said, held = getattr(self, which), getattr(self, filters) or {}
            if said == ScheduleObjectsChoices.SOME and not held:
                wrong[filters] = _("Name at least one filter, or say that all are meant.")
            elif said != ScheduleObjectsChoices.SOME and held:
                wrong[filters] = _("A filter goes with “{choice}” alone.").format(
                    choice=dict(ScheduleObjectsChoices)[ScheduleObjectsChoices.SOME]
                )
            setattr(self, filters, held)
        if {self.devices, self.virtual_machines} <= {ScheduleObjectsChoices.NONE}:
            wrong["devices"] = _("Choose devices, virtual machines or both.")
        return wrong

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is kept of its runs stays as it is, whoever edits it meanwhile. Where it would write something else than
        before, it is watched anew."""
        if self._state.adding or kwargs.get("update_fields") is not None:
            super().save(*args, **kwargs)
            return
        before = type(self).objects.filter(pk=self.pk).first()
        names = {field.name for field in self._meta.concrete_fields if not field.primary_key} - {*KEPT, *STATE}
        if before is not None and differ(self, before, WRITES):
            names |= set(STATE)
            self.back_in_shadow = before.armed
            self.state, self.armed_by, self.armed_at = ScheduleStateChoices.SHADOW, None, None
            self.shadow_since = timezone.now()
        if before is not None and differ(self, before, TIMES):
            names.add("next_due")
            self.next_due = None
        super().save(*args, **kwargs, update_fields=names)

    def serialize_object(self, exclude: Collection[str] | None = None) -> dict[str, Any]:
        """For the change log, which is about what people do."""
        data: dict[str, Any] = super().serialize_object(exclude=[*(exclude or ()), *KEPT])
        return data

    def to_yaml(self) -> str:
        """The schedule as one YAML document."""
        plain = (*("name", "description", "enabled", "weight", "server", "action", "branch"), *OBJECTS)
        how = ("resources", "exclude_fields", "outcomes", "push_options")
        data = {name: getattr(self, name) for name in (*plain, *how, *GUARDS)}
        data |= {name: _plain(getattr(self, name)) for name in (*TIMES, "shadow_runs")}
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def differ(one: Schedule, other: Schedule, names: Collection[str]) -> bool:
    """Whether two schedules differ in any of these fields."""
    columns = [Schedule._meta.get_field(name).attname for name in names]
    return any(getattr(one, name) != getattr(other, name) for name in columns)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
