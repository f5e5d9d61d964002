"""IP addresses out of NetBox: records for the comparison, for any number of objects in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dcim.models import Device
from django.utils.translation import gettext as _
from ipam.models import IPAddress
from virtualization.models import VirtualMachine

from ...librenms.records import DeviceAddresses
from ...models import LibreNMSSettings
from ...sync.core.plan import Found, Ref
from ...sync.interfaces.facts import holder_facts
from ...sync.ip_addresses.facts import held_facts
from ...sync.ip_addresses.hosts import Kinds, PortAddress, port_addresses, read_host
from ...sync.ip_addresses.identity import Addresses
from ...sync.ip_addresses.primary import PrimaryContext, PrimaryHolder
from ...sync.ip_addresses.vrfs import EVERY_ROW, Vrfs
from ...sync.ip_addresses.wanted import RESOURCE, IPAddressContext
from ..frame.scope import Scope
from ..frame.subjects import Subject
from ..interfaces.port_interfaces import places_of, read_interfaces
from .candidates import Holder as HolderKey
from .candidates import read_candidates, visible_ids
from .vrfs import read_vrfs

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IPAddressReading:
    """The addresses LibreNMS lists, and what NetBox holds around them."""

    rows: Sequence[PortAddress]
    context: IPAddressContext
    primary: PrimaryContext


def read(
    subjects: Sequence[Subject], snapshots: Mapping[Key, DeviceAddresses], scope: Scope, *, lock: bool = False
) -> dict[Key, IPAddressReading]:
    """Subject key → reading. With ``lock`` the addresses' rows stay locked until the transaction ends."""
    chosen = [one for one in subjects if one.key in snapshots]
    if not chosen:
        return {}
    settings = LibreNMSSettings.load()
    kinds = Kinds(link_local=settings.include_link_local, loopback=settings.include_loopback)
    rows = {one.key: port_addresses(snapshots[one.key].addresses, kinds) for one in chosen}
    interfaces = read_interfaces(chosen, scope)
    around = _read_around([row for several in rows.values() for row in several], interfaces, scope, lock=lock)
    primaries = _primaries(chosen, scope)
    return {
        one.key: IPAddressReading(
            rows=rows[one.key],
            context=(context := _context(one, snapshots[one.key], interfaces[one.key], around, kinds, scope)),
            primary=PrimaryContext(
                management=read_host(snapshots[one.key].management),
                holders=_holders(one, primaries),
                own=context.own,
                choice=_primary_choice(scope),
            ),
        )
        for one in chosen
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What was read for all subjects at once."""

    addresses: Addresses
    by_holder: Mapping[HolderKey, Sequence[Found]]
    vrfs: Vrfs


def _read_around(
    rows: Sequence[PortAddress], interfaces: Mapping[Key, Sequence[Found]], scope: Scope, *, lock: bool
) -> _Around:
    every = list({holder_facts(one)["holder"]: one for several in interfaces.values() for one in several}.values())
    hosts = {row.host for row in rows}
    candidates = read_candidates(hosts, every, scope, lock=lock)
    said = (*(holder_facts(one)["vrf_id"] for one in every), *(held_facts(one)["vrf_id"] for one in candidates.found))
    vrf_ids = {one for one in said if one is not None}
    vrfs = read_vrfs(hosts, {row.vrf for row in rows} - {""}, vrf_ids, scope)
    return _Around(addresses=Addresses(by_host=candidates.by_host()), by_holder=candidates.by_holder(), vrfs=vrfs)


def _context(
    subject: Subject,
    snapshot: DeviceAddresses,
    interfaces: Sequence[Found],
    around: _Around,
    kinds: Kinds,
    scope: Scope,
) -> IPAddressContext:
    visible = [holder_facts(one)["holder"] for one in interfaces if holder_facts(one)["visible"]]
    return IPAddressContext(
        ports=places_of(subject, snapshot.ports, interfaces, scope),
        addresses=around.addresses,
        own=[address for holder in visible for address in around.by_holder.get(holder, ())],
        vrfs=around.vrfs,
        kinds=kinds,
    )


def _primaries(subjects: Sequence[Subject], scope: Scope) -> dict[Key, dict[int, Ref]]:
    """(model name, id) → family → primary IP, as it is now: the subject was loaded before the lock."""
    found: dict[Key, dict[int, Ref]] = {}
    seen: dict[int, str] = {}
    for model in (Device, VirtualMachine):
        ids = {one.pk for subject in subjects for one in subject.members if isinstance(one, model)}
        columns = ("primary_ip4_id", "primary_ip4__address", "primary_ip6_id", "primary_ip6__address")
        rows = model.objects.filter(pk__in=ids).values_list("pk", *columns) if ids else ()
        for pk, *both in rows:
            pairs = {4: both[:2], 6: both[2:]}
            found[model._meta.model_name, pk] = {v: Ref(ip_id, "") for v, (ip_id, _address) in pairs.items() if ip_id}
            seen |= {ip_id: str(address) for ip_id, address in pairs.values() if ip_id}
    visible = visible_ids(IPAddress, seen, scope)
    hidden = _("an address you may not see")
    return {
        key: {family: Ref(ref.id, seen[ref.id] if ref.id in visible else hidden) for family, ref in refs.items()}
        for key, refs in found.items()
    }


def _holders(subject: Subject, primaries: Mapping[Key, Mapping[int, Ref]]) -> list[PrimaryHolder]:
    chassis = subject.as_members()
    kind = subject.key[0]
    return [
        PrimaryHolder(ref=one.ref, master=one.master, primary=primaries.get((kind, one.ref.id or 0), {}))
        for one in chassis.members
        if one.visible
    ]


def _primary_choice(scope: Scope) -> str:
    """What a person said about the primary IP for this run, for the row or for all rows."""
    choices = scope.choices.get(RESOURCE, {})
    said = (choices.get(key, {}).get("primary") for key in ("primary-ipv4", "primary-ipv6", EVERY_ROW))
    return next((one for one in said if isinstance(one, str)), "")
