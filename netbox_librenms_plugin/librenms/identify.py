"""Which LibreNMS device an object of NetBox is: custom field, then cache, then look-up; one object or thousands.

Nothing is written to NetBox here. Results of look-ups are cached by the clues they started from and not by primary
key, so a renamed or readdressed object is looked up anew, and branches cannot mix.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .cache import Fetched, Shelf
from .endpoints import Reader
from .identity import read_id
from .lookup import Candidate, Finder, Finding, How, Live, LookupIndex, clues, find
from .lookup_subjects import LookupSubject, field_value, is_searchable, load_lookup_subjects
from .records import Device

__all__ = ("Identification", "Identifier", "Via", "spokesman")

MISS_LIFE = 60


@dataclass(frozen=True, slots=True)
class Via:
    """The member of the virtual chassis that LibreNMS knows, when it is another one than the object itself."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """The LibreNMS id of an object, or None with ``how`` saying ``none`` or ``ambiguous`` (see ``candidates``)."""

    librenms_id: int | None = None
    how: How = How.NONE
    candidates: tuple[Candidate, ...] = ()
    via: Via | None = None


class Identifier:
    """Identification on one server. ``bare_key`` is the server that bare ids in the custom field belong to."""

    def __init__(self, reader: Reader, shelf: Shelf, *, bare_key: str | None) -> None:
        self._reader = reader
        self._shelf = shelf
        self._key = reader.server.key
        self._bare_key = bare_key

    def identify(self, obj: Any, *, refresh: bool = False) -> Identification:
        """One object. At most four calls when LibreNMS does not know it; a failure raises its LibreNMSError."""
        own = self.own_id(field_value(obj))
        if own is not None:
            return Identification(librenms_id=own, how=How.CUSTOM_FIELD)
        subject = load_lookup_subjects([obj]).get(obj.pk) if is_searchable(obj) else None
        if subject is None:
            return Identification()
        return self._of(subject, lambda spokesman: self._look_up(spokesman, refresh=refresh))

    def identify_many(self, objs: Iterable[Any], devices: Callable[[], Iterable[Device]]) -> dict[int, Identification]:
        """Objects of one model by primary key: custom fields first, then one query and the list of ``devices``."""
        found: dict[int, Identification] = {}
        unknown = []
        for obj in objs:
            own = self.own_id(field_value(obj))
            if own is not None:
                found[obj.pk] = Identification(librenms_id=own, how=How.CUSTOM_FIELD)
            elif is_searchable(obj):
                unknown.append(obj)
        return found | self._match(load_lookup_subjects(unknown), devices)

    def identify_subjects(
        self, subjects: Mapping[int, LookupSubject], devices: Callable[[], Iterable[Device]]
    ) -> dict[int, Identification]:
        """The same for subjects that were read already, whatever their number: no query, no call but ``devices``."""
        own = {pk: number for pk, one in subjects.items() if (number := self.own_id(one.field)) is not None}
        found = {pk: Identification(librenms_id=number, how=How.CUSTOM_FIELD) for pk, number in own.items()}
        return found | self._match({pk: one for pk, one in subjects.items() if pk not in own}, devices)

    def own_id(self, value: Any) -> int | None:
        """The id that a custom field's value holds for this server."""
        return read_id(value, self._key, self._bare_key)

    def _match(
        self, subjects: dict[int, LookupSubject], devices: Callable[[], Iterable[Device]]
    ) -> dict[int, Identification]:
        if not subjects:
            return {}
        places = {_place(one) for subject in subjects.values() for one in (subject, *subject.members)}
        kept = self._shelf.get_many(sorted(places), Finding)
        index: Finder | None = None

        def look_up(spokesman: LookupSubject) -> Finding:
            nonlocal index
            entry = kept.get(_place(spokesman))
            if entry is not None and entry.value.librenms_id is not None:
                return entry.value
            index = index or LookupIndex(devices())
            return find(spokesman, index)

        return {pk: self._of(subject, look_up) for pk, subject in subjects.items()}

    def _of(self, subject: LookupSubject, look_up: Callable[[LookupSubject], Finding]) -> Identification:
        """The subject itself, or the member of its virtual chassis that LibreNMS can be expected to know."""
        mapped = [(member, number) for member in subject.members if (number := self.own_id(member.field)) is not None]
        if mapped:
            return _through_mapped(subject, mapped)
        speaker = spokesman(subject)
        finding = look_up(speaker)
        return Identification(
            librenms_id=finding.librenms_id,
            how=finding.how,
            candidates=finding.candidates,
            via=_via(subject, speaker) if finding.librenms_id is not None else None,
        )

    def _look_up(self, subject: LookupSubject, *, refresh: bool) -> Finding:
        def read() -> Fetched[Finding]:
            return Fetched.now(find(subject, Live(self._reader)))

        if not clues(subject):
            return Finding()
        return self._shelf.fetch(_place(subject), Finding, read, refresh=refresh, life=self._life).value

    def _life(self, fetched: Fetched[Finding]) -> int:
        seconds = self._reader.server.cache_timeout
        return seconds if fetched.value.librenms_id is not None else min(seconds, MISS_LIFE)


def _place(subject: LookupSubject) -> str:
    """Name of the cache entry: a digest of the clues."""
    text = "\n".join(f"{clue.how}={clue.value}" for clue in clues(subject))
    return f"found:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def spokesman(subject: LookupSubject) -> LookupSubject:
    """The member by which LibreNMS can be expected to know a chassis: the master with a primary IP, else any member
    with one, else the one at the lowest position."""
    if not subject.members:
        return subject
    with_address = [member for member in subject.members if member.address]
    master = [member for member in with_address if member.is_master]
    return (master or with_address or subject.members)[0]


def _through_mapped(subject: LookupSubject, mapped: list[tuple[LookupSubject, int]]) -> Identification:
    """The master's mapping, else the one all mapped members share; several different ones are ambiguous."""
    masters = [pair for pair in mapped if pair[0].is_master]
    member, number = (masters or mapped)[0]
    if not masters and len({librenms_id for _member, librenms_id in mapped}) > 1:
        candidates = tuple(Candidate(librenms_id, one.name) for one, librenms_id in mapped)
        return Identification(how=How.AMBIGUOUS, candidates=candidates)
    return Identification(librenms_id=number, how=How.CUSTOM_FIELD, via=_via(subject, member))


def _via(subject: LookupSubject, member: LookupSubject) -> Via | None:
    return None if member.pk == subject.pk else Via(member.pk, member.name)
