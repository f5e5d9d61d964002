"""MAC addresses of interfaces: the one LibreNMS saw becomes the primary one, all others stay."""

from collections.abc import Mapping, Sequence
from typing import Any

from dcim.models import MACAddress
from django.contrib.contenttypes.models import ContentType

from ...sync.core.normalise import mac_address
from ..frame import audit
from ..frame.serialised import snapshot


class MacWriter:
    """Finds or makes the ``MACAddress`` objects for a batch of interfaces: on the interface itself, else a single
    unassigned one the user may change, else a new one."""

    def __init__(self, model: Any, user: Any, using: str, message: str) -> None:
        self.content_type = ContentType.objects.get_for_model(model)
        self.user, self.using, self.message = user, using, message
        self.inserted: list[MACAddress] = []
        self.adopted: list[MACAddress] = []

    def assign(self, wanted: Mapping[int, str]) -> dict[int, MACAddress]:
        """Interface id → its primary MAC to be. ``wanted`` maps interface id to a MAC in NetBox's notation."""
        if not wanted:
            return {}
        held = self._held(list(wanted))
        chosen = {pk: held[pk, mac] for pk, mac in wanted.items() if (pk, mac) in held}
        left = {pk: mac for pk, mac in wanted.items() if pk not in chosen}
        free = self._free(sorted(set(left.values())))
        for pk, mac in left.items():
            chosen[pk] = self._adopt(free.pop(mac), pk) if mac in free else self._new(mac, pk)
        audit.insert(self.inserted, using=self.using)
        audit.preset_relations(self.inserted)
        audit.log(self.inserted, created=True, message=self.message, using=self.using)
        audit.update(self.adopted, ("assigned_object_type", "assigned_object_id"), using=self.using)
        audit.log(self.adopted, created=False, message=self.message, using=self.using)
        return chosen

    def _held(self, interface_ids: Sequence[int]) -> dict[tuple[int, str], MACAddress]:
        rows = MACAddress.objects.using(self.using).filter(
            assigned_object_type=self.content_type, assigned_object_id__in=interface_ids
        )
        return {(one.assigned_object_id, str(mac_address(str(one.mac_address)))): one for one in rows}

    def _free(self, macs: Sequence[str]) -> dict[str, MACAddress]:
        """Unassigned addresses; one that is there twice is nobody's."""
        if not macs:
            return {}
        queryset = MACAddress.objects.using(self.using).restrict(self.user, "change")
        rows = list(queryset.filter(mac_address__in=macs, assigned_object_id__isnull=True).prefetch_related("tags"))
        names = [str(mac_address(str(one.mac_address))) for one in rows]
        return {name: one for name, one in zip(names, rows, strict=True) if names.count(name) == 1}

    def _adopt(self, mac: MACAddress, interface_id: int) -> MACAddress:
        snapshot(mac)
        mac.assigned_object_type, mac.assigned_object_id = self.content_type, interface_id
        self.adopted.append(mac)
        return mac

    def _new(self, value: str, interface_id: int) -> MACAddress:
        mac = MACAddress(mac_address=value, assigned_object_type=self.content_type, assigned_object_id=interface_id)
        mac.clean_fields(exclude=("assigned_object_type",))
        self.inserted.append(mac)
        return mac
