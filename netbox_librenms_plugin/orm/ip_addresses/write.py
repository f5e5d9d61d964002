"""IP addresses into NetBox: new ones and changed ones as audited batches, then the primary IP."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dcim.models import Interface
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _
from ipam.models import VRF, IPAddress
from virtualization.models import VMInterface

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change, Outcome, Ref
from ...sync.ip_addresses.facts import address_facts
from ...sync.ip_addresses.primary import FIELD, is_primary
from ..frame import audit
from ..frame.batches import REFUSALS, Invalid, Pair, Row, Store, Values, refusal_of, write_rows
from ..frame.locks import wait_for
from ..frame.permissions import NotAllowedError, refusal, require_rows
from ..frame.results import Result, failed, written
from ..frame.savepoints import savepoint
from ..frame.scope import Scope
from ..frame.subjects import Subject
from ..interfaces.read import model_of, owner_field

_COLUMNS = {
    "address": ("address",),
    "vrf": ("vrf",),
    "role": ("role",),
    "interface": ("assigned_object_type", "assigned_object_id"),
}


def write(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[Result]:
    """Write the rows; each gives one result, and a row that NetBox refuses does not stop the others."""
    using = router.db_for_write(IPAddress)

    def prepare(rows: Sequence[Pair]) -> tuple[list[Row], list[Invalid]]:
        _lock_hosts(rows, using)
        return _Preparation(subject, scope, using, rows).instances(rows)

    made: dict[str, int] = {}
    for outcome in (Outcome.CHANGED, Outcome.MISSING):
        rows = [(one, one.writes) for one in changes if one.outcome is outcome and not is_primary(one)]
        for result in write_rows(IPAddress, rows, scope, prepare=prepare, store=AddressStore):
            if result.ok and result.netbox_id is not None:
                made[result.key] = result.netbox_id
            yield result
    for change in changes:
        if is_primary(change):
            yield _set_primary(subject, change, made, scope)


class AddressStore(Store):
    """Writes one batch of addresses. NetBox's ``save()`` does no more than store them."""

    def update(self, rows: Sequence[Row]) -> None:
        """Existing addresses: the columns behind the written fields."""
        instances = [row.instance for row in rows]
        columns = {column for row in rows for name in row.values for column in _COLUMNS[name]}
        audit.update(instances, columns, using=self.using)
        self.log(instances, created=False)


class _Preparation:
    """What a batch of rows needs to become instances, read once."""

    def __init__(self, subject: Subject, scope: Scope, using: str, rows: Sequence[Pair]) -> None:
        self.scope = scope
        self.relations = [one.name for one in IPAddress._meta.fields if one.is_relation]
        self.interfaces = _interfaces(subject, rows, scope)
        self.existing = _existing([change.netbox_id for change, _values in rows if change.netbox_id], scope, using)
        ids = {ref.id for _change, values in rows if isinstance(ref := values.get("vrf"), Ref)}
        self.vrfs = VRF.objects.restrict(scope.user, "view").in_bulk(ids) if ids else {}

    def instances(self, rows: Sequence[Pair]) -> tuple[list[Row], list[Invalid]]:
        """The rows that NetBox would accept, and those it refuses with its reason."""
        valid: list[Row] = []
        invalid: list[Invalid] = []
        for change, values in rows:
            try:
                instance = self._filled(change, values)
                instance.clean_fields(exclude=self.relations)
                instance.clean()
                valid.append(Row(change, values, instance))
            except (ValidationError, NotAllowedError) as error:
                invalid.append((change, error))
        return valid, invalid

    def _filled(self, change: Change, values: Values) -> IPAddress:
        instance = IPAddress() if change.outcome is Outcome.MISSING else self._held(change)
        if "address" in values:
            instance.address = values["address"]
        if "vrf" in values:
            instance.vrf = _target(values["vrf"], self.vrfs)
        if "role" in values:
            instance.role = values["role"]
        if "interface" in values:
            instance.assigned_object = _target(values["interface"], self.interfaces)
        return instance

    def _held(self, change: Change) -> IPAddress:
        instance = self.existing.get(change.netbox_id or 0)
        if instance is None:
            raise refusal(IPAddress, "change")
        instance.snapshot()
        return instance


def _lock_hosts(rows: Sequence[Pair], using: str) -> None:
    """Two devices that get one address at the same moment wait for each other, so that NetBox's validation sees the
    first when it looks at the second: no constraint of the database would."""
    hosts = [address_facts(change)["host"].packed for change, _values in rows if change.outcome is Outcome.MISSING]
    wait_for("addresses", hosts, using=using)


def _target(ref: Ref | None, known: Mapping[int, Any]) -> Any:
    if ref is None:
        return None
    target = known.get(ref.id or 0)
    if target is None:
        raise ValidationError(_("{name} does not exist any more").format(name=ref.name))
    return target


def _interfaces(subject: Subject, rows: Sequence[Pair], scope: Scope) -> dict[int, Any]:
    """The interfaces that rows name, of the subject's members only."""
    model: type[Interface] | type[VMInterface] = model_of(subject)
    ids = {ref.id for _change, values in rows if isinstance(ref := values.get("interface"), Ref)}
    if not ids:
        return {}
    owner = owner_field(model)
    queryset = model.objects.restrict(scope.user, "view").filter(**{f"{owner}_id__in": subject.member_ids})
    return {one.pk: one for one in queryset.filter(pk__in=ids).select_related(owner)}


def _existing(ids: Sequence[int], scope: Scope, using: str) -> dict[int, IPAddress]:
    """The addresses to change, as far as the user may, with the relations that the change log shows."""
    if not ids:
        return {}
    queryset = IPAddress.objects.using(using).restrict(scope.user, "change").filter(pk__in=ids)
    return {one.pk: one for one in queryset.select_related("vrf").prefetch_related("tags", "assigned_object")}


def _set_primary(subject: Subject, change: Change, made: Mapping[str, int], scope: Scope) -> Result:
    """The device or VM gets its primary IP by NetBox's own ``save()``, which keeps more than one column."""
    ref = change.writes[FIELD.name]
    address_id = ref.id if ref.id is not None else made.get(ref.key)
    if address_id is None:
        return failed(change, issue(Code.DEPENDENCY_FAILED, name=ref.name))
    model = type(subject.object)
    using = router.db_for_write(model)
    try:
        with savepoint(using):
            holder = model.objects.using(using).restrict(scope.user, "change").filter(pk=change.owner.id).first()
            if holder is None:
                raise refusal(model, "change")
            holder.snapshot()
            setattr(holder, f"primary_ip{address_facts(change)['family']}_id", address_id)
            holder._changelog_message = scope.message
            holder.full_clean()
            holder.save(using=using)
            require_rows(scope.user, "change", model, [holder.pk], using=using)
    except REFUSALS as error:
        return refusal_of(change, error)
    return written(change, holder.pk)
