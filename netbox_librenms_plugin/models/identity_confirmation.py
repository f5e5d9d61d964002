"""What somebody confirmed: that an object of NetBox and a device of LibreNMS are one although clues deny it."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from utilities.querysets import RestrictedQuerySet


class IdentityConfirmation(models.Model):
    """One confirmation. ``clues`` stands for what both sides said then: once one of them says something else, it holds
    no more. Written once, never edited."""

    created = models.DateTimeField(verbose_name=_("time"), auto_now_add=True)
    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    user_name = models.CharField(verbose_name=_("user name"), max_length=150, editable=False)
    object_type = models.ForeignKey(to=ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    object = GenericForeignKey(ct_field="object_type", fk_field="object_id")
    server = models.CharField(verbose_name=_("server"), max_length=50)
    librenms_id = models.PositiveBigIntegerField(verbose_name=_("LibreNMS ID"))
    clues = models.CharField(verbose_name=_("clues"), max_length=64)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ("-created", "-pk")
        verbose_name = _("identity confirmation")
        verbose_name_plural = _("identity confirmations")
        constraints = (
            models.UniqueConstraint(
                fields=("object_type", "object_id", "server", "librenms_id", "clues"),
                name="%(app_label)s_%(class)s_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.object} = #{self.librenms_id} ({self.server})"
