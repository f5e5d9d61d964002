"""An import of many devices: what was asked, and what became of each device."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from utilities.querysets import RestrictedQuerySet

from ..choices import ImportOutcomeChoices, ImportStateChoices


class ImportRun(models.Model):
    """One import. ``kind``: what is done (``runs.kinds``). ``options``: what is imported beside the devices. Its rows
    are the work that is left and done.

    ``branch``: name of the branch that is written to, empty for main. The record itself is always in main.
    """

    kind = models.CharField(verbose_name=_("kind"), max_length=50, default="import", editable=False)
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
        verbose_name=_("state"), max_length=20, choices=ImportStateChoices, default=ImportStateChoices.PENDING
    )
    options = models.JSONField(verbose_name=_("options"), default=dict)
    job = models.ForeignKey(to="core.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ("-created", "-pk")
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")

    def __str__(self) -> str:
        return str(_("Import #{number}").format(number=self.pk))

    def get_absolute_url(self) -> str:
        """The page with the results, which can be shared."""
        return reverse("plugins:netbox_librenms_plugin:importrun", args=(self.pk,))

    def get_state_color(self) -> str | None:
        """Badge colour of the state."""
        return ImportStateChoices.colors.get(self.state)

    @property
    def ended_already(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ImportStateChoices.OPEN

    def counts(self) -> Mapping[str, int]:
        """Outcome → number of devices, all outcomes present: one query."""
        counted = dict(self.rows.order_by().values_list("outcome").annotate(number=models.Count("pk")))
        return {outcome: counted.get(outcome, 0) for outcome in ImportOutcomeChoices.values()}


class ImportRunRow(models.Model):
    """One device of an import. ``choice`` is what a person decided for it; ``claimed_by`` the job that works on it,
    ``cabled_by`` the one that makes its cables.

    ``counts``: resource → objects written. ``issues``: ``[{"code", "details", "resource", "name"}]``.
    """

    run = models.ForeignKey(to=ImportRun, on_delete=models.CASCADE, related_name="rows")
    librenms_id = models.PositiveBigIntegerField(verbose_name=_("LibreNMS ID"))
    hostname = models.CharField(verbose_name=_("hostname"), max_length=255)
    choice = models.JSONField(default=dict)
    outcome = models.CharField(
        verbose_name=_("outcome"),
        max_length=20,
        choices=ImportOutcomeChoices,
        default=ImportOutcomeChoices.PENDING,
    )
    object_type = models.ForeignKey(to=ContentType, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    object = GenericForeignKey(ct_field="object_type", fk_field="object_id")
    object_repr = models.CharField(verbose_name=_("object"), max_length=200, blank=True)
    issues = models.JSONField(verbose_name=_("issues"), default=list)
    counts = models.JSONField(verbose_name=_("written"), default=dict)
    claimed_by = models.UUIDField(null=True, blank=True)
    cabled = models.BooleanField(default=False)
    cabled_by = models.UUIDField(null=True, blank=True)
    ended = models.DateTimeField(verbose_name=_("time"), null=True, blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("imported device")
        verbose_name_plural = _("imported devices")
        constraints = (
            models.UniqueConstraint(fields=("run", "librenms_id"), name="%(app_label)s_%(class)s_unique_device"),
        )
        indexes = (models.Index(fields=("run", "outcome")),)

    def __str__(self) -> str:
        return self.hostname

    def get_outcome_color(self) -> str | None:
        """Badge colour of the outcome."""
        return ImportOutcomeChoices.colors.get(self.outcome)
