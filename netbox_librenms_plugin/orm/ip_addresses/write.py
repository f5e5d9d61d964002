"""IP addresses into NetBox: new ones and changed ones as audited batches, then the primary IP."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _
from ipam.models import VRF, IPAddress

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change, Outcome, Ref
from ...sync.ip_addresses.facts import address_facts
from ...sync.ip_addresses.primary import FIELD, is_primary
from ..frame import audit
from ..frame.batches import Batch, BatchRow, Entry, Invalid, Store, Written, entries_of, write_rows
from ..frame.locks import wait_for
from ..frame.permissions import NotAllowedError, refusal
from ..frame.results import failed
from ..frame.scope import Scope
from ..frame.serialised import snapshot
from ..frame.subjects import Subject
from ..interfaces.read import model_of, owner_field

_COLUMNS = {
    "address": ("address",),
    "vrf": ("vrf",),
    "role": ("role",),
    "interface": ("assigned_object_type", "assigned_object_id"),
}
# What NetBox looks at when it validates a device or a VM
_VALIDATED = (
    "device_type",
    "platform",
    "site",
    "location",
    "rack",
    "cluster",
    "virtual_chassis",
    "vc_master_for",
    "device",
)


def shared(_subject: Subject, change: Change) -> Iterator[Hashable]:
    """The host and the address itself, which a row of another device may want too."""
    if not is_primary(change):
        yield address_facts(change)["host"]
        if change.netbox_id is not None:
            yield change.netbox_id


def write(batch: Batch, scope: Scope) -> Written:
    """Write the rows; each gives one result, and a row that NetBox refuses does not stop the others."""
    using = router.db_for_write(IPAddress)

    def prepare(entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
        _lock_hosts(entries, using)
        return _Preparation(scope, using, entries).instances(entries)

    made: dict[tuple[str, int, str], int] = {}
    all_entries = entries_of(batch)
    for outcome in (Outcome.CHANGED, Outcome.MISSING):
        entries = [one for one in all_entries if one.change.outcome is outcome and not is_primary(one.change)]
        for entry, result in write_rows(IPAddress, entries, scope, prepare=prepare, store=AddressStore):
            if result.ok and result.netbox_id is not None:
                made[entry.key] = result.netbox_id
            yield entry, result
    yield from _set_primaries([one for one in all_entries if is_primary(one.change)], made, scope)


class AddressStore(Store):
    """Writes one batch of addresses. NetBox's ``save()`` does no more than store them."""

    def update(self, rows: Sequence[BatchRow]) -> None:
        """Existing addresses: the columns behind the written fields."""
        instances = [row.instance for row in rows]
        columns = {column for row in rows for name in row.values for column in _COLUMNS[name]}
        audit.update(instances, columns, using=self.using)
        self.log(instances, created=False)


class _Preparation:
    """What a batch of rows needs to become instances, read once."""

    def __init__(self, scope: Scope, using: str, entries: Sequence[Entry]) -> None:
        self.scope = scope
        self.relations = [one.name for one in IPAddress._meta.fields if one.is_relation]
        self.interfaces = _interfaces(entries, scope)
        self.existing = _existing([pk for one in entries if (pk := one.change.netbox_id)], scope, using)
        ids = {ref.id for one in entries if isinstance(ref := one.values.get("vrf"), Ref)}
        self.vrfs = VRF.objects.restrict(scope.user, "view").in_bulk(ids) if ids else {}

    def instances(self, entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
        """The rows that NetBox would accept, and those it refuses with its reason."""
        valid: list[BatchRow] = []
        invalid: list[Invalid] = []
        for one in entries:
            try:
                instance = self._filled(one)
                instance.clean_fields(exclude=self.relations)
                instance.clean()
                valid.append(BatchRow(one, instance))
            except (ValidationError, NotAllowedError) as error:
                invalid.append((one, error))
        return valid, invalid

    def _filled(self, entry: Entry) -> IPAddress:
        change, values = entry.change, entry.values
        instance = IPAddress() if change.outcome is Outcome.MISSING else self._held(change)
        if "address" in values:
            instance.address = values["address"]
        if "vrf" in values:
            instance.vrf = _target(values["vrf"], self.vrfs)
        if "role" in values:
            instance.role = values["role"]
        if "interface" in values:
            instance.assigned_object = _target(values["interface"], self.interfaces.get(entry.subject.key, {}))
        return instance

    def _held(self, change: Change) -> IPAddress:
        instance = self.existing.get(change.netbox_id or 0)
        if instance is None:
            raise refusal(IPAddress, "change")
        snapshot(instance)
        return instance


def _lock_hosts(entries: Sequence[Entry], using: str) -> None:
    """Two devices that get one address at the same moment wait for each other, so that NetBox's validation sees the
    first when it looks at the second: no constraint of the database would."""
    new = (one.change for one in entries if one.change.outcome is Outcome.MISSING)
    hosts = [address_facts(change)["host"].packed for change in new]
    wait_for("addresses", hosts, using=using)


def _target(ref: Ref | None, known: Mapping[int, Any]) -> Any:
    if ref is None:
        return None
    target = known.get(ref.id or 0)
    if target is None:
        raise ValidationError(_("{name} does not exist any more").format(name=ref.name))
    return target


def _interfaces(entries: Sequence[Entry], scope: Scope) -> dict[tuple[str, int], dict[int, Any]]:
    """Subject key → the interfaces that its rows name, of its members only."""
    found: dict[tuple[str, int], dict[int, Any]] = {}
    for model in {model_of(one.subject): None for one in entries}:
        some = [one for one in entries if model_of(one.subject) is model]
        ids = {ref.id for one in some if isinstance(ref := one.values.get("interface"), Ref)}
        owner = owner_field(model)
        subjects = {one.subject.key: one.subject for one in some}
        members = {pk for subject in subjects.values() for pk in subject.member_ids}
        visible = model.objects.restrict(scope.user, "view").filter(pk__in=ids, **{f"{owner}_id__in": members})
        named = list(visible.select_related(owner)) if ids else []
        for key, subject in subjects.items():
            of_subject = set(subject.member_ids)
            found[key] = {one.pk: one for one in named if getattr(one, f"{owner}_id") in of_subject}
    return found


def _existing(ids: Sequence[int], scope: Scope, using: str) -> dict[int, IPAddress]:
    """The addresses to change, as far as the user may, with the relations that the change log shows."""
    if not ids:
        return {}
    queryset = IPAddress.objects.using(using).restrict(scope.user, "change").filter(pk__in=ids)
    return {one.pk: one for one in queryset.select_related("vrf").prefetch_related("tags", "assigned_object")}


def _set_primaries(entries: Sequence[Entry], made: Mapping[tuple[str, int, str], int], scope: Scope) -> Written:
    """The devices and VMs get their primary IPs: nothing else hangs on that column, so ``save()`` would do no more."""
    for family in ("primary_ip4", "primary_ip6"):
        for model in {type(one.subject.object): None for one in entries}:
            ready: list[Entry] = []
            for one in entries:
                if type(one.subject.object) is not model or _column(one.change) != family:
                    continue
                ref = one.change.writes[FIELD.name]
                address_id = ref.id if ref.id is not None else made.get((*one.subject.key, ref.key))
                if address_id is None:
                    yield one, failed(one.change, issue(Code.DEPENDENCY_FAILED, name=ref.name))
                else:
                    ready.append(replace(one, values={family: address_id}))

            def prepare(some: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
                return _holders(some, model, family, scope)

            yield from write_rows(model, ready, scope, prepare=prepare)


def _reverse(model: Any) -> list[str]:
    return [one.get_accessor_name() for one in model._meta.related_objects if one.one_to_one]


def _column(change: Change) -> str:
    return f"primary_ip{address_facts(change)['family']}"


def _holders(entries: Sequence[Entry], model: Any, family: str, scope: Scope) -> tuple[list[BatchRow], list[Invalid]]:
    """The devices or VMs with their primary IPs, as NetBox accepts them."""
    using = router.db_for_write(model)
    relations = [one.name for one in model._meta.fields if one.is_relation]
    allowed = model.objects.using(using).restrict(scope.user, "change")
    ids = [one.change.owner.id for one in entries]
    looked_at = [name for name in (*relations, *_reverse(model)) if name in _VALIDATED]
    held = {one.pk: one for one in allowed.filter(pk__in=ids).select_related(*looked_at).prefetch_related("tags")}
    addresses = IPAddress.objects.using(using).prefetch_related("assigned_object")
    primary = addresses.in_bulk([one.values[family] for one in entries])
    valid: list[BatchRow] = []
    invalid: list[Invalid] = []
    for one in entries:
        try:
            holder = held.get(one.change.owner.id or 0)
            if holder is None:
                raise refusal(model, "change")
            snapshot(holder)
            setattr(holder, family, _target(Ref(one.values[family], one.change.name), primary))
            holder.clean_fields(exclude=relations)
            holder.clean()
            valid.append(BatchRow(one, holder))
        except (ValidationError, NotAllowedError) as error:
            invalid.append((one, error))
    return valid, invalid
