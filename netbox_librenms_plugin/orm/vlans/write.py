"""VLANs into NetBox: new ones into their group or site, and names; nobody else makes the same ones meanwhile."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import Model
from django.utils.translation import gettext as _
from ipam.models import VLAN, VLANGroup

from ...sync.core.plan import Change, Outcome
from ..frame.batches import Batch, BatchRow, Entry, Invalid, Written, entries_of, write_rows
from ..frame.locks import wait_for
from ..frame.permissions import NotAllowedError, refusal
from ..frame.scope import Scope
from ..frame.serialised import snapshot
from ..frame.subjects import Subject


def lock(batch: Batch) -> bool:
    """Let nobody else make VLANs where these would be made, until the transaction ends: VLANs of a site have no
    constraint in the database. Says whether there was anything to lock."""
    new = (one for one in entries_of(batch) if one.change.outcome is Outcome.MISSING)
    places = {_place(one.change, one.subject) for one in new}
    wait_for("vlans", (place.encode() for place in places), using=router.db_for_write(VLAN))
    return bool(places)


def _place(change: Change, subject: Subject) -> str:
    group = change.writes.get("group")
    return f"group {group.id}" if group else f"site {subject.object.site_id}"


def shared(subject: Subject, change: Change) -> Iterator[Hashable]:
    """What a row takes in NetBox that a row of another device may want too: a number, and a name, in one place. Two
    rows that change the same VLAN meet in its id."""
    if change.outcome is not Outcome.MISSING:
        yield change.netbox_id
        return
    place = _place(change, subject)
    yield place, "vid", change.writes["vid"]
    yield place, "name", change.writes["name"]


def write(batch: Batch, scope: Scope) -> Written:
    """New VLANs into their group, else into the device's site; names where a policy lets them through."""
    using = router.db_for_write(VLAN)

    def prepare(entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
        return _instances(entries, scope, using)

    for outcome in (Outcome.MISSING, Outcome.CHANGED):
        entries = [one for one in entries_of(batch) if one.change.outcome is outcome]
        yield from write_rows(VLAN, entries, scope, prepare=prepare)


def _instances(entries: Sequence[Entry], scope: Scope, using: str) -> tuple[list[BatchRow], list[Invalid]]:
    ids = [pk for one in entries if (pk := one.change.netbox_id)]
    queryset = VLAN.objects.using(using).restrict(scope.user, "change").filter(pk__in=ids)
    existing = {one.pk: one for one in queryset.select_related("group", "site").prefetch_related("tags")}
    groups = VLANGroup.objects.in_bulk({ref.id for one in entries if (ref := one.values.get("group"))})
    taken = _taken(entries, using)
    valid: list[BatchRow] = []
    invalid: list[Invalid] = []
    for one in entries:
        try:
            instance = _instance(one, existing, groups)
            instance.clean_fields(exclude=[one.name for one in VLAN._meta.fields if one.is_relation])
            instance.clean()
            _claim(instance, taken)
            valid.append(BatchRow(one, instance))
        except (ValidationError, NotAllowedError) as error:
            invalid.append((one, error))
    return valid, invalid


def _instance(entry: Entry, existing: Mapping[int, VLAN], groups: Mapping[int, Model]) -> VLAN:
    change, values = entry.change, entry.values
    if change.outcome is Outcome.MISSING:
        group = groups[values["group"].id] if values.get("group") else None
        site = None if group else entry.subject.object.site
        return VLAN(vid=values["vid"], name=values["name"], group=group, site=site)
    instance = existing.get(change.netbox_id or 0)
    if instance is None:
        raise refusal(VLAN, "change")
    snapshot(instance)
    instance.name = values["name"]
    return instance


def _taken(entries: Sequence[Entry], using: str) -> dict[tuple[int | None, str, Any], int]:
    """(group, "vid" or "name", value) → VLAN id, of all VLANs in the groups concerned, whoever may see them."""
    groups = {ref.id for one in entries if (ref := one.values.get("group"))}
    ids = [pk for one in entries if (pk := one.change.netbox_id)]
    vlans = VLAN.objects.using(using)
    groups |= set(vlans.filter(pk__in=ids, group__isnull=False).values_list("group_id", flat=True)) if ids else set()
    held = vlans.filter(group_id__in=groups).values_list("pk", "group_id", "vid", "name") if groups else ()
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
