"""Cables out of NetBox: what is known of a device's ports and of whoever they hear, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...librenms.records import DeviceLinks
from ...models import LibreNMSSettings
from ...sync.cables.neighbour_texts import SaidNeighbour, said_by
from ...sync.cables.plan import RESOURCE, CableContext
from ...sync.core.names import parent_name
from ...sync.core.plan import Found, Ref
from ...sync.interfaces.port_identity import port_names
from ...sync.interfaces.port_interfaces import PortInterface
from ..frame.scope import Scope
from ..frame.subjects import Subject
from ..interfaces.port_interfaces import places_of, read_interfaces
from ..interfaces.read import chosen_members
from .network import NetworkQuery, read_network
from .paths import read_cables

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CableReading:
    """What is known about one subject and its neighbourhood."""

    context: CableContext


def read(
    subjects: Sequence[Subject], snapshots: Mapping[Key, DeviceLinks], scope: Scope, *, lock: bool = False
) -> dict[Key, CableReading]:
    """Subject key → reading. Nothing is locked here, whatever ``lock`` says: a cable has ends on two devices, and the
    writer takes both at once, so that two runs which meet in the middle cannot wait for each other."""
    chosen = [one for one in subjects if one.key in snapshots]
    if not chosen:
        return {}
    found = read_interfaces(chosen, scope)
    network = read_network(_asked(chosen, snapshots, scope), scope)
    cables = read_cables((jack.cable for jack in network.jacks.by_id.values() if jack.cable is not None), scope)
    settings = LibreNMSSettings.load()
    tag = settings.cable_tag
    unrecorded = settings.unrecorded_patterns
    return {
        one.key: CableReading(
            context=CableContext(
                members=one.as_members(chosen_members(scope)),
                found=found[one.key],
                places=_places(one, snapshots[one.key], found[one.key], scope),
                network=network,
                cables=cables,
                label=settings.cable_label,
                unrecorded=unrecorded,
                tag=None if tag is None else Ref(tag.pk, tag.name),
                chosen=_chosen_ends(scope),
            )
        )
        for one in chosen
    }


def _places(subject: Subject, said: DeviceLinks, found: Sequence[Found], scope: Scope) -> Mapping[int, PortInterface]:
    return places_of(subject, said.ports, found, scope) if said.links else {}


def _asked(subjects: Sequence[Subject], snapshots: Mapping[Key, DeviceLinks], scope: Scope) -> NetworkQuery:
    links = [link for one in subjects for link in snapshots[one.key].links]
    ports = {link.local_port_id for link in links} | {link.remote_port_id for link in links}
    own = [port for one in subjects for port in snapshots[one.key].ports if port.port_id in ports]
    names = {name for port in own for name in port_names(port, scope.name_field)}
    said: list[SaidNeighbour] = [said_by(link) for link in links]
    return NetworkQuery(
        said=said,
        device_ids={pk for one in subjects for pk in one.member_ids},
        port_ids={port.port_id for port in own},
        port_names={*names, *(outer for name in names if (outer := parent_name(name)))},
    )


def _chosen_ends(scope: Scope) -> dict[str, int]:
    choices = scope.choices.get(RESOURCE, {})
    return {key: choice["remote"] for key, choice in choices.items() if isinstance(choice.get("remote"), int)}
