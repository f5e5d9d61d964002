"""What was compared of the network: when, what of it was looked at, and how many differences there are."""

from typing import Any

from dcim.models import Device
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from utilities.permissions import get_permission_for_model, permission_is_exempt
from virtualization.models import VirtualMachine

from ..choices import ComparedKindChoices
from .settings import LibreNMSSettings

NETBOX_MODELS: dict[str, Any] = {
    ComparedKindChoices.DEVICE: Device,
    ComparedKindChoices.VIRTUAL_MACHINE: VirtualMachine,
}


class ComparedQuerySet(models.QuerySet):
    """Objects as far as somebody may see them."""

    def visible_to(self, user: Any) -> "ComparedQuerySet":
        """Those of NetBox that the user may view. What only LibreNMS has, whoever may read the plugin's pages sees."""
        if user.is_superuser:
            return self
        seen = Q(kind=ComparedKindChoices.LIBRENMS)
        for kind, model in NETBOX_MODELS.items():
            if not sees_all(user, model):
                seen |= Q(kind=kind, object_id__in=model.objects.restrict(user, "view").values("pk"))
            else:
                seen |= Q(kind=kind)
        return self.filter(seen)

    def restrict(self, user: Any, action: str = "view") -> "ComparedQuerySet":
        """As NetBox asks for it, in lists, GraphQL and its search: nothing for who may not read the plugin's pages."""
        return self.visible_to(user) if reads_pages(user) else self.none()


def reads_pages(user: Any) -> bool:
    """Whether the user may read the plugin's pages."""
    return bool(user.has_perm(get_permission_for_model(LibreNMSSettings, "view")))


def sees_all(user: Any, model: Any) -> bool:
    """Whether no constraint keeps any object of the model from the user."""
    name = get_permission_for_model(model, "view")
    if user.is_superuser or permission_is_exempt(name):
        return True
    if not user.is_authenticated or not user.has_perm(name):
        return False
    return any(not constraints for constraints in user._object_perm_cache.get(name, ()))


def sees_network(user: Any) -> bool:
    """Whether the user sees every device and virtual machine, so that stored numbers are right for him."""
    return all(sees_all(user, model) for model in NETBOX_MODELS.values())


class ComparedObject(models.Model):
    """A device or VM as far as it was compared with one server, or (kind ``librenms``) a device that NetBox lacks.

    ``name``, ``site_id``, ``role_id``, ``platform_id`` and ``tenant_id`` are those of the last comparison: lists group
    and sort by them without a look at NetBox's tables. ``checks``: resource → ``{"at", "full", "times", "gaps"}``: when
    it was compared last, when last as a whole (ISO 8601, or null), how often, and what was not looked at the last time
    (``kept_gap``). ``counts``: resource → open differences. ``open``, ``accepted`` and ``extra`` are numbers of
    differences: to be decided, accepted, and only in NetBox. ``problem``: why it could not be compared the last time,
    ``{"code", "message"}``.
    """

    server = models.CharField(verbose_name=_("server"), max_length=50)
    kind = models.CharField(verbose_name=_("kind"), max_length=20, choices=ComparedKindChoices)
    object_id = models.PositiveBigIntegerField()
    librenms_id = models.PositiveBigIntegerField(verbose_name=_("LibreNMS ID"), null=True, blank=True)
    name = models.CharField(verbose_name=_("name"), max_length=200)
    site_id = models.PositiveBigIntegerField(null=True, blank=True)
    role_id = models.PositiveBigIntegerField(null=True, blank=True)
    platform_id = models.PositiveBigIntegerField(null=True, blank=True)
    tenant_id = models.PositiveBigIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(verbose_name=_("compared"), null=True, blank=True)
    checks = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    open = models.PositiveIntegerField(verbose_name=_("open"), default=0)
    accepted = models.PositiveIntegerField(verbose_name=_("accepted"), default=0)
    extra = models.PositiveIntegerField(verbose_name=_("only in NetBox"), default=0)
    problem = models.JSONField(default=dict)

    objects = ComparedQuerySet.as_manager()

    class Meta:
        ordering = ("-open", "name", "pk")
        verbose_name = _("compared object")
        verbose_name_plural = _("compared objects")
        constraints = (
            models.UniqueConstraint(fields=("server", "kind", "object_id"), name="%(app_label)s_%(class)s_unique"),
        )
        indexes = (
            models.Index(fields=("server", "-open"), name="librenms_compared_worst"),
            models.Index(fields=("kind", "object_id"), name="librenms_compared_object"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def model(self) -> Any:
        """The model of NetBox that it is of; None for what NetBox lacks."""
        return NETBOX_MODELS.get(self.kind)

    @property
    def deviating(self) -> int:
        """How many differences there are of it, whatever was decided."""
        return self.open + self.accepted + self.extra

    def get_absolute_url(self) -> str:
        """The object's LibreNMS tab, or the import list for what NetBox lacks."""
        if self.model is None:
            return f"{reverse('plugins:netbox_librenms_plugin:librenms_import')}?show=all&q={self.librenms_id}"
        view = "dcim:device" if self.kind == ComparedKindChoices.DEVICE else "virtualization:virtualmachine"
        return f"{reverse(f'{view}_librenms_sync', args=(self.object_id,))}?server={self.server}"
