"""What LibreNMS has of a linked device beside what NetBox says: what is to be changed there, and what cannot be.

Names are the other way round than elsewhere: ``found`` is what LibreNMS has, ``wanted`` what NetBox says as LibreNMS
would hold it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from ...librenms.records import UNSET, Device
from ...texts import address_text
from ..core.exact import Book
from ..core.issues import Code, Issue, issue
from ..core.normalise import text
from ..core.place_books import PlaceBook

# Bytes of LibreNMS's column, which cuts off what is longer without a word
LONGEST_NOTES = 65_535

type Value = str | int


class Kept(StrEnum):
    """What of a device can be kept in step."""

    STATE = "state"
    LOCATION = "location"
    NOTES = "notes"
    POLLER_GROUP = "poller_group"
    PARENTS = "parents"
    DISPLAY = "display"


class Monitoring(StrEnum):
    """What LibreNMS does with a device: it raises no alerts about what is ignored, and does not poll what is
    disabled."""

    MONITORED = "monitored"
    IGNORED = "ignored"
    DISABLED = "disabled"


class KeepPolicy(StrEnum):
    """What happens to what differs."""

    NETBOX_WINS = "netbox_wins"
    FILL_IF_EMPTY = "fill_if_empty"
    REPORT_ONLY = "report_only"
    IGNORE = "ignore"

    def writes(self, *, is_empty: bool, wanted: Value) -> bool:
        """Whether LibreNMS is told; NetBox's emptiness only where NetBox wins."""
        if self is KeepPolicy.NETBOX_WINS:
            return True
        return self is KeepPolicy.FILL_IF_EMPTY and is_empty and wanted != ""


class KeptOutcome(StrEnum):
    """How a field stands. ``reported``: it differs, and the policy writes nothing. ``blocked``: it cannot be
    written. ``unknown``: LibreNMS does not say what it has, so nothing is compared and nothing is written over it."""

    SAME = "same"
    CHANGED = "changed"
    REPORTED = "reported"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptValue:
    """One field of one device, with the policy that decided. ``problem``: why it is blocked. ``numbers``: the ids of
    parents, of those that LibreNMS has and of those that it lacks."""

    field: Kept
    found: Value
    wanted: Value
    policy: KeepPolicy
    outcome: KeptOutcome
    problem: Issue | None = None
    numbers: tuple[int, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether LibreNMS is told of it."""
        return self.outcome is KeptOutcome.CHANGED

    @property
    def columns(self) -> dict[str, Any]:
        """LibreNMS's columns, and what goes into them."""
        return _COLUMNS[self.field](self.wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedGroup:
    """The poller group that a push rule leads to, or why that is not known."""

    number: int = 0
    problem: Issue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldObject:
    """What NetBox says of an object. ``site`` is None for one that is nowhere, ``group`` for one that no push rule
    fits, ``parents`` (LibreNMS ids) for one of which nobody has said whom it depends on."""

    name: str
    status: str = ""
    notes: str = ""
    site: int | None = None
    site_name: str = ""
    group: WantedGroup | None = None
    parents: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Which sites LibreNMS's locations mean, and the one location that means a site, where there is one alone."""

    sites: Mapping[str, frozenset[int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, locations: Iterable[str], sites: Book, mapped: Mapping[str, Any], places: PlaceBook = PlaceBook()
    ) -> Self:
        """By mappings, the pattern of the settings, names and slugs. ``mapped``: folded names of those that mean a
        location within its site, which is more than the site."""
        found: dict[str, frozenset[int]] = {}
        meaning: dict[int, list[str]] = {}
        for name in locations:
            refs = sites.find(places.site_text(name, sites)).refs
            found[name] = frozenset(ref.id for ref in refs if ref.id is not None)
            within = name.casefold() in mapped or places.of(name).location or places.of(name).rack
            for site in () if within else found[name]:
                meaning.setdefault(site, []).append(name)
        return cls(sites=found, names={site: names[0] for site, names in meaning.items() if len(names) == 1})

    def wanted(self, found: str, site: int, name: str) -> str:
        """The location of a device at a site: the one it has where that means the site."""
        return found if site in self.sites.get(found, ()) else self.names.get(site, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What is kept in step, and how. ``states``: NetBox's status → what LibreNMS does with it. ``groups``: LibreNMS's
    poller groups, None where it did not say. ``devices``: all that it has, by id."""

    policies: Mapping[Kept, KeepPolicy] = field(default_factory=dict)
    states: Mapping[str, Monitoring] = field(default_factory=dict)
    groups: frozenset[int] | None = None
    places: Places = Places()
    devices: Mapping[int, Device] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        """Whether anything is compared at all."""
        return bool(self.policies)

    @property
    def gives_parents(self) -> bool:
        """Whether LibreNMS is told on whom a device depends that has no parents there."""
        return self.policies.get(Kept.PARENTS) in (KeepPolicy.NETBOX_WINS, KeepPolicy.FILL_IF_EMPTY)

    def parents_of_new(self, parents: Iterable[int]) -> tuple[str, ...]:
        """Hostnames of those (LibreNMS ids) that a new device is to depend on; none where LibreNMS does not say who
        depends on whom, as it would be told nothing then."""
        there = (self.devices[one] for one in parents if one in self.devices) if self.gives_parents else ()
        return tuple(sorted(text(one.hostname) for one in there if found_in(one, Kept.PARENTS) is not None))

    def compare(self, held: HeldObject, device: Device) -> tuple[KeptValue, ...]:
        """The fields of which NetBox says something, in their order."""
        return tuple(one for name in Kept if name in self.policies and (one := self._of(name, held, device)))

    def _of(self, name: Kept, held: HeldObject, device: Device) -> KeptValue | None:
        found = found_in(device, name)
        wanted, problem = self._wanted(name, held, device, "" if found is None else found)
        if found is None:
            return self._unknown(name, device, wanted, problem)
        if problem is not None:
            return KeptValue(
                field=name,
                found=found,
                wanted="",
                policy=self.policies[name],
                outcome=KeptOutcome.BLOCKED,
                problem=problem,
            )
        if wanted is None:
            return None
        compared = self._compared(name, found, wanted)
        if name is Kept.PARENTS:
            return replace(compared, numbers=tuple(sorted({*parents_of(device), *self._parents(held, device)})))
        return compared

    def _unknown(self, name: Kept, device: Device, wanted: Value | None, problem: Issue | None) -> KeptValue | None:
        # A display name that nobody has given is no secret: LibreNMS makes one up
        made_up = name is Kept.DISPLAY and device.display is not UNSET
        if made_up or (wanted is None and problem is None):
            return None
        return KeptValue(
            field=name,
            found="",
            wanted="" if wanted is None else wanted,
            policy=self.policies[name],
            outcome=KeptOutcome.UNKNOWN,
            problem=problem,
        )

    def _parents(self, held: HeldObject, device: Device) -> Mapping[int, str]:
        """Those that NetBox says and LibreNMS has: id → hostname."""
        wanted = (held.parents or frozenset()) - {device.device_id}
        return {one: text(self.devices[one].hostname) for one in sorted(wanted) if one in self.devices}

    def _compared(self, name: Kept, found: Value, wanted: Value) -> KeptValue:
        policy, problem = self.policies[name], None
        if is_same(name, found, wanted):
            outcome = KeptOutcome.SAME
        elif name is not Kept.DISPLAY and not policy.writes(is_empty=found == _EMPTY[name], wanted=wanted):
            outcome = KeptOutcome.REPORTED
        else:
            problem = self._problem(name, wanted)
            outcome = KeptOutcome.CHANGED if problem is None else KeptOutcome.BLOCKED
        return KeptValue(field=name, found=found, wanted=wanted, policy=policy, outcome=outcome, problem=problem)

    def _wanted(self, name: Kept, held: HeldObject, device: Device, found: Value) -> tuple[Value | None, Issue | None]:
        """What NetBox says, None where it says nothing; or why that is not known."""
        if name is Kept.STATE:
            state = self.states.get(held.status)
            return (state.value if state is not None else None), None
        if name is Kept.LOCATION:
            at_site = held.site is not None and held.site_name
            return (self.places.wanted(str(found), held.site or 0, held.site_name) if at_site else None), None
        if name is Kept.NOTES:
            return plain_notes(held.notes), None
        if name is Kept.PARENTS:
            if held.parents is None:
                return None, None
            # Those that somebody made in LibreNMS stay
            return _joined({**parents_of(device), **self._parents(held, device)}.values()), None
        if name is Kept.DISPLAY:
            # A hostname is a name of its own
            return (held.name if held.name and address_text(device.hostname) else None), None
        group = held.group
        if group is None:
            return None, None
        return (None, group.problem) if group.problem is not None else (group.number, None)

    def _problem(self, name: Kept, wanted: Value) -> Issue | None:
        """Why LibreNMS cannot be given this."""
        if name is Kept.DISPLAY:
            return issue(Code.DISPLAY_FIXED)
        if name is Kept.NOTES and len(str(wanted).encode()) > LONGEST_NOTES:
            return issue(Code.NOTES_TOO_LONG, limit=LONGEST_NOTES)
        if name is Kept.POLLER_GROUP and wanted and self.groups is not None and wanted not in self.groups:
            return issue(Code.NO_POLLER_GROUP, id=wanted)
        return None


# As LibreNMS has it where nobody has said anything
_EMPTY: Mapping[Kept, Value] = {
    Kept.STATE: Monitoring.MONITORED.value,
    Kept.LOCATION: "",
    Kept.NOTES: "",
    Kept.POLLER_GROUP: 0,
    Kept.PARENTS: "",
    Kept.DISPLAY: "",
}


def found_in(device: Device, name: Kept) -> Value | None:
    """What LibreNMS has, None where it does not say."""
    return _FOUND[name](device)


def is_same(name: Kept, found: Value, wanted: Value) -> bool:
    """Whether two values are one for LibreNMS, which tells no upper from lower case in a location."""
    if name is Kept.LOCATION:
        return text(found).casefold() == text(wanted).casefold()
    return found == wanted


def plain_notes(said: object) -> str:
    """Notes as LibreNMS stores them: without what stands around them, and with plain ends of lines."""
    return "\n".join(said.splitlines()).strip() if isinstance(said, str) else ""


def columns_of(values: Iterable[KeptValue]) -> dict[str, Any]:
    """All that LibreNMS is told: column → value."""
    return {name: value for one in values if one.is_told for name, value in one.columns.items()}


def parents_told(values: Iterable[KeptValue]) -> KeptValue | None:
    """The parents, where LibreNMS is told of them."""
    return next((one for one in values if one.field is Kept.PARENTS and one.is_told), None)


def not_taken(values: Iterable[KeptValue], device: Device) -> Iterator[Kept]:
    """Fields that LibreNMS was told of, and that the device does not have so now."""
    for one in values:
        if one.is_told:
            found = found_in(device, one.field)
            if found is None or not is_same(one.field, found, one.wanted):
                yield one.field


def _state_of(device: Device) -> str | None:
    if device.disabled is True:
        return Monitoring.DISABLED.value
    if not isinstance(device.disabled, bool) or not isinstance(device.ignore, bool):
        return None
    return Monitoring.IGNORED.value if device.ignore else Monitoring.MONITORED.value


def _location_of(device: Device) -> str | None:
    if device.location is UNSET:
        return None
    # Of one that is hidden nobody knows where it is
    name = text(device.location_name)
    return None if device.location_name and not name else name


def _group_of(device: Device) -> int | None:
    return device.poller_group if isinstance(device.poller_group, int) else None


def parents_of(device: Device) -> dict[int, str]:
    """The devices that one depends on in LibreNMS: id → hostname."""
    ids, names = _parts(device.dependency_parent_id), _parts(device.dependency_parent_hostname)
    named = names if len(names) == len(ids) else [f"#{one}" for one in ids]
    return {int(one): name for one, name in zip(ids, named, strict=True) if one.isdecimal()}


def _parts(said: object) -> list[str]:
    return [one.strip() for one in said.split(",")] if isinstance(said, str) and said.strip() else []


def _joined(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _parents_of(device: Device) -> str | None:
    return None if device.dependency_parent_id is UNSET else _joined(parents_of(device).values())


def _notes_of(device: Device) -> str | None:
    return plain_notes(device.notes) if device.notes is None or isinstance(device.notes, str) else None


def _columns_of_state(wanted: Value) -> dict[str, Any]:
    if wanted == Monitoring.DISABLED:
        return {"disabled": 1}
    return {"disabled": 0, "ignore": int(wanted == Monitoring.IGNORED)}


_FOUND: Mapping[Kept, Callable[[Device], Value | None]] = {
    Kept.STATE: _state_of,
    Kept.LOCATION: _location_of,
    Kept.NOTES: _notes_of,
    Kept.POLLER_GROUP: _group_of,
    Kept.PARENTS: _parents_of,
    Kept.DISPLAY: lambda device: text(device.display) or None,
}
_COLUMNS: Mapping[Kept, Callable[[Value], dict[str, Any]]] = {
    Kept.STATE: _columns_of_state,
    # Else the next poll takes what the device says itself
    Kept.LOCATION: lambda wanted: {"location": wanted, "override_sysLocation": 1},
    Kept.NOTES: lambda wanted: {"notes": wanted or None},
    Kept.POLLER_GROUP: lambda wanted: {"poller_group": wanted},
    # No column: they are told by a call of their own
    Kept.PARENTS: lambda _wanted: {},
    Kept.DISPLAY: lambda _wanted: {},
}
