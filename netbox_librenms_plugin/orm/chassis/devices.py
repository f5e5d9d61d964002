"""New devices and VMs into NetBox, as its own forms would make them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Device, DeviceRole, DeviceType, Location, Platform, Rack, Site, VirtualChassis
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _
from extras.models import CustomField, Tag
from tenancy.models import Tenant
from virtualization.models import Cluster, VirtualMachine

from ...custom_fields import FIELD_NAME
from ...librenms.identity import with_id
from ...sync.core.plan import Ref
from ..frame.permissions import require, require_rows
from ..frame.scope import Scope

# Field → model of what a new device or VM refers to
TARGETS: Mapping[str, Any] = {
    "role": DeviceRole,
    "site": Site,
    "location": Location,
    "rack": Rack,
    "cluster": Cluster,
    "device_type": DeviceType,
    "platform": Platform,
    "tenant": Tenant,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObject:
    """What is to be made. ``refs``: field → object, None for nothing; only fields that the kind has. ``chassis``: the
    virtual chassis that the device is in from the start, at ``position``: NetBox names ports by it."""

    virtual: bool
    librenms_id: int
    name: str
    serial: str = ""
    refs: Mapping[str, Ref | None]
    tags: Sequence[Ref] = ()
    chassis: VirtualChassis | None = None
    position: int | None = None


def create(new: NewObject, scope: Scope) -> Any:
    """Make the object and give it back. Runs inside a request's event tracking and the caller's ``savepoint``, which
    has to end with what is raised: an object that was refused after it was stored must not stay.

    Raises ``NotAllowedError``, and ``ValidationError``, ``AbortRequest`` or a database error where NetBox refuses it.
    """
    model: Any = VirtualMachine if new.virtual else Device
    using = router.db_for_write(model)
    require(scope.user, "add", model)
    instance = model(name=new.name, serial=new.serial)
    instance.custom_field_data = {
        **CustomField.objects.get_defaults_for_model(model),
        FIELD_NAME: with_id(None, scope.server, new.librenms_id),
    }
    for name, ref in new.refs.items():
        setattr(instance, name, _target(name, ref, scope) if ref else None)
    if new.chassis is not None:
        instance.virtual_chassis, instance.vc_position = new.chassis, new.position
    instance._changelog_message = scope.message
    instance.full_clean()
    instance.save(using=using)
    if new.tags:
        instance.tags.set(_tags(new.tags, scope))
    require_rows(scope.user, "add", model, [instance.pk], using=using)
    return instance


def _target(name: str, ref: Ref, scope: Scope) -> Any:
    """What is referred to has to be there and visible still."""
    target = TARGETS[name].objects.restrict(scope.user, "view").filter(pk=ref.id).first()
    if target is None:
        raise ValidationError({name: _("{name} does not exist any more").format(name=ref.name)})
    return target


def _tags(tags: Sequence[Ref], scope: Scope) -> list[Tag]:
    return list(Tag.objects.filter(pk__in=[one.id for one in tags]))
