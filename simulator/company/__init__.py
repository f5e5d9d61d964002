"""A believable company network: `build()` gives its description and the LibreNMS data that follow from it.

The description (sites, VLANs, nodes, link aggregations, cables) names what NetBox would hold too, so that a NetBox can
be filled from it, agreeing with LibreNMS or not, as one likes. Building twice gives the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.company import addressing, extras, parts, plan, wiring
from simulator.company.description import Cable, Kind, Lag, Member, Model, Node, PortSet, Site, Vlan
from simulator.company.wiring import PortBook
from simulator.data import Dataset

__all__ = ["Cable", "Company", "Kind", "Lag", "Member", "Model", "Node", "PortSet", "Site", "Vlan", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The description of the company, the LibreNMS data, and the LibreNMS port id of each (node name, ifName)."""

    sites: tuple[Site, ...]
    vlans: tuple[Vlan, ...]
    nodes: tuple[Node, ...]
    lags: tuple[Lag, ...]
    cables: tuple[Cable, ...]
    dataset: Dataset
    ports: PortBook

    def node(self, name: str) -> Node:
        """The node of this name; KeyError without one."""
        return {node.name: node for node in self.nodes}[name]


def build() -> Company:
    """Make the company: about 45 LibreNMS devices in three sites, some 1,500 ports."""
    dataset = Dataset.empty()
    nodes = plan.nodes()
    lags = tuple(plan.lags(nodes))
    cables = tuple(plan.cables())
    extras.add_places(dataset, plan.SITES)
    for node in nodes:
        extras.add_device(dataset, node)
    ports = wiring.add_ports(dataset, nodes, cables, lags)
    wiring.add_links(dataset, cables, ports)
    wiring.add_phones(dataset, nodes, ports)
    addressing.add_vlans(dataset, nodes, ports, plan.VLANS)
    addressing.add_addresses(dataset, nodes, ports)
    parts.add_inventory(dataset, nodes)
    parts.add_transceivers(dataset, cables, ports)
    extras.add_groups_and_alerts(dataset, nodes)
    return Company(
        sites=plan.SITES, vlans=plan.VLANS, nodes=nodes, lags=lags, cables=cables, dataset=dataset, ports=ports
    )
