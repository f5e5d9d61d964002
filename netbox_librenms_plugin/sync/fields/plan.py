"""Fields of devices and VMs: what LibreNMS says of name, serial number, hardware, system and place, one row a field.

In a virtual chassis the rows belong to the member that speaks for it, but each member has a row for its own serial.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...librenms.records import UNSET, Device, DeviceDetails
from ...member_names import member_name
from ..chassis.members import in_chassis
from ..chassis.units import MemberPlace, UnitChoice, assign, serial_units_of, shared_serials
from ..core.compare import Field, Rules, with_differences
from ..core.device_state import device_state
from ..core.exact import Book, Verdict, judge
from ..core.issues import Code, Issue, issue
from ..core.normalise import text
from ..core.place_books import PlaceBook, Said
from ..core.plan import Change, Outcome, Plan, Ref
from ..core.policy import Policies, Policy
from ..core.serials import folded_serial, real_serial
from .device_names import Naming, device_name, same_host
from .facts import FieldFacts
from .watched import WatchedFields, wanted_status, wanted_version

RESOURCE = "fields"
EVERY_ROW = "*"
NAME_LENGTH = 64
SERIAL_LENGTH = 50
# LibreNMS's words for "I do not know what runs there"
NO_SYSTEM = frozenset({"ping", "generic"})

_NAME = Field(name="name", own=True, normalise=lambda name: (name or "").casefold())
_PLATFORM = Field(name="platform")
# Both are compared only where the settings ask for it
_VERSION = Field(name="os_version")
_STATUS = Field(name="status", default=Policy.REPORT_ONLY)
_SITE = Field(name="site", default=Policy.REPORT_ONLY)
DEVICE_FIELDS = (
    _NAME,
    Field(name="serial", own=True),
    Field(name="member_serial", own=True),
    Field(name="device_type"),
    _PLATFORM,
    _SITE,
    Field(name="location", policy="site", default=Policy.REPORT_ONLY),
    # Both are compared only where the pattern of the settings reads them
    Field(name="rack", default=Policy.REPORT_ONLY),
    Field(name="tenant", default=Policy.REPORT_ONLY),
    _VERSION,
    _STATUS,
)
VM_FIELDS = (_NAME, _PLATFORM, _VERSION, _STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFields:
    """What NetBox holds of one device or VM; ``visible`` to the user or not."""

    ref: Ref
    position: int | None = None
    visible: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldContext:
    """What is known of the NetBox object.

    ``holders`` are the chassis members, or the one device or VM; ``owner`` is the one that has the rows. ``locations``
    holds, by folded text, the NetBox location that a mapping adds to a site; ``places`` what else the text can mean
    inside of one, by the pattern of the settings; ``taken`` the words for who has a name (in
    folded form) where the owner is; ``serials`` the words for who else has a serial number (in folded form).
    ``chosen`` is what a person decided: row key or ``"*"`` → choice. A virtual chassis is called ``chassis_name``, and
    its members after it by ``member_pattern``; ``makers`` holds the manufacturer's id of device types and platforms, by
    (kind, id), and the owner's values that of its own type (``maker``).
    """

    owner: HeldFields
    holders: Sequence[HeldFields]
    naming: Naming = Naming()
    chassis_name: str = ""
    member_pattern: str = ""
    types: Book = Book()
    platforms: Book = Book()
    sites: Book = Book(indexes=())
    locations: Mapping[str, Ref] = field(default_factory=dict)
    places: PlaceBook = PlaceBook()
    makers: Mapping[tuple[str, int], int] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)
    serials: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    watched: WatchedFields = WatchedFields()
    virtual: bool = False

    @property
    def rules(self) -> Rules:
        """VMs have no hardware and no place."""
        return Rules(resource=RESOURCE, fields=VM_FIELDS if self.virtual else DEVICE_FIELDS, matchers=())

    @property
    def in_chassis(self) -> bool:
        """Whether the members of a virtual chassis share the LibreNMS device."""
        return in_chassis(self.holders)

    def choice(self, key: str, name: str) -> int | None:
        """The id that a person chose for a row."""
        value = self.chosen.get(key, {}).get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One field of one object before the policies are asked."""

    key: str
    about: str
    holder: HeldFields
    verdict: Verdict
    said: str = ""
    name: str = ""
    facts: FieldFacts = field(default_factory=FieldFacts)


def serial_key(member_id: int) -> str:
    """The key of the row of a chassis member's serial number."""
    return f"serial-{member_id}"


def plan_fields(details: DeviceDetails, context: FieldContext, policies: Policies) -> Plan:
    """One change for each field that has a policy other than "ignore"."""
    rows = _rows(details, context, policies) if context.owner.visible or context.in_chassis else ()
    changes = (change for row in rows if (change := _change(row, context.rules, policies)) is not None)
    return Plan(RESOURCE, tuple(changes))


def _rows(details: DeviceDetails, context: FieldContext, policies: Policies) -> Iterator[_Row]:
    if context.owner.visible:
        yield _name_row(details, context)
        if not context.virtual and not context.in_chassis:
            verdict = _serial(real_serial(details.device.serial), context.owner, context)
            yield _serial_row("serial", "serial", context.owner, verdict)
    if context.in_chassis:
        yield from _member_rows(details, context)
    if context.owner.visible:
        yield from _matched_rows(details, context)
        if not context.virtual:
            yield from _place_rows(text(details.device.location_name), context, policies)
        yield from _watched_rows(details.device, context)


def _name_row(details: DeviceDetails, context: FieldContext) -> _Row:
    held = context.owner.values.get("name") or ""
    name = device_name(details.device, context.naming, held)
    said = ", ".join(dict.fromkeys(filter(None, (text(details.device.sys_name), text(details.device.hostname)))))
    return _Row(key="name", about="name", holder=context.owner, verdict=_name_verdict(name, held, context), said=said)


def _name_verdict(name: str, held: str, context: FieldContext) -> Verdict:
    if not name or name.casefold() == held.casefold():
        return Verdict(wanted=name or UNSET)
    if _is_of_chassis(name, held, context):
        return Verdict()
    if len(name) > NAME_LENGTH:
        reason = issue(Code.NAME_TOO_LONG, "name", length=len(name), limit=NAME_LENGTH)
        return Verdict(outcome=Outcome.BLOCKED, issues=(reason,))
    holder = context.taken.get(name.casefold())
    if holder is not None:
        reason = issue(Code.DEVICE_NAME_TAKEN, "name", name=name, holder=holder)
        return Verdict(wanted=name, outcome=Outcome.CONFLICT, issues=(reason,))
    return Verdict(wanted=name)


def _is_of_chassis(name: str, held: str, context: FieldContext) -> bool:
    """Whether LibreNMS's name is that of the whole virtual chassis, so that the member has a name of its own."""
    if not context.in_chassis:
        return False
    if same_host(context.chassis_name, name):
        return True
    position, serial = context.owner.position, context.owner.values.get("serial") or ""
    if position is None:
        return False
    if re.fullmatch(rf"{re.escape(name)}[\s_:.#(-]+0*{position}\)?", held, re.IGNORECASE):
        return True
    pattern, bases = context.member_pattern, (name, context.chassis_name)
    own = (member_name(pattern, name=one, position=position, serial=serial) for one in bases if one and pattern)
    return held.casefold() in {one.casefold() for one in own}


def _serial(serial: str, holder: HeldFields, context: FieldContext) -> Verdict:
    """A serial number is that of one box: what another device of NetBox has is not written here."""
    if len(serial) > SERIAL_LENGTH:
        reason = issue(Code.OUT_OF_RANGE, "serial", value=serial[: 2 * SERIAL_LENGTH])
        return Verdict(outcome=Outcome.BLOCKED, issues=(reason,))
    other = context.serials.get(folded_serial(serial))
    if other is not None and folded_serial(holder.values.get("serial")) != folded_serial(serial):
        reason = issue(Code.SERIAL_TAKEN, "serial", serial=serial, holder=other)
        return Verdict(wanted=serial, outcome=Outcome.CONFLICT, issues=(reason,))
    return Verdict(wanted=serial or UNSET)


def _serial_row(key: str, field_name: str, holder: HeldFields, verdict: Verdict, **more: Any) -> _Row:
    said = verdict.wanted if isinstance(verdict.wanted, str) else ""
    return _Row(key=key, about=field_name, holder=holder, verdict=verdict, **{"said": said, **more})


def _member_rows(details: DeviceDetails, context: FieldContext) -> Iterator[_Row]:
    """The serial number of each member. Without any in the inventory, the device's own is that of who speaks for it."""
    told = serial_units_of(details.inventory)
    shared = shared_serials(told)
    units = tuple(one for one in told if folded_serial(one.serial) not in shared)
    places = [
        MemberPlace(id=one.ref.id or 0, position=one.position, serial=one.values.get("serial") or "")
        for one in context.holders
    ]
    keys = {one.id: serial_key(one.id) for one in places}
    chosen = {id: part for id, key in keys.items() if (part := context.choice(key, "part")) is not None}
    assigned = assign(units, places, chosen)
    note = (issue(Code.UNITS_SHARE_SERIAL, "member_serial", serials=tuple(sorted(shared))),) if shared else ()
    for holder in context.holders:
        if not holder.visible:
            continue
        key, choice = keys[holder.ref.id or 0], assigned[holder.ref.id or 0]
        if units:
            verdict, said = _member_verdict(choice, holder, context, note), _unit_words(choice)
        else:
            own = real_serial(details.device.serial) if holder.ref == context.owner.ref else ""
            verdict, said = _serial(own, holder, context), own
            verdict = verdict if own else replace(verdict, issues=note)
        choices = {one.index: f"{one.name} ({one.serial})" for one in units}
        name = f"serial ({holder.ref.name})"
        facts = FieldFacts(choices=choices) if len(choices) > 1 else FieldFacts()
        yield _serial_row(key, "member_serial", holder, verdict, said=said, name=name, facts=facts)


def _member_verdict(choice: UnitChoice, holder: HeldFields, context: FieldContext, note: tuple[Issue, ...]) -> Verdict:
    if choice.unit is not None:
        return _serial(choice.unit.serial, holder, context)
    if not choice.candidates:
        return Verdict(issues=note or (issue(Code.CHASSIS_NOT_SEEN, "member_serial"),))
    names = tuple(f"{one.name} ({one.serial})" for one in choice.candidates)
    return Verdict(outcome=Outcome.CONFLICT, issues=(issue(Code.CHOOSE_CHASSIS, "member_serial", candidates=names),))


def _unit_words(choice: UnitChoice) -> str:
    return f"{choice.unit.name}: {choice.unit.serial}" if choice.unit else ""


def _matched_rows(details: DeviceDetails, context: FieldContext) -> Iterator[_Row]:
    """Fields that refer to an object of NetBox, which LibreNMS's text has to be matched with."""
    device = details.device
    if not context.virtual:
        yield _matched("device_type", text(device.hardware), context.types, Code.DEVICE_TYPE_MISSING, context)
    system = text(device.os)
    if system in NO_SYSTEM and not context.platforms.find(system).via:
        system = ""
    platform = _matched("platform", system, context.platforms, Code.PLATFORM_MISSING, context)
    yield platform if context.virtual else _refused(platform, _other_maker(platform, text(device.hardware), context))


def _place_rows(place: str, context: FieldContext, policies: Policies) -> Iterator[_Row]:
    """Site, location, rack and tenant, as far as LibreNMS's location says them."""
    places, sites = context.places, context.sites
    named = places.site_text(place, sites)
    # What the pattern reads no site out of is the name of a site, or says nothing of it
    silent = place in places.names and not places.of(place).site and not sites.find(place).via
    site = replace(_matched("site", "" if silent else named, sites, Code.SITE_MISSING, context), said=place)
    where = context.owner.values.get("site") if silent else site.verdict.wanted
    known = where if isinstance(where, Ref) else None
    location = places.location(place, known, sites, context.locations)
    moves = location is not None and location.ref is not None
    holds = _held_place(site, context, moves=moves)
    yield _refused(site, holds)
    stays = holds if _differs(site) else None
    if location is not None:
        yield _place_row("location", place, location, Code.LOCATION_MISSING, context, stays)
    rack = places.rack(place, known, location)
    if rack is not None:
        stays = stays or _elsewhere(site, policies) or _held_position(context)
        yield _place_row("rack", place, rack, Code.RACK_MISSING, context, stays)
    tenant = places.tenant(place)
    if tenant is not None:
        yield _place_row("tenant", place, tenant, Code.TENANT_MISSING, context, None)


def _place_row(name: str, place: str, said: Said, absent: Code, context: FieldContext, reason: Issue | None) -> _Row:
    """A row for what the text names; it is blocked where NetBox would refuse it for this reason."""
    owner = context.owner
    if said.answer.via == "mapping" and said.ref is not None:
        return _Row(key=name, about=name, holder=owner, verdict=Verdict(wanted=said.ref), said=place)
    held, chosen = owner.values.get(name), context.choice(name, name)
    inside = {"place": said.place} if said.place else {}
    verdict = judge(said.name, said.answer, held=held, chosen=chosen, absent=absent, **inside)
    facts = FieldFacts(choices=dict(verdict.candidates)) if verdict.candidates else FieldFacts()
    return _refused(_Row(key=name, about=name, holder=owner, verdict=verdict, said=place, facts=facts), reason)


def _watched_rows(device: Device, context: FieldContext) -> Iterator[_Row]:
    """Version and state, as far as the settings say what they are in NetBox."""
    watched, owner = context.watched, context.owner
    if watched.version_in:
        version = wanted_version(device)
        facts = FieldFacts(kept_in=watched.version_in)
        said = version if isinstance(version, str) else ""
        yield _Row(
            key="os_version", about="os_version", holder=owner, verdict=Verdict(wanted=version), said=said, facts=facts
        )
    # What the map says nothing of is not looked at, which is no agreement
    status = wanted_status(device, owner.values.get("status") or "", watched)
    if status is not UNSET:
        said = device_state(device) or ""
        yield _Row(key="status", about="status", holder=owner, verdict=Verdict(wanted=status), said=said)


def _refused(row: _Row, reason: Issue | None) -> _Row:
    """The row with what NetBox would say to it, where it differs from what is held."""
    if reason is None or not _differs(row):
        return row
    return replace(row, verdict=replace(row.verdict, outcome=Outcome.BLOCKED, issues=(*row.verdict.issues, reason)))


def _other_maker(row: _Row, hardware: str, context: FieldContext) -> Issue | None:
    """A platform that is limited to a manufacturer is no other's: neither that of the device's type nor that of the
    type it is to get."""
    wanted = row.verdict.wanted
    limit = context.makers.get(("platform", wanted.id or 0)) if isinstance(wanted, Ref) else None
    types = context.types.find(hardware).refs if hardware else ()
    makers = {context.owner.values.get("maker"), *(context.makers.get(("device_type", one.id or 0)) for one in types)}
    if limit is None or limit in makers or makers == {None}:
        return None
    return issue(Code.PLATFORM_OF_OTHER, "platform", name=wanted.name)


def _differs(row: _Row) -> bool:
    """Whether the row wants another object than the one that is held."""
    held, wanted = row.holder.values.get(row.about), row.verdict.wanted
    return isinstance(wanted, Ref) and (held is None or held.id != wanted.id)


def _held_place(row: _Row, context: FieldContext, *, moves: bool) -> Issue | None:
    """A rack or location is at one site, and NetBox keeps the device where that is. ``moves``: to a location at the new
    site."""
    location = None if moves else context.owner.values.get("location")
    name = _name_of(context.owner.values.get("rack")) or _name_of(location)
    return issue(Code.PLACE_HOLDS, "site", name=name) if name else None


def _elsewhere(site: _Row, policies: Policies) -> Issue | None:
    """Why it cannot be in a rack of the site that is meant: NetBox has it at another one, and the policy keeps it
    there."""
    held, policy = site.holder.values.get("site"), policies.of(RESOURCE, _SITE.name, _SITE.default)
    if not _differs(site) or policy.writes(found=held, wanted=site.verdict.wanted):
        return None
    return issue(Code.AT_OTHER_SITE, "site", site=_name_of(held))


def _held_position(context: FieldContext) -> Issue | None:
    """A position is one of its rack, and means nothing in another."""
    if context.owner.values.get("rack_position") is None:
        return None
    return issue(Code.RACK_POSITION, "rack", name=_name_of(context.owner.values.get("rack")))


def _name_of(held: Any) -> str:
    return held.name if isinstance(held, Ref) else str(held or "")


def _matched(name: str, said: str, book: Book, absent: Code, context: FieldContext) -> _Row:
    verdict = Verdict()
    if said:
        held, chosen = context.owner.values.get(name), context.choice(name, name)
        verdict = judge(said, book.find(said), held=held, chosen=chosen, absent=absent)
    facts = FieldFacts(choices=dict(verdict.candidates)) if verdict.candidates else FieldFacts()
    if any(one.code is absent for one in verdict.issues):
        facts["lacks"] = said
    return _Row(key=name, about=name, holder=context.owner, verdict=verdict, said=said, facts=facts)


def _change(row: _Row, rules: Rules, policies: Policies) -> Change | None:
    """A field that NetBox keeps whatever LibreNMS says needs nobody's attention because it cannot be matched."""
    rule = next(one for one in rules.fields if one.name == row.about)
    policy = policies.of(RESOURCE, rule.policy_name, rule.default)
    if policy is Policy.IGNORE:
        return None
    change = Change(
        key=row.key,
        name=row.name or row.about,
        outcome=Outcome.SAME,
        owner=row.holder.ref,
        netbox_id=row.holder.ref.id,
        found={row.about: row.holder.values.get(_attribute(row.about))},
        wanted={row.about: row.verdict.wanted},
        issues=row.verdict.issues,
        matched_by=row.verdict.via,
        facts=FieldFacts(**row.facts, said=row.said),
    )
    change = with_differences(rules, change, policies)
    if row.verdict.outcome is None or policy is Policy.REPORT_ONLY:
        return change
    return replace(change, outcome=row.verdict.outcome)


def _attribute(field_name: str) -> str:
    """The attribute of a device that holds a field."""
    return "serial" if field_name == "member_serial" else field_name


def serials_of(details: DeviceDetails) -> set[str]:
    """The serial numbers (folded) that LibreNMS says of a device and its units."""
    said = (details.device.serial, *(one.serial for one in serial_units_of(details.inventory)))
    return {folded_serial(one) for one in said} - {""}


def texts_of(details: Iterable[DeviceDetails]) -> dict[str, set[str]]:
    """Field → the texts that have to be matched with objects of NetBox."""
    return texts_of_devices([one.device for one in details])


def texts_of_devices(devices: Sequence[Device]) -> dict[str, set[str]]:
    """The same, from devices alone."""
    return {
        "device_type": {text(one.hardware) for one in devices} - {""},
        "platform": {text(one.os) for one in devices} - {""},
        "site": {text(one.location_name) for one in devices} - {""},
    }
