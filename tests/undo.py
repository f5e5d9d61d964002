"""What the tests of undoing share: all that NetBox holds, a sync of one object, and its undo."""

from collections.abc import Iterable
from typing import Any

from dcim.models import Cable, CablePath, CableTermination, Device, Interface, MACAddress, VirtualChassis
from extras.models import TaggedItem
from ipam.models import VLAN, IPAddress
from virtualization.models import VirtualMachine, VMInterface

from netbox_librenms_plugin.models import Run, SyncRun
from netbox_librenms_plugin.resources import RESOURCES
from netbox_librenms_plugin.undo_runs.undoing import undo_now
from tests.factories import admin, request_of
from tests.orm.support import apply_to

MODELS = (Device, Interface, MACAddress, VLAN, IPAddress, Cable, CableTermination, VirtualChassis, VirtualMachine)
MODELS = (*MODELS, VMInterface)
# The moment of writing, and what NetBox traces anew
UNLIKE = {"last_updated", "_path", "_path_id", "_config_context_data", "_config_context_generation"}


def contents(models: Iterable[Any] = MODELS) -> dict[str, dict[str, Any]]:
    """Object → every column and many-to-many field."""
    found: dict[str, dict[str, Any]] = {}
    for model in models:
        for row in model._base_manager.order_by("pk").values():
            key = f"{model._meta.label_lower}:{row['id']}"
            found[key] = {name: value for name, value in row.items() if name not in UNLIKE}
            # As exactly as NetBox's change log has it
            if row.get("created"):
                found[key]["created"] = row["created"].isoformat(timespec="milliseconds")
        for field in (one for one in model._meta.many_to_many if one.name != "tags"):
            own, other = field.m2m_column_name(), field.m2m_reverse_name()
            for pk, linked in field.remote_field.through._base_manager.order_by(other).values_list(own, other):
                found[f"{model._meta.label_lower}:{pk}"].setdefault(field.name, []).append(linked)
    tagged = TaggedItem.objects.values_list("content_type", "object_id", "tag")
    found["tagged"] = {"tagged": sorted(tagged)}
    paths = CablePath.objects.all()
    found["paths"] = {"paths": sorted(str((one.path, one.is_active, one.is_complete)) for one in paths)}
    return found


def unlike(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What differs between two contents: object → column → (before, after)."""
    found: dict[str, Any] = {}
    for key in {*before, *after}:
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            found[key] = "gone" if new is None else "new"
        elif old != new:
            names = [name for name in {*old, *new} if old.get(name) != new.get(name)]
            found[key] = {name: (old.get(name), new.get(name)) for name in names}
    return found


def sync(instance: Any, *resources: str, user: Any = None) -> SyncRun:
    """Sync an object; gives its record."""
    virtual = isinstance(instance, VirtualMachine)
    names = resources or [one.name for one in RESOURCES.values() if one.serves(virtual=virtual)]
    return SyncRun.objects.get(pk=apply_to(instance, *names, user=user).pk)


def undone(record: Any, *, user: Any = None) -> Run:
    """Undo a run; gives the run that did it."""
    with request_of(user or admin()) as request:
        return undo_now(record, user=user or admin(), request=request)
