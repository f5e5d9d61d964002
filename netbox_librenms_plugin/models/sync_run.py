"""What was applied: who, when, to what, with which result."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from utilities.querysets import RestrictedQuerySet

from ..choices import SyncStateChoices
from .run import Run


class SyncRun(models.Model):
    """A plan that was applied to one object. Written once, never edited; old rows go after ``run_retention_days``.

    ``run``: the work on many objects that it was a part of, if it was. ``branch``: name of the branch that was written
    to, empty for main. The record itself is always in main. ``undone_by``: the run that undid it, or tried to.
    """

    created = models.DateTimeField(verbose_name=_("time"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    user_name = models.CharField(verbose_name=_("user name"), max_length=150, editable=False)
    request_id = models.UUIDField(verbose_name=_("request ID"), editable=False, db_index=True)
    object_type = models.ForeignKey(to=ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    object = GenericForeignKey(ct_field="object_type", fk_field="object_id")
    object_repr = models.CharField(verbose_name=_("object"), max_length=200, editable=False)
    server = models.CharField(verbose_name=_("server"), max_length=50)
    librenms_id = models.PositiveBigIntegerField(verbose_name=_("LibreNMS ID"))
    branch = models.CharField(verbose_name=_("branch"), max_length=100, blank=True, editable=False)
    state = models.CharField(verbose_name=_("state"), max_length=20, choices=SyncStateChoices)
    run = models.ForeignKey(to=Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="sync_runs")
    undone_by = models.ForeignKey(to=Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="undid_syncs")
    results = models.JSONField(verbose_name=_("results"), default=list)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ("-created", "-pk")
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        indexes = (models.Index(fields=("object_type", "object_id")),)

    def __str__(self) -> str:
        return f"{self.object_repr} {self.created:%Y-%m-%d %H:%M}"

    def get_state_color(self) -> str | None:
        """Badge colour of the state."""
        return SyncStateChoices.colors.get(self.state)
