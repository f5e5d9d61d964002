"""Rows of a plan become validated interface instances, in a fixed number of queries for a whole batch."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ipam.models import VLAN

from ...custom_fields import FIELD_NAME
from ...librenms.identity import with_id
from ...sync.core.plan import Change, Outcome, Ref
from ..frame.batches import BatchRow, Entry, Invalid, Values
from ..frame.permissions import NotAllowedError, refusal
from ..frame.scope import Scope
from ..frame.serialised import snapshot
from .read import owner_field

_PLAIN = ("name", "type", "speed", "duplex", "mtu", "enabled", "mode")
_RELATED = {"lag": "interface", "parent": "interface", "untagged_vlan": "vlan"}


class Preparation:
    """What a batch of rows needs to become instances, read once."""

    def __init__(
        self, model: Any, owners: Mapping[int, Any], scope: Scope, using: str, entries: Sequence[Entry]
    ) -> None:
        self.model, self.owners, self.scope, self.using = model, owners, scope, using
        self.owner = owner_field(model)
        self.relations = [one.name for one in model._meta.fields if one.is_relation]
        self.related = self._related(entries)
        self.existing = self._existing([pk for one in entries if (pk := one.change.netbox_id)])
        self.names = self._names_in_use()

    def instances(self, entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
        """The rows that NetBox would accept, and those it refuses with its reason."""
        valid: list[BatchRow] = []
        invalid: list[Invalid] = []
        for one in entries:
            try:
                valid.append(BatchRow(one, self._validated(one.change, one.values)))
            except (ValidationError, NotAllowedError) as error:
                invalid.append((one, error))
        return valid, invalid

    def _validated(self, change: Change, values: Values) -> Any:
        instance = self._instance(change)
        self._fill(instance, values)
        instance.clean_fields(exclude=self.relations)
        instance.clean()
        self._claim_name(instance)
        return instance

    def _instance(self, change: Change) -> Any:
        if change.outcome is Outcome.MISSING:
            return self.model(**{self.owner: self.owners[change.owner.id or 0]})
        instance = self.existing.get(change.netbox_id or 0)
        if instance is None:
            raise refusal(self.model, "change")
        setattr(instance, self.owner, self.owners[getattr(instance, f"{self.owner}_id")])
        snapshot(instance)
        return instance

    def _fill(self, instance: Any, values: Values) -> None:
        for name in _PLAIN:
            if name in values:
                setattr(instance, name, values[name])
        if "description" in values:
            instance.description = values["description"] or ""
        for name, kind in _RELATED.items():
            if name in values:
                ref = values[name]
                setattr(instance, name, None if ref is None else self._target(kind, ref))
        if "librenms_id" in values:
            data = instance.custom_field_data
            held = data.get(FIELD_NAME)
            stored = with_id(held, self.scope.server, values["librenms_id"], default_key=self.scope.bare_key)
            instance.custom_field_data = {**data, FIELD_NAME: stored}

    def _target(self, kind: str, ref: Ref) -> Any:
        target = self.related.get((kind, ref.id))
        if target is None:
            raise ValidationError(_("{name} does not exist any more").format(name=ref.name))
        return target

    def _claim_name(self, instance: Any) -> None:
        """Names are unique on a device, also among interfaces that the user may not see."""
        key = (getattr(instance, f"{self.owner}_id"), instance.name)
        holder = self.names.get(key)
        if holder is not None and holder != instance.pk:
            raise ValidationError({"name": _("an interface with this name exists already")})
        self.names[key] = instance.pk or 0

    def _related(self, entries: Sequence[Entry]) -> dict[tuple[str, int | None], Any]:
        """(kind, id) → interface or VLAN that some row refers to, with what validation looks at."""
        refs = [one.values.get(name) for one in entries for name in ("lag", "parent")]
        ids = {ref.id for ref in refs if isinstance(ref, Ref)}
        interfaces = self.model.objects.using(self.using).in_bulk(ids) if ids else {}
        for one in interfaces.values():
            setattr(one, self.owner, self.owners.get(getattr(one, f"{self.owner}_id"), getattr(one, self.owner)))
        vlan_ids = {ref.id for one in entries if isinstance(ref := one.values.get("untagged_vlan"), Ref)}
        vlans = VLAN.objects.select_related("site").in_bulk(vlan_ids) if vlan_ids else {}
        found: dict[tuple[str, int | None], Any] = {("interface", pk): one for pk, one in interfaces.items()}
        return found | {("vlan", pk): one for pk, one in vlans.items()}

    def _existing(self, ids: Sequence[int]) -> dict[int, Any]:
        """The interfaces to change, as far as the user may, with the relations that the change log shows."""
        if not ids:
            return {}
        relations = ("tags", *(one.name for one in self.model._meta.many_to_many if one.name != "tags"))
        queryset = self.model.objects.using(self.using).restrict(self.scope.user, "change").filter(pk__in=ids)
        queryset = queryset.select_related("untagged_vlan__site", "primary_mac_address", "parent", "bridge")
        found = {one.pk: one for one in queryset.prefetch_related(*relations)}
        for one in found.values():
            mac = one.primary_mac_address
            if mac is not None and mac.assigned_object_id == one.pk:
                mac.assigned_object = one
        return found

    def _names_in_use(self) -> dict[tuple[int, str], int]:
        rows = self.model.objects.using(self.using).filter(**{f"{self.owner}__in": list(self.owners)})
        return {(owner_id, name): pk for pk, owner_id, name in rows.values_list("pk", f"{self.owner}_id", "name")}
