"""Differences between NetBox and the network that are open, with since when and what was decided about them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..choices import DeviationOutcomeChoices, DeviationStateChoices
from .compared_object import ComparedObject, reads_pages, sees_network
from .run import Run

STATE = DeviationStateChoices


class CauseQuerySet(models.QuerySet):
    """Causes, with their numbers as far as somebody may see the objects."""

    def visible_to(self, user: Any) -> "CauseQuerySet":
        """Those with a deviation that the user may see, with ``seen_open``, ``seen_objects`` and ``seen_accepted``: who
        sees everything has the stored numbers."""
        if sees_network(user):
            return self.annotate(seen_open=F("open"), seen_objects=F("objects_open"), seen_accepted=F("accepted"))
        # One look at the deviations for all causes: a look for each takes minutes where there are thousands
        waiting, accepted = Q(deviations__state__in=STATE.WAITING), Q(deviations__state=STATE.ACCEPTED)
        seen = Q(deviations__compared__in=ComparedObject.objects.visible_to(user).values("pk"))
        counted = self.filter(seen & (waiting | accepted)).annotate(
            seen_open=Count("deviations", filter=waiting),
            seen_objects=Count("deviations__compared", filter=waiting, distinct=True),
            seen_accepted=Count("deviations", filter=accepted),
        )
        # Django gives what is grouped no order of itself
        return counted.order_by(*(self.query.order_by or self.model._meta.ordering))

    def restrict(self, user: Any, action: str = "view") -> "CauseQuerySet":
        """As with compared objects."""
        return self.visible_to(user) if reads_pages(user) else self.none()


class Cause(models.Model):
    """Deviations that are one and the same thing: resource, field, outcome and the wanted value, or what is missing.

    ``value``: the wanted value as plain JSON, null where each object has its own. ``details`` are those of the reason
    that all have in common. ``open``, ``writable`` (of those, what a sync writes), ``accepted`` and ``objects_open``
    (objects with an open one) are counted at the end of each comparison and after each decision.
    """

    server = models.CharField(verbose_name=_("server"), max_length=50)
    digest = models.CharField(max_length=32, editable=False)
    resource = models.CharField(verbose_name=_("resource"), max_length=50)
    field = models.CharField(verbose_name=_("field"), max_length=50, blank=True)
    outcome = models.CharField(verbose_name=_("outcome"), max_length=20, choices=DeviationOutcomeChoices)
    reason = models.CharField(verbose_name=_("reason"), max_length=50, blank=True)
    value = models.JSONField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    counted = models.BooleanField(default=True)
    open = models.PositiveIntegerField(verbose_name=_("open"), default=0)
    accepted = models.PositiveIntegerField(verbose_name=_("accepted"), default=0)
    objects_open = models.PositiveIntegerField(verbose_name=_("objects"), default=0)
    writable = models.PositiveIntegerField(verbose_name=_("can be synced"), default=0)

    objects = CauseQuerySet.as_manager()

    class Meta:
        ordering = ("-open", "pk")
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        constraints = (models.UniqueConstraint(fields=("server", "digest"), name="%(app_label)s_%(class)s_unique"),)
        indexes = (models.Index(fields=("server", "-open"), name="librenms_cause_largest"),)

    def __str__(self) -> str:
        return " ".join(part for part in (self.resource, self.field, self.outcome, self.reason) if part)

    def get_absolute_url(self) -> str:
        """The list of its deviations."""
        return f"{reverse('plugins:netbox_librenms_plugin:deviation_list')}?cause_id={self.pk}"


class DeviationQuerySet(models.QuerySet):
    """Deviations as far as somebody may see them."""

    def visible_to(self, user: Any) -> "DeviationQuerySet":
        """Those of objects that the user may view; rights beyond those on the objects are the page's business."""
        if user.is_superuser:
            return self
        return self.filter(compared__in=ComparedObject.objects.visible_to(user).values("pk"))

    def restrict(self, user: Any, action: str = "view") -> "DeviationQuerySet":
        """As with compared objects."""
        return self.visible_to(user) if reads_pages(user) else self.none()

    def waiting(self) -> "DeviationQuerySet":
        """Those that somebody has to look at."""
        return self.filter(state__in=STATE.WAITING, counted=True)


class Deviation(models.Model):
    """One difference of one object. ``field`` is empty for a row as a whole. ``found`` and ``wanted`` are plain JSON.

    While it is seen in every comparison nothing is written: how often and when last follow from those of the object
    (``ComparedObject.checks``), ``counted_from`` being the number of comparisons before the first. ``times`` and
    ``last_seen`` are set when it is no longer seen, or not looked at.

    ``writes``: a sync would write it; ``counted``: somebody has something to do. ``digest`` stands for everything
    that is said of it, ``decided_by`` for what a decision is about. ``problem``: why its sync failed, ``{"code",
    "details"}``. ``run``: the run that last changed something of it.
    """

    compared = models.ForeignKey(to=ComparedObject, on_delete=models.CASCADE, related_name="deviations")
    cause = models.ForeignKey(to=Cause, on_delete=models.CASCADE, related_name="deviations")
    resource = models.CharField(verbose_name=_("resource"), max_length=50)
    key = models.CharField(max_length=255)
    name = models.CharField(verbose_name=_("name"), max_length=500)
    field = models.CharField(verbose_name=_("field"), max_length=50, blank=True)
    netbox_id = models.PositiveBigIntegerField(null=True, blank=True)
    outcome = models.CharField(verbose_name=_("outcome"), max_length=20, choices=DeviationOutcomeChoices)
    reason = models.CharField(verbose_name=_("reason"), max_length=50, blank=True)
    details = models.JSONField(default=dict, blank=True)
    found = models.JSONField(verbose_name=_("in NetBox"), null=True, blank=True)
    wanted = models.JSONField(verbose_name=_("in LibreNMS"), null=True, blank=True)
    writes = models.BooleanField(verbose_name=_("a sync writes it"), default=False)
    counted = models.BooleanField(default=True)
    digest = models.CharField(max_length=32, editable=False)
    decided_by = models.CharField(max_length=32, editable=False)
    state = models.CharField(verbose_name=_("state"), max_length=20, choices=STATE, default=STATE.OPEN)
    first_seen = models.DateTimeField(verbose_name=_("since"))
    last_seen = models.DateTimeField(verbose_name=_("last seen"), null=True, blank=True)
    counted_from = models.PositiveIntegerField(default=0)
    times = models.PositiveIntegerField(verbose_name=_("times seen"), null=True, blank=True)
    reopened = models.PositiveIntegerField(verbose_name=_("reopened"), default=0)
    resolved_at = models.DateTimeField(verbose_name=_("resolved"), null=True, blank=True)
    problem = models.JSONField(default=dict, blank=True)
    accepted_until = models.DateField(verbose_name=_("accepted until"), null=True, blank=True)
    accepted_reason = models.CharField(verbose_name=_("accepted because"), max_length=200, blank=True)
    accepted_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_name = models.CharField(verbose_name=_("accepted by"), max_length=150, blank=True)
    run = models.ForeignKey(to=Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DeviationQuerySet.as_manager()

    class Meta:
        ordering = ("-first_seen", "-pk")
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        constraints = (
            models.UniqueConstraint(
                fields=("compared", "resource", "key", "field"), name="%(app_label)s_%(class)s_unique"
            ),
        )
        indexes = (
            models.Index(
                fields=("cause", "compared"), name="librenms_deviation_waiting", condition=Q(state__in=STATE.WAITING)
            ),
            models.Index(fields=("state", "-first_seen", "-id"), name="librenms_deviation_newest"),
            models.Index(
                fields=("accepted_until",), name="librenms_deviation_until", condition=Q(state=STATE.ACCEPTED)
            ),
        )

    def __str__(self) -> str:
        return f"{self.compared} {self.name}" + (f" {self.field}" if self.field else "")

    @property
    def times_seen(self) -> int:
        """In how many comparisons it was seen."""
        if self.times is not None:
            return self.times
        return max(1, self.compared.checks.get(self.resource, {}).get("times", 0) - self.counted_from)

    @property
    def seen_at(self) -> Any:
        """When it was seen last."""
        return self.last_seen or self.compared.checked_at

    def get_state_color(self) -> str | None:
        """Badge colour of the state."""
        return STATE.colors.get(self.state)

    def get_outcome_color(self) -> str | None:
        """Badge colour of the outcome."""
        return DeviationOutcomeChoices.colors.get(self.outcome)


class DailyTotal(models.Model):
    """The numbers of one day, as the last comparison of everything left them. ``resource`` is empty for all together;
    ``objects``: how many were compared."""

    server = models.CharField(max_length=50)
    day = models.DateField()
    resource = models.CharField(max_length=50, blank=True)
    open = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    extra = models.PositiveIntegerField(default=0)
    objects_compared = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("day", "resource")
        verbose_name = _("daily total")
        verbose_name_plural = _("daily totals")
        constraints = (
            models.UniqueConstraint(fields=("server", "day", "resource"), name="%(app_label)s_%(class)s_unique"),
        )

    def __str__(self) -> str:
        return f"{self.server} {self.day} {self.resource}"
