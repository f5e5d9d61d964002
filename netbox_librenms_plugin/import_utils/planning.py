"""Rows of the import, from the devices of LibreNMS and all that is known beside them. Computing writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..librenms.records import Device
from ..sync.chassis.stacks import may_be_stack
from ..sync.core.exact import Book, ExactMatch
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.normalise import text
from ..sync.core.place_books import PlaceBook, Said
from ..sync.core.plan import Ref
from ..sync.core.serials import folded_serial
from ..sync.fields.device_names import Naming, device_name
from ..sync.fields.plan import NAME_LENGTH, NO_SYSTEM, SERIAL_LENGTH
from .holders import Index
from .listed_devices import ListedDevices
from .matching import Match, Others, Whereabouts, label, match
from .rows import NEW, NO_CHOICE, Choice, Kind, Row, State, Value
from .rules import Rule, first_rule

MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What rows are made from beside LibreNMS's devices.

    ``chosen``: (field, id) → object, for every id in ``choices`` that the user may view. ``locations``: folded text →
    the NetBox location that a mapping adds to its site; ``places``: what else a text can mean inside of one, by the
    pattern of the settings. ``makers``: ("device_type" or "platform", id) → the id of its
    manufacturer. ``stacks``: device id → number of members, where it is known.
    ``hosts``: device id → the host, for every host of a guest. ``confirmed``: as of ``Others``.
    """

    index: Index = field(default_factory=Index.empty)
    naming: Naming = Naming()
    rules: Sequence[Rule] = ()
    roles: Book = Book()
    vm_roles: Book = Book()
    types: Book = Book()
    platforms: Book = Book()
    sites: Book = Book(indexes=())
    locations: Mapping[str, Ref] = field(default_factory=dict)
    places: PlaceBook = PlaceBook()
    makers: Mapping[tuple[str, int], int] = field(default_factory=dict)
    choices: Mapping[int, Choice] = field(default_factory=dict)
    chosen: Mapping[tuple[str, int], Ref] = field(default_factory=dict)
    ignored: frozenset[int] = frozenset()
    stacks: Mapping[int, int] = field(default_factory=dict)
    hosts: Mapping[int, Device] = field(default_factory=dict)
    confirmed: frozenset[tuple[Kind, int, int]] = frozenset()


def plan_rows(devices: Sequence[Device], context: Context, *, among: ListedDevices | None = None) -> list[Row]:
    """One row a device. ``among``: all devices of the server, where ``devices`` are only some of them."""
    fleet = ListedDevices(devices) if among is None else among
    rows = [_with_shared_serial(_row(device, context, fleet), context, fleet) for device in devices]
    return _with_rivals(rows)


def _row(device: Device, context: Context, fleet: ListedDevices) -> Row:
    choice = context.choices.get(device.device_id, NO_CHOICE)
    rule = first_rule(context.rules, device)
    kind = _kind(device, choice, rule)
    values = _Values(device, context, choice, rule, fleet).of(kind)
    name = choice.name or device_name(device, context.naming)
    where = Whereabouts(
        site=values["site"].ref,
        cluster=values["cluster"].ref if kind is Kind.VM else None,
        tenant=values["tenant"].ref,
    )
    found = match(
        device,
        context.index,
        naming=context.naming,
        choice=choice,
        kind=kind,
        where=where,
        others=_others(device, context, fleet),
    )
    issues, notes = _reasons(device, kind, name, values, found)
    ignored = device.device_id in context.ignored or (rule is not None and rule.ignore)
    return Row(
        device=device,
        state=_state(found, issues, ignored=ignored),
        kind=found.holder.kind if found.holder else kind,
        name=name,
        choice=choice,
        values=values,
        tags=rule.tags if rule else (),
        hits=found.hits,
        holder=found.holder,
        matched_by=found.by,
        issues=issues,
        notes=notes,
        rule=rule.hit if rule else None,
        may_be_stack=kind is Kind.DEVICE and may_be_stack(device),
        stack=context.stacks.get(device.device_id),
    )


def _kind(device: Device, choice: Choice, rule: Rule | None) -> Kind:
    """A person's word, a rule's, else what LibreNMS knows: a guest of one of its hosts is a virtual machine."""
    if choice.kind is not None:
        return choice.kind
    guest = isinstance(device.parent_id, int) and device.parent_id > 0
    return Kind.VM if guest or (rule is not None and rule.as_vm) else Kind.DEVICE


def _state(found: Match, issues: Sequence[Issue], *, ignored: bool) -> State:
    if found.linked:
        return State.LINKED
    if ignored:
        return State.IGNORED
    if found.conflicts:
        return State.CONFLICT
    if found.holder is not None:
        return State.EXISTS
    return State.NEEDS_SETUP if issues else State.READY


def _reasons(
    device: Device, kind: Kind, name: str, values: Mapping[str, Value], found: Match
) -> tuple[tuple[Issue, ...], tuple[Issue, ...]]:
    """Why the row is what it is, and what is worth knowing."""
    if found.conflicts:
        return _each_once(found.conflicts), _each_once(found.notes)
    notes = [*_each_once(found.notes)]
    if found.holder is not None:
        return (), tuple(notes)
    notes += _lesser(device, values)
    needed = (_name_issue(name), *_decided_badly(values), *_needed(values, kind))
    return _each_once(needed), tuple(notes)


def _each_once(reasons: Iterable[Issue | None]) -> tuple[Issue, ...]:
    found: list[Issue] = []
    for one in reasons:
        if one is not None and one not in found:
            found.append(one)
    return tuple(found)


def _decided_badly(values: Mapping[str, Value]) -> Iterable[Issue | None]:
    """What a person or a rule decided must hold: without it the row would become something else."""
    return (one.issue for one in values.values() if one.via in ("choice", "rule"))


def _needed(values: Mapping[str, Value], kind: Kind) -> Iterable[Issue | None]:
    """What NetBox cannot do without."""
    if kind is Kind.DEVICE:
        return (values[name].issue for name in ("role", "site", "device_type") if values[name].ref is None)
    placed = values["cluster"].ref or values["site"].ref
    if placed:
        return ()
    return (values["site"].issue if values["site"].said else issue(Code.PLACE_UNKNOWN, "cluster"),)


def _lesser(device: Device, values: Mapping[str, Value]) -> list[Issue]:
    """What is left out, or unknown, and keeps nothing from being made."""
    notes = []
    if len(text(device.serial)) > SERIAL_LENGTH:
        notes.append(issue(Code.SERIAL_TOO_LONG))
    lesser = (values[name] for name in ("platform", "location", "rack", "tenant") if name in values)
    notes += [one.issue for one in lesser if one.issue is not None and one.via not in ("choice", "rule")]
    return notes


def _name_issue(name: str) -> Issue | None:
    if not name:
        return issue(Code.NAME_UNKNOWN, "name")
    if len(name) > NAME_LENGTH:
        return issue(Code.NAME_TOO_LONG, "name", length=len(name), limit=NAME_LENGTH)
    return None


@dataclass(frozen=True, slots=True)
class _Values:
    """The fields of one device: what a person chose, else what its rule gives, else exactly what LibreNMS says."""

    device: Device
    context: Context
    choice: Choice
    rule: Rule | None
    fleet: ListedDevices

    def site(self) -> Value:
        """Where it is."""
        decided, sites = self._decided("site"), self.context.sites
        said = self.context.places.site_text(self._place(), sites)
        return decided or self._matched(said, sites, Code.SITE_MISSING, silent=Code.SITE_UNKNOWN)

    def _place(self) -> str:
        """LibreNMS's own text."""
        return text(self.device.location_name)

    def of(self, kind: Kind) -> dict[str, Value]:
        """Field → value, for the fields that a device or a VM has."""
        site = self.site()
        values = {"role": self._role(kind), "site": site, "platform": self._platform(), "tenant": self._tenant()}
        if kind is Kind.VM:
            cluster = self._decided("cluster") or self._cluster_of_host()
            if cluster.ref is not None and site.via not in ("choice", "rule"):
                # NetBox gives a virtual machine the site of its cluster
                values["site"] = Value(said=self._place())
            return values | {"cluster": cluster}
        hardware = text(self.device.hardware)
        device_type = self._decided("device_type") or self._matched(
            hardware, self.context.types, Code.DEVICE_TYPE_MISSING, silent=Code.TYPE_UNKNOWN
        )
        location = self._location(site)
        return values | {
            "device_type": device_type,
            "platform": self._fitting(values["platform"], device_type),
            "location": location,
            "rack": self._rack(site, location),
        }

    def _decided(self, name: str) -> Value | None:
        chosen = self.choice.ids.get(name)
        if chosen is not None:
            ref = self.context.chosen.get((name, chosen))
            return Value(ref=ref, via="choice", issue=None if ref else issue(Code.CHOICE_GONE, name, what=name))
        if self.rule is None or name not in self.rule.targets:
            return None
        ref = self.rule.targets[name]
        hidden = issue(Code.TARGET_HIDDEN, name, text=self.rule.name)
        return Value(ref=ref, via="rule", said=self.rule.name, issue=None if ref else hidden)

    def _matched(self, said: str, book: Book, absent: Code, *, silent: Code | None) -> Value:
        if not said:
            return Value(issue=issue(silent) if silent else None)
        return self._meant(Said(said, book.find(said)), absent)

    @staticmethod
    def _meant(one: Said, absent: Code) -> Value:
        said, answer = one.name, one.answer
        if one.ref is not None:
            return Value(ref=one.ref, via=answer.via, said=said)
        if answer.hidden:
            return Value(said=said, issue=issue(Code.TARGET_HIDDEN, text=said[:200]))
        if not answer.refs:
            inside = {"place": one.place} if one.place else {}
            return Value(said=said, issue=issue(absent, text=said[:200], **inside))
        names = tuple({"id": one.id, "name": one.name} for one in answer.refs[:MOST_NAMES])
        return Value(said=said, issue=issue(Code.SEVERAL_MEANT, text=said[:200], candidates=names))

    def _role(self, kind: Kind) -> Value:
        """The role is what a person or a rule says; a role called exactly as LibreNMS's type is meant by it."""
        decided = self._decided("role")
        if decided is not None:
            return decided
        book = self.context.vm_roles if kind is Kind.VM else self.context.roles
        found = self._matched(text(self.device.type), book, Code.ROLE_UNKNOWN, silent=Code.ROLE_UNKNOWN)
        return replace(found, issue=None) if kind is Kind.VM else found

    def _platform(self) -> Value:
        decided = self._decided("platform")
        if decided is not None:
            return decided
        system = text(self.device.os)
        if system in NO_SYSTEM and not self.context.platforms.find(system).via:
            return Value()
        return self._matched(system, self.context.platforms, Code.PLATFORM_MISSING, silent=None)

    def _fitting(self, platform: Value, device_type: Value) -> Value:
        """Without a platform that was only matched, and that NetBox keeps for another manufacturer's devices."""
        if platform.ref is None or device_type.ref is None or platform.via in ("choice", "rule"):
            return platform
        limit = self.context.makers.get(("platform", platform.ref.id or 0))
        if limit in (None, self.context.makers.get(("device_type", device_type.ref.id or 0))):
            return platform
        return Value(said=platform.said, issue=issue(Code.PLATFORM_OF_OTHER, "platform", name=platform.ref.name))

    def _location(self, site: Value) -> Value:
        """A mapping adds the location to its own site only. Who chooses a rack has the location of that."""
        decided = self._decided("location")
        if decided is not None or "rack" in self.choice.ids:
            return decided or Value()
        mapped = self.context.locations if site.via == "mapping" else {}
        known = self._site_of_names(site)
        said = self.context.places.location(self._place(), known, self.context.sites, mapped)
        return self._meant(said, Code.LOCATION_MISSING) if said is not None else Value()

    def _rack(self, site: Value, location: Value) -> Value:
        decided = self._decided("rack")
        if decided is not None:
            return decided
        within = None
        if location.ref is not None or location.issue is not None:
            within = Said(location.said, ExactMatch((location.ref,) if location.ref is not None else ()))
        said = self.context.places.rack(self._place(), self._site_of_names(site), within)
        return self._meant(said, Code.RACK_MISSING) if said is not None else Value()

    def _tenant(self) -> Value:
        decided = self._decided("tenant")
        if decided is not None:
            return decided
        said = self.context.places.tenant(self._place())
        return self._meant(said, Code.TENANT_MISSING) if said is not None else Value()

    def _site_of_names(self, site: Value) -> Ref | None:
        """The site that the names in LibreNMS's text are of: not the one that a person or a rule gives, where the text
        means another."""
        if site.ref is None or site.via not in ("choice", "rule"):
            return site.ref
        meant = self.context.sites.find(self.context.places.site_text(self._place(), self.context.sites)).refs
        return site.ref if not meant or site.ref.id in {one.id for one in meant} else None

    def _cluster_of_host(self) -> Value:
        """That of the NetBox object which the host is, whether that is linked already or not."""
        host = self.context.hosts.get(self.device.parent_id) if isinstance(self.device.parent_id, int) else None
        if host is None:
            return Value()
        choice = self.context.choices.get(host.device_id, NO_CHOICE)
        values = _Values(host, self.context, choice, first_rule(self.context.rules, host), self.fleet)
        found = match(
            host,
            self.context.index,
            naming=self.context.naming,
            choice=choice,
            where=Whereabouts(site=values.site().ref),
            others=_others(host, self.context, self.fleet),
        ).holder
        return Value(ref=found.cluster, via="host") if found and found.cluster and found.visible else Value()


def _others(device: Device, context: Context, fleet: ListedDevices) -> Others:
    return Others(
        ids=fleet.by_id.keys(),
        addresses=fleet.shared_addresses,
        same_serial=bool(_of_same_serial(device, context, fleet)),
        confirmed=context.confirmed,
    )


def _of_same_serial(device: Device, context: Context, fleet: ListedDevices) -> list[Device]:
    """The other devices with its serial number, without those that are kept out of NetBox."""
    owners = fleet.same_serial.get(folded_serial(device.serial), ())
    return [one for one in owners if one.device_id != device.device_id and not _is_ignored(one, context)]


def _is_ignored(device: Device, context: Context) -> bool:
    rule = first_rule(context.rules, device)
    return device.device_id in context.ignored or (rule is not None and rule.ignore)


def _with_shared_serial(row: Row, context: Context, fleet: ListedDevices) -> Row:
    """One box that LibreNMS polls twice must not become two devices; contexts of one box may, if a person says so."""
    if row.state not in NEW or row.choice.anyway or row.kind is Kind.VM:
        return row
    others = _of_same_serial(row.device, context, fleet)
    if not others:
        return row
    return _conflict(row, issue(Code.SERIAL_SHARED, "serial", others=_devices(others)))


def _with_rivals(rows: Sequence[Row]) -> list[Row]:
    """Rows that would make, or link, one and the same thing are conflicts, all of them."""
    claims = Counter(row.holder.key for row in rows if row.state is State.EXISTS and row.holder)
    names = Counter(place for row in rows if (place := _place(row)) is not None)
    if max((*claims.values(), *names.values()), default=0) < 2:
        return list(rows)
    by_claim: dict[object, list[Row]] = defaultdict(list)
    by_name: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        if row.state is State.EXISTS and row.holder and claims[row.holder.key] > 1:
            by_claim[row.holder.key].append(row)
        place = _place(row)
        if place is not None and names[place] > 1:
            by_name[place].append(row)
    return [_against(row, by_claim, by_name) for row in rows]


def _against(row: Row, by_claim: Mapping[object, list[Row]], by_name: Mapping[object, list[Row]]) -> Row:
    if row.state is State.EXISTS and row.holder and row.holder.key in by_claim:
        others = _devices(one.device for one in by_claim[row.holder.key] if one is not row)
        return _conflict(row, issue(Code.CLAIMED_BY_SEVERAL, name=label(row.holder), others=others))
    place = _place(row)
    if place in by_name:
        others = _devices(one.device for one in by_name[place] if one is not row)
        return _conflict(row, issue(Code.NAME_WANTED_TWICE, "name", name=row.name, others=others))
    return row


def _place(row: Row) -> tuple[object, ...] | None:
    """Where the name of a new row has to be unique; None where it is not new, or goes nowhere yet."""
    if row.state not in NEW or not row.name:
        return None
    cluster, site, tenant = row.ref("cluster"), row.ref("site"), row.ref("tenant")
    where = ("cluster", cluster.id) if cluster else ("site", site.id) if site else None
    return (row.kind, row.name.casefold(), where, tenant.id if tenant else None) if where else None


def _devices(devices: Iterable[Device]) -> tuple[str, ...]:
    found = [f"{one.hostname} (#{one.device_id})" for one in devices]
    return tuple(found[:MOST_NAMES])


def _conflict(row: Row, reason: Issue) -> Row:
    return replace(row, state=State.CONFLICT, issues=(reason, *row.issues), holder=None)
