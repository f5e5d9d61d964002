"""Work on many objects: what was asked, and what became of each."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from utilities.querysets import RestrictedQuerySet

from ..choices import RunOutcomeChoices, RunStateChoices

# Kind → how people know one run of it. Here, since a record's name must not need what works it off.
TITLES: Mapping[str, Any] = {
    "compare": _("Comparison #{number}"),
    "import": _("Import #{number}"),
    "maintenance": _("Maintenance #{number}"),
    "push": _("Push to LibreNMS #{number}"),
    "push_shadow": _("Shadow run #{number}"),
    "shadow": _("Shadow run #{number}"),
    "sites": _("Sync of sites #{number}"),
    "stacks": _("Search for stacks #{number}"),
    "sync": _("Sync #{number}"),
    "undo": _("Undo #{number}"),
}
TITLE = _("Run #{number}")
PLUGIN = "plugins:netbox_librenms_plugin"
# Kind → its own page of one run; all others share one
PAGES: Mapping[str, str] = {"import": "importrun", "push_shadow": "shadow_run", "shadow": "shadow_run"}
# Kinds that write no object of NetBox
ONLY_READ = frozenset({"compare", "push_shadow", "shadow", "stacks"})
# Kinds that tell LibreNMS alone, so that NetBox has nothing to undo either
ONLY_TOLD = frozenset({"maintenance"})
# Kind → the page that shows what came of all of its runs
SHOWN_ON: Mapping[str, str] = {"compare": "network", "sites": "site_location_sync", "stacks": "librenms_import"}


class Run(models.Model):
    """Work on many objects. ``kind``: what is done (``runs.kinds``). ``options``: what was chosen for all of them. Its
    items are the work that is left and done.

    ``branch``: name of the branch that is written to, empty for main. The record itself is always in main.
    ``undone_by``: the run that undid it, or tried to. ``schedule``: the one that started it, if it was one.
    """

    kind = models.CharField(verbose_name=_("kind"), max_length=50, editable=False)
    created = models.DateTimeField(verbose_name=_("time"), auto_now_add=True, db_index=True)
    started = models.DateTimeField(verbose_name=_("started"), null=True, blank=True)
    ended = models.DateTimeField(verbose_name=_("ended"), null=True, blank=True)
    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    user_name = models.CharField(verbose_name=_("user name"), max_length=150, editable=False)
    request_id = models.UUIDField(verbose_name=_("request ID"), editable=False, db_index=True)
    server = models.CharField(verbose_name=_("server"), max_length=50)
    branch = models.CharField(verbose_name=_("branch"), max_length=100, blank=True, editable=False)
    state = models.CharField(
        verbose_name=_("state"), max_length=20, choices=RunStateChoices, default=RunStateChoices.PENDING
    )
    options = models.JSONField(verbose_name=_("options"), default=dict)
    undone_by = models.ForeignKey(to="self", on_delete=models.SET_NULL, null=True, blank=True, related_name="undid")
    schedule = models.ForeignKey(
        to="netbox_librenms_plugin.Schedule",
        verbose_name=_("schedule"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
    )
    job = models.ForeignKey(to="core.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ("-created", "-pk")
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return str(TITLES.get(self.kind, TITLE)).format(number=self.pk)

    def get_absolute_url(self) -> str:
        """The page with the results, which can be shared."""
        return reverse(f"{PLUGIN}:{PAGES.get(self.kind, 'run')}", args=(self.pk,))

    def shown_on_url(self) -> str:
        """The page that shows what came of it, where that is another one."""
        if self.kind not in SHOWN_ON:
            return ""
        return f"{reverse(f'{PLUGIN}:{SHOWN_ON[self.kind]}')}?{urlencode({'server': self.server})}"

    @property
    def only_reads(self) -> bool:
        """Whether it writes no object of NetBox, so that there is nothing to undo."""
        return self.kind in ONLY_READ

    @property
    def writes_here(self) -> bool:
        """Whether it writes objects of NetBox, so that there can be something to undo."""
        return not self.only_reads and self.kind not in ONLY_TOLD

    def get_state_color(self) -> str | None:
        """Badge colour of the state."""
        return RunStateChoices.colors.get(self.state)

    @property
    def ended_already(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in RunStateChoices.OPEN

    def counts(self) -> Mapping[str, int]:
        """Outcome → number of items, all outcomes present: one query."""
        counted = dict(self.items.order_by().values_list("outcome").annotate(number=models.Count("pk")))
        return {outcome: counted.get(outcome, 0) for outcome in RunOutcomeChoices.values()}


class RunItem(models.Model):
    """One thing that a run is about. ``key`` says which, once in a run; ``name`` says it to people; ``librenms_id``:
    the device of LibreNMS, where it is one. ``choice`` is what a person decided for it.

    ``phase``: the last phase of the run that it came through, empty before the first. ``claimed_by``: the worker that
    is at it now, whatever the phase; ``done_by``: phase → the worker that did it.

    ``counts``: resource → objects written. ``issues``: ``[{"code", "details", "resource", "name"}]``.
    ``gaps``: what was not looked at, ``[{"resource", "code", "count", "names"}]``.
    """

    run = models.ForeignKey(to=Run, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=100)
    name = models.CharField(verbose_name=_("name"), max_length=255)
    librenms_id = models.PositiveBigIntegerField(verbose_name=_("LibreNMS ID"), null=True, blank=True)
    choice = models.JSONField(default=dict)
    outcome = models.CharField(
        verbose_name=_("outcome"), max_length=20, choices=RunOutcomeChoices, default=RunOutcomeChoices.PENDING
    )
    object_type = models.ForeignKey(to=ContentType, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    object = GenericForeignKey(ct_field="object_type", fk_field="object_id")
    object_repr = models.CharField(verbose_name=_("object"), max_length=200, blank=True)
    issues = models.JSONField(verbose_name=_("issues"), default=list)
    gaps = models.JSONField(verbose_name=_("not looked at"), default=list)
    counts = models.JSONField(verbose_name=_("written"), default=dict)
    phase = models.CharField(max_length=50, blank=True, default="")
    claimed_by = models.UUIDField(null=True, blank=True)
    done_by = models.JSONField(default=dict)
    ended = models.DateTimeField(verbose_name=_("time"), null=True, blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("item of a run")
        verbose_name_plural = _("items of runs")
        constraints = (models.UniqueConstraint(fields=("run", "key"), name="%(app_label)s_%(class)s_unique_key"),)
        indexes = (
            models.Index(fields=("run", "outcome"), name="librenms_runitem_outcome"),
            # What is left of a phase, in order: a worker takes the first few of thousands
            models.Index(fields=("run", "phase", "outcome", "id"), name="librenms_runitem_left"),
        )

    def __str__(self) -> str:
        return self.name

    def get_outcome_color(self) -> str | None:
        """Badge colour of the outcome."""
        return RunOutcomeChoices.colors.get(self.outcome)
