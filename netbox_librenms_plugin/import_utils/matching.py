"""Which NetBox object a LibreNMS device is: by its id, its name within the site, its serial number, its address.

The first clue that leads anywhere decides. Several objects, or clues that lead to different ones, are a conflict with
all names; nothing is chosen for the person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..librenms.records import Device
from ..sync.device_names import Naming, without_domain
from ..sync.issues import Code, Issue, issue
from ..sync.normalise import text
from ..sync.plan import Ref
from .holders import Index, identifying_serial, plain_address
from .rows import Chassis, Choice, Clue, Holder, Kind

Hits = Mapping[Clue, tuple[Holder, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """``holder``: the object that it is, found by ``by``. ``conflicts``: why that is not certain; ``notes``: what is
    worth knowing. ``hits``: what every clue led to."""

    holder: Holder | None = None
    by: Clue | None = None
    linked: bool = False
    hits: Hits = field(default_factory=dict)
    conflicts: tuple[Issue, ...] = ()
    notes: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a device is, as far as that is known: names are unique there."""

    site: Ref | None = None
    cluster: Ref | None = None

    def has(self, holder: Holder) -> bool:
        """Whether a NetBox object is there."""
        return _same(self.site, holder.site) or _same(self.cluster, holder.cluster)

    def may_have(self, holder: Holder) -> bool:
        """Whether a NetBox object can be there, since nobody knows where one of the two is."""
        return self.site is None or holder.site is None


def _same(one: Ref | None, other: Ref | None) -> bool:
    return one is not None and other is not None and one.id == other.id


def names_of(device: Device, naming: Naming, chosen: str = "") -> tuple[str, ...]:
    """The names by which NetBox may know a device: sysName and hostname, with the domain and, by the settings,
    without it. A name that a person gave stands alone."""
    if chosen:
        return (chosen,)
    full = [name for name in (text(device.sys_name), text(device.hostname)) if name]
    short = [without_domain(name) for name in full] if naming.strip_domain else []
    return tuple(dict.fromkeys((*full, *short)))


def addresses_of(device: Device) -> tuple[str, ...]:
    """The addresses by which LibreNMS reaches a device."""
    found = (plain_address(value) for value in (device.overwrite_ip, device.ip, device.hostname))
    return tuple(dict.fromkeys(address for address in found if address))


def match(
    device: Device,
    index: Index,
    *,
    naming: Naming,
    choice: Choice,
    where: Whereabouts,
    shared_serials: frozenset[str],
    kind: Kind = Kind.DEVICE,
) -> Match:
    """What the clues say. ``shared_serials``: folded serial numbers that LibreNMS gives to several devices. ``kind``:
    what the device would become."""
    linked = index.by_id(device.device_id)
    if linked:
        return _by_link(linked)
    if choice.link is not None:
        return _by_choice(device, choice.link, index)
    names = names_of(device, naming, choice.name)
    named = index.by_names(names)
    hits = _hits(device, index, named, where, shared_serials)
    if choice.anyway:
        hits = {clue: found for clue, found in hits.items() if clue is Clue.NAME}
    if hits:
        return _decided(device, hits, where.site, shared_serials)
    taken = _chassis_of_that_name(names, index, where, choice) if kind is Kind.DEVICE else None
    return taken or _no_hit(named, where, choice)


def _by_link(linked: tuple[Holder, ...]) -> Match:
    hits = {Clue.LIBRENMS_ID: linked}
    if len(linked) > 1:
        return Match(hits=hits, conflicts=(issue(Code.ID_USED_TWICE, candidates=labels(linked)),))
    return Match(holder=linked[0], by=Clue.LIBRENMS_ID, linked=True, hits=hits)


def _by_choice(device: Device, link: tuple[Any, int], index: Index) -> Match:
    holder = index.by_key.get(link)
    if holder is None or not holder.visible:
        return Match(conflicts=(issue(Code.LINK_TARGET_GONE),))
    hits = {Clue.CHOICE: (holder,)}
    taken = _linked_elsewhere(device, holder, Clue.CHOICE)
    return Match(holder=None if taken else holder, by=Clue.CHOICE, hits=hits, conflicts=taken)


def _hits(
    device: Device, index: Index, named: tuple[Holder, ...], where: Whereabouts, shared_serials: frozenset[str]
) -> Hits:
    """Clue → what it led to, in order, without clues that lead nowhere."""
    serial = text(device.serial)
    hits = {
        Clue.NAME: tuple(one for one in named if where.has(one)),
        Clue.SERIAL: () if identifying_serial(serial) in shared_serials else index.by_serial(serial),
        Clue.ADDRESS: index.by_addresses(addresses_of(device)),
    }
    return {clue: found for clue, found in hits.items() if found}


def _chassis_of_that_name(names: Iterable[str], index: Index, where: Whereabouts, choice: Choice) -> Match | None:
    """A virtual chassis that no clue led to, as it has no master say, can be this stack: with a member at the site it
    is as good as a device of that name, without members nobody can tell where it is."""
    reasons: list[Issue] = []
    members: list[Holder] = []
    for chassis, crew in index.chassis_named(names):
        here = [one for one in crew if where.has(one)]
        members += here
        if here:
            reasons.append(issue(Code.CHASSIS_AT_SITE, "name", name=_chassis_label(chassis)))
        elif not crew and not choice.anyway:
            reasons.append(issue(Code.CHASSIS_EMPTY, "name", name=_chassis_label(chassis)))
    hits = {Clue.NAME: tuple(members)} if members else {}
    return Match(hits=hits, conflicts=tuple(reasons)) if reasons else None


def _no_hit(named: tuple[Holder, ...], where: Whereabouts, choice: Choice) -> Match:
    """Only the name agrees, somewhere: at another site that is another device, without a site nobody can tell."""
    if not named:
        return Match()
    hits = {Clue.NAME: named}
    unsure = [] if choice.anyway else [one for one in named if where.may_have(one)]
    if unsure:
        reasons = tuple(issue(Code.NAME_ELSEWHERE, name=label(one), **_place_of(one)) for one in unsure)
        return Match(hits=hits, conflicts=reasons)
    notes = tuple(issue(Code.NAMESAKE, name=label(one), **_place_of(one)) for one in named if one.visible)
    return Match(hits=hits, notes=notes)


def _place_of(holder: Holder) -> Mapping[str, str]:
    """``site``, or ``cluster`` where it is at no site."""
    name, place = ("cluster", holder.cluster) if holder.site is None else ("site", holder.site)
    return {name: place.name if place is not None and holder.visible else "?"}


def _decided(device: Device, hits: Hits, site: Ref | None, shared_serials: frozenset[str]) -> Match:
    by, found = next(iter(hits.items()))
    if len(found) > 1:
        reason = issue(Code.SEVERAL_IN_NETBOX, clue=by.value, candidates=labels(found))
        return Match(hits=hits, conflicts=(reason,))
    holder = found[0]
    conflicts = (
        *_disagreeing(hits, by, holder),
        *_linked_elsewhere(device, holder, by),
        *_other_serial(device, holder, shared_serials),
    )
    if conflicts:
        return Match(hits=hits, conflicts=conflicts)
    return Match(holder=holder, by=by, hits=hits, notes=_notes(device, holder, site))


def _disagreeing(hits: Hits, by: Clue, holder: Holder) -> tuple[Issue, ...]:
    """Clues that lead only to others. Of members of one chassis, each is the same device to LibreNMS."""
    others = (
        (clue, found[0])
        for clue, found in hits.items()
        if all(one.key != holder.key and not _same_chassis(one, holder) for one in found)
    )
    return tuple(
        issue(
            Code.CLUES_DISAGREE,
            clue=by.value,
            one=label(holder),
            other_clue=clue.value,
            other=label(other),
        )
        for clue, other in others
    )


def _same_chassis(one: Holder, other: Holder) -> bool:
    return one.chassis is not None and one.chassis == other.chassis


def _linked_elsewhere(device: Device, holder: Holder, by: Clue) -> tuple[Issue, ...]:
    if holder.librenms_id in (None, device.device_id):
        return ()
    return (issue(Code.LINKED_TO_OTHER, clue=by.value, name=label(holder), librenms_id=holder.librenms_id),)


def _other_serial(device: Device, holder: Holder, shared_serials: frozenset[str]) -> tuple[Issue, ...]:
    """Both sides know a serial number, and they differ: probably a replacement, which a person has to say."""
    said, held = identifying_serial(text(device.serial)), identifying_serial(holder.serial)
    if not said or not held or said == held or said in shared_serials or holder.chassis is not None:
        return ()
    serial = holder.serial if holder.visible else "?"
    return (issue(Code.SERIAL_DIFFERS, name=label(holder), held=serial, said=text(device.serial)),)


def _notes(device: Device, holder: Holder, site: Ref | None) -> tuple[Issue, ...]:
    notes = []
    names = {name.casefold() for name in names_of(device, Naming(strip_domain=True))}
    if holder.visible and not names & {holder.name.casefold(), holder.chassis_name.casefold()}:
        notes.append(issue(Code.NAME_DIFFERS, name=holder.name or f"#{holder.id}"))
    if holder.visible and site is not None and holder.site is not None and holder.site.id != site.id:
        notes.append(issue(Code.AT_OTHER_SITE, site=holder.site.name))
    return tuple(notes)


def label(holder: Holder) -> Mapping[str, Any]:
    """What names an object in a sentence; one that the user may not view stays unnamed."""
    if not holder.visible:
        return {"hidden": True}
    kind = {"kind": holder.kind.value}
    return {"id": holder.id, "name": holder.name or f"#{holder.id}", **kind}


def _chassis_label(chassis: Chassis) -> Mapping[str, Any]:
    return {"id": chassis.id, "name": chassis.name} if chassis.visible else {"hidden": True}


def labels(holders: tuple[Holder, ...]) -> tuple[Mapping[str, Any], ...]:
    """``label`` of each."""
    return tuple(label(one) for one in holders)
