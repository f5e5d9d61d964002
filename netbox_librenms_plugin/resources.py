"""The list of what can be compared.

A resource is one entry here, one module in ``sync/``, one in ``orm/`` and one table; every face reads this list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .librenms_api import LibreNMSAPI
from .orm import (
    cable_writer,
    cables,
    field_writer,
    fields,
    interface_remover,
    interface_writer,
    interfaces,
    ip_address_writer,
    ip_addresses,
    vlans,
)
from .orm.foreseen import Foreseen
from .orm.results import Result
from .orm.scope import Scope
from .orm.subjects import Subject
from .sync import cables as cable_rules
from .sync import fields as field_rules
from .sync import interfaces as interface_rules
from .sync import ip_addresses as ip_rules
from .sync import primary_ips as primary_rules
from .sync import vlans as vlan_rules
from .sync.compare import Field, compare
from .sync.plan import Change, Plan
from .sync.policy import Policies, Policy

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of thing that is compared: how to fetch, read, plan, write and remove it, and which fields it has.

    Without ``vm_fields`` virtual machines do not have it, without ``remove`` nothing of it can be deleted.
    ``lock`` makes whoever else would make the same shared objects wait, and says whether it did: then they may be there
    now. ``foresee`` adds what its rows will have written to what later resources look ahead to. ``fetch_chassis`` is
    asked instead of ``fetch`` where several chassis members share one LibreNMS device.
    """

    name: str
    label: Any
    fetch: Callable[[LibreNMSAPI, int, bool], Any]
    read: Callable[..., Mapping[Key, Any]]
    plan: Callable[[Any, Any, Policies], Plan]
    write: Callable[[Subject, Sequence[Change], Scope], Iterable[Result]]
    device_fields: tuple[Field, ...]
    vm_fields: tuple[Field, ...] = ()
    remove: Callable[[Subject, Sequence[Change], Scope], Iterable[Result]] | None = None
    fetch_chassis: Callable[[LibreNMSAPI, int, bool], Any] | None = None
    lock: Callable[[Subject, Sequence[Change]], bool] | None = None
    foresee: Callable[[Foreseen, Subject, Sequence[Change]], Foreseen] | None = None

    def ask(self, api: LibreNMSAPI, librenms_id: int, *, refresh: bool, in_chassis: bool) -> Any:
        """What LibreNMS says about one device, for an object that is or is not one of several chassis members."""
        fetch = self.fetch_chassis if in_chassis and self.fetch_chassis else self.fetch
        return fetch(api, librenms_id, refresh)

    def fields(self, *, virtual: bool) -> tuple[Field, ...]:
        """The compared fields of a VM or of a device."""
        return self.vm_fields if virtual else self.device_fields

    def serves(self, *, virtual: bool) -> bool:
        """Whether a VM, or a device, has such things at all."""
        return bool(self.fields(virtual=virtual))

    @property
    def policy_fields(self) -> dict[str, Policy]:
        """Name that people set a policy by → built-in default."""
        return {one.policy_name: one.default for one in (*self.device_fields, *self.vm_fields)}


def _plan_fields(details: Any, reading: fields.Reading, policies: Policies) -> Plan:
    return field_rules.plan_fields(details, reading.context, policies)


def _plan_interfaces(snapshot: Any, reading: interfaces.Reading, policies: Policies) -> Plan:
    wanted = interface_rules.wanted_interfaces(snapshot, reading.context)
    return compare(reading.context.rules, reading.found, wanted, policies)


def _plan_vlans(snapshot: Any, reading: vlans.Reading, policies: Policies) -> Plan:
    return compare(vlan_rules.RULES, reading.found, vlan_rules.wanted_vlans(snapshot.vlans, reading.context), policies)


def _plan_addresses(snapshot: Any, reading: ip_addresses.Reading, policies: Policies) -> Plan:
    found, wanted = ip_rules.compared(reading.rows, reading.context)
    plan = compare(ip_rules.RULES, found, wanted, policies)
    return primary_rules.with_primary(plan, reading.primary, policies)


RESOURCES: dict[str, Resource] = {
    one.name: one
    for one in (
        Resource(
            name=field_rules.RESOURCE,
            label=_("Fields"),
            fetch=lambda api, librenms_id, refresh: api.device_details(
                librenms_id, with_inventory=False, refresh=refresh
            ),
            fetch_chassis=lambda api, librenms_id, refresh: api.device_details(
                librenms_id, with_inventory=True, refresh=refresh
            ),
            read=fields.read,
            plan=_plan_fields,
            write=field_writer.write,
            device_fields=field_rules.DEVICE_FIELDS,
            vm_fields=field_rules.VM_FIELDS,
        ),
        Resource(
            name=vlan_rules.RESOURCE,
            label=_("VLANs"),
            fetch=lambda api, librenms_id, refresh: api.device_vlans(librenms_id, refresh=refresh),
            read=vlans.read,
            plan=_plan_vlans,
            write=vlans.write,
            lock=vlans.lock,
            foresee=lambda foreseen, subject, changes: foreseen.with_vlans(subject, changes),
            device_fields=vlan_rules.FIELDS,
        ),
        Resource(
            name=interface_rules.RESOURCE,
            label=_("Interfaces"),
            fetch=lambda api, librenms_id, refresh: api.snapshot(librenms_id, refresh=refresh),
            read=interfaces.read,
            plan=_plan_interfaces,
            write=interface_writer.write,
            remove=interface_remover.remove,
            foresee=lambda foreseen, subject, changes: foreseen.with_interfaces(changes),
            device_fields=interface_rules.DEVICE_FIELDS,
            vm_fields=interface_rules.VM_FIELDS,
        ),
        Resource(
            name=ip_rules.RESOURCE,
            label=_("IP addresses"),
            fetch=lambda api, librenms_id, refresh: api.device_addresses(librenms_id, refresh=refresh),
            read=ip_addresses.read,
            plan=_plan_addresses,
            write=ip_address_writer.write,
            foresee=lambda foreseen, subject, changes: foreseen.with_addresses(changes),
            device_fields=(*ip_rules.FIELDS, primary_rules.FIELD),
            vm_fields=(*ip_rules.FIELDS, primary_rules.FIELD),
        ),
        Resource(
            name=cable_rules.RESOURCE,
            label=_("Cables"),
            fetch=lambda api, librenms_id, refresh: api.device_links(librenms_id, refresh=refresh),
            read=cables.read,
            plan=lambda seen, reading, policies: cable_rules.plan_cables(seen, reading.context, policies),
            write=cable_writer.write,
            foresee=lambda foreseen, subject, changes: foreseen.with_cables(changes),
            device_fields=cable_rules.FIELDS,
        ),
    )
}


def policy_fields() -> dict[str, list[str]]:
    """Resource → the field names that policies can be set for."""
    return {one.name: list(one.policy_fields) for one in RESOURCES.values()}


class UnknownResourceError(LookupError):
    """Somebody asked for a resource that does not exist; the text is the name."""


def chosen_resources(names: Iterable[str] | None) -> list[Resource]:
    """The resources by name in the fixed order; all of them for None. Raises ``UnknownResourceError``."""
    if names is None:
        return list(RESOURCES.values())
    wanted = list(names)
    for name in wanted:
        if name not in RESOURCES:
            raise UnknownResourceError(name)
    return [one for one in RESOURCES.values() if one.name in wanted]
