"""What NetBox knows about an object that helps to find it in LibreNMS, as plain values.

One query per model reads any number of objects together with the members of their virtual chassis.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from netbox.config import get_config

from .identity import FIELD

__all__ = (
    "LookupSubject",
    "field_value",
    "is_searchable",
    "load_lookup_subjects",
    "lookup_columns",
    "lookup_subjects_in",
)

_FIELD_VALUE = f"custom_field_data__{FIELD}"
_COMMON = (
    "pk",
    "name",
    _FIELD_VALUE,
    "primary_ip4__address",
    "primary_ip4__dns_name",
    "primary_ip6__address",
    "primary_ip6__dns_name",
)
_CHASSIS = ("virtual_chassis_id", "vc_position", "virtual_chassis__master_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSubject:
    """A device or virtual machine. ``address`` is the primary IP (NetBox's preferred family) without its mask."""

    pk: int
    name: str = ""
    address: str = ""
    dns_name: str = ""
    field: Any = None
    chassis: int | None = None
    position: int | None = None
    is_master: bool = False
    members: tuple["LookupSubject", ...] = ()


def field_value(obj: Any) -> Any:
    """The raw value of the custom field on ``obj``."""
    return (getattr(obj, "custom_field_data", None) or {}).get(FIELD)


def is_searchable(obj: Any) -> bool:
    """Whether LibreNMS can be asked for ``obj``: a saved device or virtual machine; interfaces only have the field."""
    return bool(getattr(obj, "pk", None)) and hasattr(obj, "primary_ip4_id")


def load_lookup_subjects(objs: Iterable[Model]) -> dict[int, LookupSubject]:
    """Subjects by primary key for saved objects of one model, each with the members of its virtual chassis."""
    objs = list(objs)
    if not objs:
        return {}
    wanted = {obj.pk for obj in objs}
    return {pk: subject for pk, subject in lookup_subjects_in(_rows(objs)).items() if pk in wanted}


def lookup_columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that subjects are made of."""
    return (*_COMMON, *(_CHASSIS if _has_chassis(model) else ()))


def lookup_subjects_in(rows: Iterable[Mapping[str, Any]]) -> dict[int, LookupSubject]:
    """Subjects by primary key, from rows of one model that have ``lookup_columns``; the rows must hold all members of
    each virtual chassis that they hold one of."""
    prefer_four = bool(get_config().PREFER_IPV4)
    subjects = [_subject(row, prefer_four) for row in rows]
    members: dict[int, list[LookupSubject]] = defaultdict(list)
    for subject in subjects:
        if subject.chassis is not None:
            members[subject.chassis].append(subject)
    return {subject.pk: _with_members(subject, members) for subject in subjects}


def _with_members(subject: LookupSubject, members: dict[int, list[LookupSubject]]) -> LookupSubject:
    if subject.chassis is None:
        return subject
    ordered = sorted(members[subject.chassis], key=lambda one: (one.position is None, one.position or 0, one.pk))
    names = LookupSubject.__dataclass_fields__
    return LookupSubject(
        **{name: getattr(subject, name) for name in names if name != "members"}, members=tuple(ordered)
    )


def _rows(objs: Sequence[Model]) -> Iterable[Mapping[str, Any]]:
    model = type(objs[0])
    which = Q(pk__in=[obj.pk for obj in objs])
    if _has_chassis(model):
        chassis = {obj.virtual_chassis_id for obj in objs if getattr(obj, "virtual_chassis_id", None)}
        which |= Q(virtual_chassis_id__in=chassis)
    rows: Iterable[Mapping[str, Any]] = model._default_manager.filter(which).order_by().values(*lookup_columns(model))
    return rows


def _has_chassis(model: type[Model]) -> bool:
    try:
        model._meta.get_field("virtual_chassis")
    except FieldDoesNotExist:
        return False
    return True


def _subject(row: Mapping[str, Any], prefer_four: bool) -> LookupSubject:
    families = ("primary_ip4", "primary_ip6") if prefer_four else ("primary_ip6", "primary_ip4")
    family = next((name for name in families if row[f"{name}__address"] is not None), None)
    return LookupSubject(
        pk=row["pk"],
        name=(row["name"] or "").strip(),
        address=str(row[f"{family}__address"].ip) if family else "",
        dns_name=(row[f"{family}__dns_name"] or "").strip().rstrip(".") if family else "",
        field=row[_FIELD_VALUE],
        chassis=row.get("virtual_chassis_id"),
        position=row.get("vc_position"),
        is_master=row.get("virtual_chassis__master_id") == row["pk"],
    )
