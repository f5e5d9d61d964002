"""Which NetBox object a LibreNMS device is: by its id, its name within the site, its serial number, its address.

The first clue that leads anywhere decides. Several objects, or clues that lead to different ones, are a conflict with
all names; nothing is chosen for the person.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..librenms.records import Device
from ..sync.core.device_identity import KnownIdentity, identity_of
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.normalise import text
from ..sync.core.plan import Ref
from ..sync.core.serials import folded_serial
from ..sync.fields.device_names import Naming, device_name, without_domain
from .holders import Index, plain_address
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
    tenant: Ref | None = None

    def has(self, holder: Holder) -> bool:
        """Whether a NetBox object is there."""
        return _same(self.site, holder.site) or _same(self.cluster, holder.cluster)

    def may_have(self, holder: Holder) -> bool:
        """Whether a NetBox object can be there, since nobody knows where one of the two is."""
        if self.cluster is not None and holder.kind is Kind.VM and holder.cluster is not None:
            return _same(self.cluster, holder.cluster)
        return self.site is None or holder.site is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What LibreNMS says of its other devices: ``ids`` of all that it lists, the ``addresses`` that it gives to several
    of them, and whether one of them has the same serial number (``same_serial``). ``confirmed``: the links, as (kind,
    id in NetBox, id in LibreNMS), of which a person said that they are right."""

    ids: Collection[int] = frozenset()
    addresses: frozenset[str] = frozenset()
    same_serial: bool = False
    confirmed: Collection[tuple[Kind, int, int]] = frozenset()

    def have(self, holder: Holder, device: Device) -> bool:
        """Whether a NetBox object is another one of them."""
        return holder.librenms_id not in (None, device.device_id) and holder.librenms_id in self.ids


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
    others: Others = Others(),
    kind: Kind = Kind.DEVICE,
) -> Match:
    """What the clues say. ``kind``: what the device would become."""
    linked = index.by_id(device.device_id)
    if linked:
        return _by_link(device, linked, index, others)
    if choice.link is not None:
        return _by_choice(device, choice.link, index, others)
    names = names_of(device, naming, choice.name)
    named = index.by_names(names)
    hits = _hits(device, index, named, where)
    telling = _telling(device, hits, index.by_names((choice.name or device_name(device, naming),)), where, others)
    if choice.anyway:
        telling = {clue: found for clue, found in telling.items() if clue is Clue.NAME}
    if telling:
        found = _decided(device, telling, where.site, index, others)
    else:
        taken = _chassis_of_that_name(names, index, where, choice) if kind is Kind.DEVICE else None
        found = taken or _no_hit(named, where, choice)
    return replace(found, hits={clue: some for clue in Clue if (some := found.hits.get(clue) or hits.get(clue))})


def _by_link(device: Device, linked: tuple[Holder, ...], index: Index, others: Others) -> Match:
    hits = {Clue.LIBRENMS_ID: linked}
    if len(linked) > 1:
        return Match(hits=hits, conflicts=(issue(Code.ID_USED_TWICE, candidates=labels(linked)),))
    holder = linked[0]
    notes = (issue(Code.LINK_DOUBTED, name=label(holder)),) if _is_doubtful(device, holder, index, others) else ()
    return Match(holder=holder, by=Clue.LIBRENMS_ID, linked=True, hits=hits, notes=notes)


def _is_doubtful(device: Device, holder: Holder, index: Index, others: Others) -> bool:
    """Whether the clues deny that a linked object is the device, and nobody has confirmed it."""
    crew = index.crew(holder)
    known = KnownIdentity(
        names=tuple(name for one in crew for name in (one.name, one.chassis_name) if name),
        addresses=tuple(address for one in crew for address in one.addresses),
        serials=tuple(one.serial for one in crew),
    )
    has_it = () if others.same_serial else index.by_serial(text(device.serial))
    strangers = [one.name for one in has_it if one.key not in {member.key for member in crew}]
    doubted = identity_of(device, known, holders=strangers).doubt is not None
    return doubted and not any((*one.key, device.device_id) in others.confirmed for one in crew)


def _by_choice(device: Device, link: tuple[Any, int], index: Index, others: Others) -> Match:
    holder = index.by_key.get(link)
    if holder is None or not holder.visible:
        return Match(conflicts=(issue(Code.LINK_TARGET_GONE),))
    hits = {Clue.CHOICE: (holder,)}
    taken = _linked_elsewhere(device, holder, Clue.CHOICE, index, others)
    if all(one.code is Code.LINKED_TO_GONE for one in taken):
        taken = ()
    return Match(holder=None if taken else holder, by=Clue.CHOICE, hits=hits, conflicts=taken)


def _hits(device: Device, index: Index, named: tuple[Holder, ...], where: Whereabouts) -> Hits:
    """Clue → what it led to, in order, without clues that lead nowhere."""
    hits = {
        Clue.NAME: tuple(one for one in named if where.has(one)),
        Clue.SERIAL: index.by_serial(text(device.serial)),
        Clue.ADDRESS: index.by_addresses(addresses_of(device)),
    }
    return {clue: found for clue, found in hits.items() if found}


def _telling(
    device: Device, hits: Hits, by_own_name: tuple[Holder, ...], where: Whereabouts, others: Others
) -> dict[Clue, tuple[Holder, ...]]:
    """What of it says who the device is. What belongs to another device of LibreNMS says nothing when it has to be so:
    an address that several have, a name that this one has only besides its own, or that two tenants use. Nor does a
    serial number that several have."""
    own = {one.key for one in by_own_name}
    shared = others.addresses & set(addresses_of(device)) if others.addresses else frozenset[str]()

    def tells(clue: Clue, one: Holder) -> bool:
        if clue is Clue.SERIAL:
            return not others.same_serial
        if not others.have(one, device):
            return True
        if clue is Clue.ADDRESS:
            return not shared & set(one.addresses)
        tenants = (where.tenant.id if where.tenant else None, one.tenant)
        return one.key in own and (None in tenants or len(set(tenants)) == 1)

    found = {clue: tuple(one for one in some if tells(clue, one)) for clue, some in hits.items()}
    return {clue: some for clue, some in found.items() if some}


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
    """``site``, or ``cluster`` where it is at no site; nothing of what is nowhere, or may not be viewed."""
    name, place = ("cluster", holder.cluster) if holder.site is None else ("site", holder.site)
    return {name: place.name} if place is not None and holder.visible else {}


def _decided(device: Device, hits: Hits, site: Ref | None, index: Index, others: Others) -> Match:
    by, found = next(iter(hits.items()))
    if len(found) > 1:
        reason = issue(Code.SEVERAL_IN_NETBOX, clue=by.value, candidates=labels(found))
        return Match(hits=hits, conflicts=(reason,))
    holder = found[0]
    conflicts = (
        *_disagreeing(hits, by, holder),
        *_linked_elsewhere(device, holder, by, index, others),
        *_other_serial(device, holder, others),
    ) or _address_alone(device, holder, by, site)
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


def _linked_elsewhere(device: Device, holder: Holder, by: Clue, index: Index, others: Others) -> tuple[Issue, ...]:
    """LibreNMS sees one device in a virtual chassis, so the link of one member is that of all."""
    for one in (holder, *index.crew(holder)):
        if one.librenms_id in (None, device.device_id):
            continue
        gone = one is holder and one.librenms_id not in others.ids
        code = Code.LINKED_TO_GONE if gone else Code.LINKED_TO_OTHER
        return (issue(code, clue=by.value, name=label(holder), librenms_id=one.librenms_id),)
    return ()


def _address_alone(device: Device, holder: Holder, by: Clue, site: Ref | None) -> tuple[Issue, ...]:
    """Private addresses come again at other sites, and on other servers: there another name is another device."""
    if by is not Clue.ADDRESS or _same_name(device, holder):
        return ()
    elsewhere = site is not None and holder.site is not None and site.id != holder.site.id
    if not elsewhere and not holder.other_server:
        return ()
    return (issue(Code.ADDRESS_ALONE, name=label(holder), **_place_of(holder)),)


def _same_name(device: Device, holder: Holder) -> bool:
    names = {name.casefold() for name in names_of(device, Naming(strip_domain=True))}
    return bool(names & {holder.name.casefold(), holder.chassis_name.casefold()})


def _other_serial(device: Device, holder: Holder, others: Others) -> tuple[Issue, ...]:
    """Both sides know a serial number, and they differ: probably a replacement, which a person has to say."""
    said, held = folded_serial(device.serial), folded_serial(holder.serial)
    if not said or not held or said == held or others.same_serial or holder.chassis is not None:
        return ()
    seen = {"held": holder.serial} if holder.visible else {}
    return (issue(Code.SERIAL_DIFFERS, name=label(holder), said=text(device.serial), **seen),)


def _notes(device: Device, holder: Holder, site: Ref | None) -> tuple[Issue, ...]:
    notes = []
    if holder.visible and not _same_name(device, holder):
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
