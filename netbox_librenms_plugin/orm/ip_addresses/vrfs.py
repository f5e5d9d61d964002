"""What NetBox knows about the VRFs that addresses can belong to, as far as the user may see it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db.models import Q
from django.db.models.expressions import RawSQL
from ipam.models import VRF, Prefix
from netbox.config import get_config

from ...sync.core.plan import Ref
from ...sync.ip_addresses.hosts import Host
from ...sync.ip_addresses.vrfs import Vrf, Vrfs
from ...sync.ip_addresses.wanted import RESOURCE
from ..frame.permissions import viewable
from ..frame.scope import Scope

Network = IPv4Network | IPv6Network


def read_vrfs(hosts: Collection[Host], names: Collection[str], ids: Iterable[int], scope: Scope) -> Vrfs:
    """The VRFs of these ids and names (or route distinguishers), and those with a prefix that holds one of the hosts;
    two queries."""
    prefixes = _prefixes(hosts, scope)
    chosen = chosen_vrfs(scope)
    wanted = {*ids, *chosen.values(), *(pk for several in prefixes.values() for pk in several if pk is not None)}
    condition = Q(pk__in=wanted) | Q(name__in=names) | Q(rd__in=names)
    rows = viewable(VRF.objects, scope.user).filter(condition).order_by("name", "pk")
    known: dict[int, Vrf] = {}
    unique: set[int | None] = {None} if get_config().ENFORCE_GLOBAL_UNIQUE else set()
    for pk, name, rd, enforced in rows.values_list("pk", "name", "rd", "enforce_unique"):
        known[pk] = Vrf(ref=Ref(pk, name), rd=rd or "")
        if enforced:
            unique.add(pk)
    return Vrfs(known=known, prefixes=prefixes, unique=frozenset(unique), chosen=chosen)


def chosen_vrfs(scope: Scope) -> dict[str, int]:
    """Row key (or "*") → the VRF that a person chose; 0 is the global table."""
    choices = scope.choices.get(RESOURCE, {})
    return {key: choice["vrf"] for key, choice in choices.items() if type(choice.get("vrf")) is int}


def _prefixes(hosts: Collection[Host], scope: Scope) -> dict[Network, frozenset[int | None]]:
    """Network → the VRFs that have it, of those that hold one of the hosts; one that holds everything says nothing."""
    if not hosts:
        return {}
    table = Prefix._meta.db_table
    # Joined host by host, which the index on prefixes serves; one condition with all hosts would read every prefix
    around = RawSQL(
        f"SELECT held.id FROM unnest(%s::inet[]) AS host JOIN {table} AS held ON held.prefix >>= host",
        [[host.compressed for host in hosts]],
    )
    grouped: dict[Network, set[int | None]] = defaultdict(set)
    rows = viewable(Prefix.objects, scope.user).filter(pk__in=around).order_by()
    for prefix, vrf_id in rows.values_list("prefix", "vrf_id"):
        network = ip_network(str(prefix))
        if network.prefixlen:
            grouped[network].add(vrf_id)
    return {network: frozenset(several) for network, several in grouped.items()}
