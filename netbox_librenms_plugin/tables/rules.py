"""Rules that settle a cause once and for all: forms that are opened with their values filled in."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from utilities.permissions import get_permission_for_model

from ..models import Cause, DeviceTypeMapping, FieldPolicy, LocationMapping, PlatformMapping
from ..resources import RESOURCES
from ..sync.core.issues import Code
from .remedies import Remedy

PLUGIN = "plugins:netbox_librenms_plugin"
type Way = Callable[[Cause, Any], Iterable[Remedy]]


def rules_for(cause: Cause, user: Any) -> list[Remedy]:
    """The rules that can be made about a cause, as far as the user may make them."""
    ways = _WAYS.get(cause.reason, _policy if cause.outcome == "changed" else _none)
    return list(ways(cause, user))


def _none(cause: Cause, user: Any) -> Iterable[Remedy]:
    return ()


def _policy(cause: Cause, user: Any) -> Iterable[Remedy]:
    """What happens to the field from now on."""
    resource = RESOURCES.get(cause.resource)
    if resource is None or not cause.field or not _may_add(user, FieldPolicy):
        return
    fields = {one.name: one.policy_name for one in (*resource.device_fields, *resource.vm_fields)}
    name = fields.get(cause.field)
    if name in resource.policy_fields:
        yield Remedy(
            label=_("Set policy…"),
            url=_form("fieldpolicy", server=cause.server, resource=cause.resource, field=name, policy="ignore"),
        )


def _mapping(model: Any, column: str) -> Way:
    def way(cause: Cause, user: Any) -> Iterable[Remedy]:
        if _may_add(user, model):
            url = _form(model._meta.model_name, **{column: str(cause.details.get("text", ""))})
            yield Remedy(label=_("Add mapping…"), url=url)

    return way


def _neighbours(cause: Cause, user: Any) -> Iterable[Remedy]:
    yield Remedy(label=_("Nobody records it…"), url=f"{reverse(f'{PLUGIN}:settings')}#id_unrecorded_neighbours")


def _listed(cause: Cause, user: Any) -> Iterable[Remedy]:
    yield Remedy(label=_("Import…"), url=f"{reverse(f'{PLUGIN}:librenms_import')}?server={cause.server}")


_WAYS: Mapping[str, Way] = {
    Code.DEVICE_TYPE_MISSING: _mapping(DeviceTypeMapping, "librenms_hardware"),
    Code.MEMBER_TYPE_MISSING: _mapping(DeviceTypeMapping, "librenms_hardware"),
    Code.PLATFORM_MISSING: _mapping(PlatformMapping, "librenms_os"),
    Code.SITE_MISSING: _mapping(LocationMapping, "librenms_location"),
    Code.REMOTE_DEVICE_MISSING: _neighbours,
    Code.NOT_IN_NETBOX: _listed,
    Code.ROLE_UNKNOWN: _listed,
    Code.SITE_UNKNOWN: _listed,
    Code.TYPE_UNKNOWN: _listed,
}


def _may_add(user: Any, model: Any) -> bool:
    return bool(user.has_perm(get_permission_for_model(model, "add")))


def _form(model: str, **values: Any) -> str:
    return f"{reverse(f'{PLUGIN}:{model}_add')}?{urlencode(values)}"
