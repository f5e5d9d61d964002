"""VLANs into NetBox: new ones into their group or site, and names; nobody else makes the same ones meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import Model
from django.utils.translation import gettext as _
from ipam.models import VLAN, VLANGroup

from ...sync.core.plan import Change, Outcome
from ..frame.batches import Invalid, Pair, Row, write_rows
from ..frame.locks import wait_for
from ..frame.permissions import NotAllowedError, refusal
from ..frame.results import Result
from ..frame.scope import Scope
from ..frame.subjects import Subject


def lock(subject: Subject, changes: Sequence[Change]) -> bool:
    """Let nobody else make VLANs where these would be made, until the transaction ends: VLANs of a site have no
    constraint in the database. Says whether there was anything to lock."""
    places = {_place(change, subject) for change in changes if change.outcome is Outcome.MISSING}
    wait_for("vlans", (place.encode() for place in places), using=router.db_for_write(VLAN))
    return bool(places)


def _place(change: Change, subject: Subject) -> str:
    group = change.writes.get("group")
    return f"group {group.id}" if group else f"site {subject.object.site_id}"


def write(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[Result]:
    """New VLANs into their group, else into the device's site; names where a policy lets them through."""
    using = router.db_for_write(VLAN)

    def prepare(rows: Sequence[Pair]) -> tuple[list[Row], list[Invalid]]:
        return _instances(rows, subject, scope, using)

    for outcome in (Outcome.MISSING, Outcome.CHANGED):
        rows = [(change, change.writes) for change in changes if change.outcome is outcome]
        yield from write_rows(VLAN, rows, scope, prepare=prepare)


def _instances(rows: Sequence[Pair], subject: Subject, scope: Scope, using: str) -> tuple[list[Row], list[Invalid]]:
    ids = [change.netbox_id for change, _values in rows if change.netbox_id]
    queryset = VLAN.objects.using(using).restrict(scope.user, "change").filter(pk__in=ids)
    existing = {one.pk: one for one in queryset.select_related("group", "site").prefetch_related("tags")}
    groups = VLANGroup.objects.in_bulk({ref.id for _change, values in rows if (ref := values.get("group"))})
    taken = _taken(rows, using)
    valid: list[Row] = []
    invalid: list[Invalid] = []
    for change, values in rows:
        try:
            instance = _instance(change, values, subject, existing, groups)
            instance.clean_fields(exclude=[one.name for one in VLAN._meta.fields if one.is_relation])
            instance.clean()
            _claim(instance, taken)
            valid.append(Row(change, values, instance))
        except (ValidationError, NotAllowedError) as error:
            invalid.append((change, error))
    return valid, invalid


def _instance(
    change: Change,
    values: Mapping[str, Any],
    subject: Subject,
    existing: Mapping[int, VLAN],
    groups: Mapping[int, Model],
) -> VLAN:
    if change.outcome is Outcome.MISSING:
        group = groups[values["group"].id] if values.get("group") else None
        site = None if group else subject.object.site
        return VLAN(vid=values["vid"], name=values["name"], group=group, site=site)
    instance = existing.get(change.netbox_id or 0)
    if instance is None:
        raise refusal(VLAN, "change")
    instance.snapshot()
    instance.name = values["name"]
    return instance


def _taken(rows: Sequence[Pair], using: str) -> dict[tuple[int | None, str, Any], int]:
    """(group, "vid" or "name", value) → VLAN id, of all VLANs in the groups concerned, whoever may see them."""
    groups = {ref.id for _change, values in rows if (ref := values.get("group"))}
    ids = [change.netbox_id for change, _values in rows if change.netbox_id]
    groups |= set(VLAN.objects.using(using).filter(pk__in=ids, group__isnull=False).values_list("group_id", flat=True))
    held = VLAN.objects.using(using).filter(group_id__in=groups).values_list("pk", "group_id", "vid", "name")
    taken: dict[tuple[int | None, str, Any], int] = {}
    for pk, group, vid, name in held:
        taken[group, "vid", vid] = taken[group, "name", name] = pk
    return taken


def _claim(instance: VLAN, taken: dict[tuple[int | None, str, Any], int]) -> None:
    """Numbers and names are unique in a group, also among VLANs that the user may not see."""
    if instance.group_id is None:
        return
    for what, value in (("vid", instance.vid), ("name", instance.name)):
        holder = taken.get((instance.group_id, what, value))
        if holder is not None and holder != instance.pk:
            raise ValidationError({what: _("another VLAN of this group has it already")})
        taken[instance.group_id, what, value] = instance.pk or 0
