"""Validated interface instances become rows, with their MAC addresses, tagged VLANs and change log."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.models import ObjectChange
from dcim.models import MACAddress
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from ipam.models import VLAN

from ...compat import known_columns
from ..frame import audit
from ..frame.batches import BatchRow, Store
from ..frame.permissions import require, require_rows
from .mac_addresses import MacWriter

_PATHS = ("cable_id", "mark_connected", "channels", "channel_id")
_COLUMNS = {"mac_address": "primary_mac_address", "librenms_id": "custom_field_data", "tagged_vlans": ""}


def needs_save(instance: Any) -> bool:
    """Whether NetBox's ``save()`` does more than store it: what is cabled or channelised has paths to keep."""
    return any(getattr(instance, name) for name in known_columns(instance._meta.model, _PATHS))


class InterfaceStore(Store):
    """Writes one batch of interfaces with their MAC addresses and tagged VLANs."""

    def insert(self, rows: Sequence[BatchRow]) -> None:
        """New interfaces, in NetBox's own order, so that the change log can be applied again entry by entry: the
        interface, then its MAC address, which needs it, then the interface that has it as its primary one."""
        instances = [row.instance for row in rows]
        audit.insert(instances, using=self.using)
        audit.preset_relations(instances, tagged_vlans=self._set_tagged(rows))
        entries = self.log(instances, created=True)
        pairs = [pair for pair in zip(rows, entries, strict=True) if pair[0].values.get("mac_address")]
        self._assign_macs([row for row, _entry in pairs])
        self._change_inserted([row.instance for row, _entry in pairs], [entry for _row, entry in pairs])

    def _change_inserted(self, instances: Sequence[Any], entries: Sequence[ObjectChange]) -> None:
        """The primary MAC addresses of new interfaces, each of which has one address. For events they are new still."""
        now = timezone.now()
        for instance in instances:
            instance.last_updated = now
        only = MACAddress.objects.filter(
            assigned_object_type=ContentType.objects.get_for_model(self.model), assigned_object_id=OuterRef("pk")
        )
        new = self.model.objects.using(self.using).filter(pk__in=[instance.pk for instance in instances])
        new.update(primary_mac_address=Subquery(only.values("pk")[:1]), last_updated=now)
        audit.log_once_more(instances, entries, ("primary_mac_address", "last_updated"), using=self.using)

    def update(self, rows: Sequence[BatchRow]) -> None:
        """Existing interfaces: most as a batch, those with cable paths by NetBox's own ``save()``."""
        self._assign_macs(rows)
        for row in rows:
            if needs_save(row.instance):
                self._save(row)
        plain = [row for row in rows if not needs_save(row.instance)]
        instances = [row.instance for row in plain]
        audit.update(instances, self._columns(plain), using=self.using)
        related = self._set_tagged(plain)
        for instance in instances:
            if instance.pk in related:
                instance._prefetched_objects_cache["tagged_vlans"]._result_cache = list(related[instance.pk])
        self.log(instances, created=False)

    def _save(self, row: BatchRow) -> None:
        """NetBox's own way, for what has cable paths to keep; its signals write the change log and the events."""
        row.instance._changelog_message = self.scope.message
        row.instance.save(using=self.using)
        if "tagged_vlans" in row.values:
            row.instance.tagged_vlans.set([ref.id for ref in row.values["tagged_vlans"]])

    def _columns(self, rows: Sequence[BatchRow]) -> set[str]:
        """The columns behind the written fields; a new name brings its sort key."""
        columns = {_COLUMNS.get(name, name) for row in rows for name in row.values} - {""}
        if "name" in columns:
            sort_key = self.model._meta.get_field("_name")
            for row in rows:
                row.instance._name = sort_key.pre_save(row.instance, False)
            columns.add("_name")
        return columns

    def _assign_macs(self, rows: Sequence[BatchRow]) -> None:
        wanted = {row.instance.pk: row.values["mac_address"] for row in rows if row.values.get("mac_address")}
        writer = MacWriter(self.model, self.scope.user, self.using, self.scope.message)
        macs = writer.assign(wanted)
        for objects, created in ((writer.inserted, True), (writer.adopted, False)):
            self._account(objects, created=created)
        for row in rows:
            if row.instance.pk in macs:
                row.instance.primary_mac_address = macs[row.instance.pk]
                row.instance.__dict__.pop("mac_address", None)

    def _account(self, objects: Sequence[Any], *, created: bool) -> None:
        """MAC addresses are objects of their own, with permissions and events of their own."""
        if not objects:
            return
        model, action = type(objects[0]), "add" if created else "change"
        require(self.scope.user, action, model)
        require_rows(self.scope.user, action, model, [one.pk for one in objects], using=self.using)
        self._done.append(lambda: audit.announce(objects, created=created, using=self.using))

    def _set_tagged(self, rows: Sequence[BatchRow]) -> Mapping[int, Sequence[VLAN]]:
        """Interface id → its tagged VLANs now, for the rows that say which."""
        wanted = {row.instance.pk: row.values["tagged_vlans"] for row in rows if "tagged_vlans" in row.values}
        pairs = {(pk, ref.id) for pk, refs in wanted.items() for ref in refs}
        if not wanted:
            return {}
        through = self.model.tagged_vlans.through.objects.using(self.using)
        link = f"{self.model._meta.model_name}_id"
        held = list(through.filter(**{f"{link}__in": list(wanted)}).values_list("pk", link, "vlan_id"))
        surplus = [pk for pk, interface_id, vlan_id in held if (interface_id, vlan_id) not in pairs]
        if surplus:
            through.filter(pk__in=surplus).delete()
        absent = sorted(pairs - {(interface_id, vlan_id) for _pk, interface_id, vlan_id in held})
        through.bulk_create([through.model(**{link: pk, "vlan_id": vlan}) for pk, vlan in absent], batch_size=1000)
        vlans = VLAN.objects.in_bulk({vlan_id for _pk, vlan_id in pairs})
        return {pk: [vlans[ref.id] for ref in refs if ref.id in vlans] for pk, refs in wanted.items()}
