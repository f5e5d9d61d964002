"""Fields of devices and VMs out of NetBox: what is held, and what decides how LibreNMS's texts are understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Device
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id
from ...librenms.records import DeviceDetails
from ...location_pattern import names_read
from ...models import LibreNMSSettings
from ...sync.core.plan import Ref
from ...sync.fields.device_names import Naming, device_name
from ...sync.fields.plan import EVERY_ROW, RESOURCE, FieldContext, HeldFields, serials_of, texts_of
from ...sync.fields.watched import WatchedFields
from ..frame.identities import serial_holders
from ..frame.permissions import viewable
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .books import load_books
from .watched import held_version, watched_fields

Key = tuple[str, int]
Row = Mapping[str, Any]

_SHARED = (
    "pk",
    "name",
    "platform_id",
    "platform__name",
    "tenant_id",
    "status",
    "custom_field_data",
    "local_context_data",
)
_OF_DEVICES = (
    "serial",
    "device_type_id",
    "device_type__model",
    "device_type__manufacturer_id",
    "device_type__manufacturer__name",
    "site__name",
    "location_id",
    "location__name",
    "rack_id",
    "rack__name",
    "position",
    "tenant__name",
)
# Where a name is unique, beside the tenant
_PLACE = {Device: "site_id", VirtualMachine: "cluster_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReading:
    """What NetBox holds for one subject."""

    context: FieldContext


def model_of(subject: Subject) -> Any:
    """The model of the subject and its members."""
    return VirtualMachine if subject.virtual else Device


def read(
    subjects: Sequence[Subject], snapshots: Mapping[Key, DeviceDetails], scope: Scope, *, lock: bool = False
) -> dict[Key, FieldReading]:
    """Subject key → reading. The rows that are read here are those the engine locks, so ``lock`` adds nothing."""
    chosen = [one for one in subjects if one.key in snapshots]
    if not chosen:
        return {}
    choices = scope.choices.get(RESOURCE, {})
    settings = LibreNMSSettings.load()
    naming = Naming(source=settings.device_name_source, strip_domain=settings.strip_domain)
    naming = naming.chosen_by(choices.get(EVERY_ROW, {}))
    texts = texts_of(snapshots[one.key] for one in chosen)
    rows = {model: _rows(model, [one for one in chosen if model_of(one) is model]) for model in _PLACE}
    books = load_books(
        texts,
        scope.user,
        names=names_read(settings.location_pattern, texts["site"]),
        at={row["site_id"] for row in rows[Device].values()},
        virtual_only=all(one.virtual for one in chosen),
    )
    wanted = {one.key: _wanted_name(one, snapshots[one.key], naming, rows, scope) for one in chosen}
    numbers = {serial for one in chosen if not one.virtual for serial in serials_of(snapshots[one.key])}
    holders = serial_holders(numbers, scope)
    taken = {model: _taken(model, wanted, rows[model], scope) for model in _PLACE}
    watched = {model: watched_fields(model, settings) for model in {model_of(one) for one in chosen}}
    return {
        one.key: FieldReading(
            context=FieldContext(
                owner=_held(_speaker(one, scope), one, rows, watched[model_of(one)]),
                holders=[_held(member, one, rows, watched[model_of(one)]) for member in one.members],
                naming=naming,
                chassis_name=_chassis_name(one),
                member_pattern=settings.member_name_pattern,
                types=books.types,
                platforms=books.platforms,
                sites=books.sites,
                locations=books.locations,
                places=books.places,
                makers=books.makers,
                taken=taken[model_of(one)].get(_speaker(one, scope).pk, {}),
                serials=_others_with(holders, one),
                chosen=choices,
                watched=watched[model_of(one)],
                virtual=one.virtual,
            )
        )
        for one in chosen
    }


def _chassis_name(subject: Subject) -> str:
    chassis = getattr(subject.object, "virtual_chassis", None)
    return chassis.name if chassis is not None else ""


def _others_with(holders: Mapping[str, Sequence[tuple[int, str]]], subject: Subject) -> dict[str, str]:
    """Folded serial number → who outside of the subject has it."""
    members = {one.pk for one in subject.members}
    others = {serial: [words for pk, words in several if pk not in members] for serial, several in holders.items()}
    return {serial: ", ".join(words) for serial, words in others.items() if words}


def _rows(model: Any, subjects: Sequence[Subject]) -> dict[int, Row]:
    """Primary key → columns, of all members whoever may see them: who the object is has to be judged by all of them."""
    ids = [member.pk for one in subjects for member in one.members]
    if not ids:
        return {}
    columns = (*_SHARED, _PLACE[model], *(_OF_DEVICES if model is Device else ()))
    return {row["pk"]: row for row in model.objects.filter(pk__in=ids).values(*columns)}


def _speaker(subject: Subject, scope: Scope) -> Any:
    """Who in a virtual chassis the LibreNMS device's own fields belong to: its master, else the member that is linked,
    else the first."""
    if not subject.in_chassis:
        return subject.object
    master = subject.object.virtual_chassis.master_id
    linked = (
        one
        for one in subject.members
        if read_id((one.custom_field_data or {}).get(FIELD_NAME), scope.server, scope.bare_key) is not None
    )
    return next((one for one in subject.members if one.pk == master), None) or next(linked, subject.members[0])


def _held(member: Any, subject: Subject, rows: Mapping[Any, Mapping[int, Row]], watched: WatchedFields) -> HeldFields:
    row = rows[model_of(subject)].get(member.pk, {})
    values = {
        "name": row.get("name") or "",
        "platform": _ref(row, "platform", row.get("platform__name")),
        "status": row.get("status") or "",
        "os_version": held_version(row, watched.version_in),
    }
    if not subject.virtual:
        maker, model = row.get("device_type__manufacturer__name"), row.get("device_type__model")
        values |= {
            "serial": row.get("serial") or "",
            "device_type": _ref(row, "device_type", f"{maker} {model}"),
            "site": _ref(row, "site", row.get("site__name")),
            "location": _ref(row, "location", row.get("location__name")),
            "maker": row.get("device_type__manufacturer_id"),
            "rack": _ref(row, "rack", row.get("rack__name")),
            "rack_position": row.get("position"),
            "tenant": _ref(row, "tenant", row.get("tenant__name")),
        }
    return HeldFields(
        ref=Ref(member.pk, str(member)),
        position=getattr(member, "vc_position", None),
        visible=member.pk in subject.visible,
        values=values,
    )


def _ref(row: Row, name: str, label: str | None) -> Ref | None:
    primary_key = row.get(f"{name}_id")
    return None if primary_key is None else Ref(primary_key, label or "")


def _wanted_name(
    subject: Subject, details: DeviceDetails, naming: Naming, rows: Mapping[Any, Mapping[int, Row]], scope: Scope
) -> tuple[int, str]:
    """Who would be called what; the empty name where nothing would change."""
    speaker = _speaker(subject, scope)
    held = rows[model_of(subject)].get(speaker.pk, {}).get("name") or ""
    name = device_name(details.device, naming, held)
    return speaker.pk, "" if name.casefold() == held.casefold() else name


def _taken(
    model: Any, wanted: Mapping[Key, tuple[int, str]], rows: Mapping[int, Row], scope: Scope
) -> dict[int, dict[str, str]]:
    """Primary key → folded name → who has it already where the name has to be unique. Two queries at most."""
    asked = {pk: name for (kind, _pk), (pk, name) in wanted.items() if name and kind == model._meta.model_name}
    if not asked:
        return {}
    place, lowered = _PLACE[model], {name.lower() for name in asked.values()}
    holders = model.objects.annotate(_text=Lower("name")).filter(_text__in=lowered).order_by("pk")
    found = list(holders.values_list("pk", "name", place, "tenant_id"))
    visible = viewable(model.objects, scope.user).filter(pk__in=[row[0] for row in found])
    seen = set(visible.values_list("pk", flat=True))
    taken: dict[int, dict[str, str]] = {}
    for pk, name in asked.items():
        where = rows[pk][place], rows[pk]["tenant_id"]
        for holder, held, *its_place in found:
            if holder != pk and held.casefold() == name.casefold() and tuple(its_place) == where and where[0]:
                words = f"#{holder}" if holder in seen else _("an object that you may not view")
                taken.setdefault(pk, {})[name.casefold()] = words
    return taken
