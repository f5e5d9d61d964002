"""New devices and VMs into NetBox, as its own forms would make them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dcim.models import Device, DeviceRole, DeviceType, Location, Platform, Rack, Site, VirtualChassis
from dcim.models.device_component_templates import ComponentTemplateModel
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _
from extras.models import CustomField, Tag
from tenancy.models import Tenant
from virtualization.models import Cluster, VirtualMachine

from ...compat import known_columns
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


# What a device has from its type where nobody says otherwise
_OF_ITS_TYPE = ("airflow", "cooling_method")

# (field, id) → what it is
Known = Mapping[tuple[str, int], Any]


def create_together(several: Sequence[NewObject], scope: Scope) -> list[Any]:
    """Make several objects as ``create`` does, in their order. What they refer to is read once for all of them.

    Where one breaks a rule of uniqueness, it is the database that says so.
    """
    using = router.db_for_write(Device)
    types = {ref.id for one in several if (ref := one.refs.get("device_type")) is not None and ref.id is not None}
    hold_types(types, using)
    known = _known(several, scope)
    return [create(one, scope, known=known) for one in several]


def hold_types(ids: Iterable[int], using: str) -> None:
    """Lock device types, in one order for everybody. NetBox counts the devices of each type in its row, so two who make
    several devices of the same types in another order would wait for each other."""
    types = DeviceType.objects.using(using).filter(pk__in=list(ids)).order_by("pk")
    list(types.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def create(new: NewObject, scope: Scope, *, known: Known | None = None) -> Any:
    """Make the object and give it back. Runs inside a request's event tracking and the caller's ``savepoint``, which
    has to end with what is raised: an object that was refused after it was stored must not stay.
    ``known``: what is referred to, where it has been read already.

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
        setattr(instance, name, _target(name, ref, scope, known) if ref else None)
    if new.chassis is not None:
        instance.virtual_chassis, instance.vc_position = new.chassis, new.position
    instance._changelog_message = scope.message
    if known is None:
        instance.full_clean()
    else:
        # What is referred to was just read, and the database watches over what has to be unique
        instance.clean_fields(exclude=[one.name for one in model._meta.fields if one.is_relation])
        instance.clean()
    if known is not None and isinstance(instance, Device) and not _brings_components(instance.device_type):
        _save_bare(instance, using)
    else:
        instance.save(using=using)
    if new.tags:
        instance.tags.set(_tags(new.tags, scope))
    require_rows(scope.user, "add", model, [instance.pk], using=using)
    return instance


def _known(several: Sequence[NewObject], scope: Scope) -> dict[tuple[str, int], Any]:
    """Everything that the objects refer to and the user may view."""
    found: dict[tuple[str, int], Any] = {}
    for name, model in TARGETS.items():
        ids = {ref.id for one in several if (ref := one.refs.get(name)) is not None and ref.id is not None}
        if ids:
            visible = model.objects.restrict(scope.user, "view").filter(pk__in=ids)
            if model is DeviceType:
                # NetBox makes a device's components from these
                visible = visible.prefetch_related(*_templates())
            found |= {(name, one.pk): one for one in visible}
    return found


@cache
def _templates() -> list[str]:
    relations = DeviceType._meta.related_objects
    return [one.get_accessor_name() for one in relations if issubclass(one.related_model, ComponentTemplateModel)]


def _brings_components(device_type: DeviceType) -> bool:
    """Whether NetBox makes components of a new device's: of what was read with its type."""
    return any(getattr(device_type, name).all() for name in _templates())


def _save_bare(device: Device, using: str) -> None:
    """What ``save()`` does with a device whose type has no components, which NetBox looks for kind by kind: nearly half
    of what saving one costs. Signals, counters and change log are those of any object."""
    for name in known_columns(Device, _OF_ITS_TYPE):
        if not getattr(device, name):
            setattr(device, name, getattr(device.device_type, name))
    if device.platform is None:
        device.platform = device.device_type.default_platform
    if device.rack is not None and device.rack.location is not None:
        device.location = device.rack.location
    super(Device, device).save(using=using)


def _target(name: str, ref: Ref, scope: Scope, known: Known | None) -> Any:
    """What is referred to has to be there and visible still."""
    if known is not None:
        target = known.get((name, ref.id or 0))
    else:
        target = TARGETS[name].objects.restrict(scope.user, "view").filter(pk=ref.id).first()
    if target is None:
        raise ValidationError({name: _("{name} does not exist any more").format(name=ref.name)})
    return target


def _tags(tags: Sequence[Ref], scope: Scope) -> list[Tag]:
    return list(Tag.objects.filter(pk__in=[one.id for one in tags]))
