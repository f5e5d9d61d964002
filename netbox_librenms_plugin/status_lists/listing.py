"""A status list: objects of NetBox beside what LibreNMS lists, one call at most and a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..librenms.clock import Clock
from ..librenms.identify import Identification
from ..librenms.lookup import How
from ..librenms_api import LibreNMSAPI
from ..sync.status.joining import Surroundings, joined
from ..sync.status.rows import Key, Match, StatusRow
from .netbox import Kind, Names, by_name, by_serial, confirmed, read_kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListing:
    """The rows of the objects that were asked for, in their order. ``odd_rows`` devices of LibreNMS's answer could not
    be read; ``clock`` is that of its times."""

    rows: tuple[StatusRow, ...]
    fetched_at: datetime
    odd_rows: int = 0
    clock: Clock | None = None


def status_listing(
    api: LibreNMSAPI, kind: str, ids: Sequence[int], *, user: Any, refresh: bool = False
) -> StatusListing:
    """Where the objects of one kind stand, all of which the user may view. Who else could be a device of LibreNMS's is
    looked for among all objects of NetBox, so a row does not depend on what is listed beside it.

    Raises ``LibreNMSError``. Writes nothing.
    """
    fetched = api.devices(refresh=refresh)
    kinds = read_kinds(user)
    matches = {
        name: {pk: _match(one) for pk, one in api.identify_subjects(held.subjects, fetched.value).items()}
        for name, held in kinds.items()
    }
    around = Surroundings(
        devices={one.device_id: one for one in fetched.value},
        linked=_stored(api, kinds),
        found=_found(matches),
        serials=by_serial(kinds),
        names=by_name(kinds),
        confirmed=confirmed(api.server.key),
        words=Names(kinds),
    )
    held = kinds[kind]
    return StatusListing(
        # What was made a moment ago is not among those that were read
        rows=tuple(joined(held.listed(pk), matches[kind][pk], around) for pk in ids if pk in held.rows),
        fetched_at=fetched.fetched_at,
        odd_rows=fetched.odd_rows,
        clock=api.clock(),
    )


def _match(one: Identification) -> Match:
    return Match(
        librenms_id=one.librenms_id,
        linked=one.how is How.CUSTOM_FIELD,
        candidates=() if one.librenms_id is not None else tuple((at.librenms_id, at.name) for at in one.candidates),
    )


def _stored(api: LibreNMSAPI, kinds: Mapping[str, Kind]) -> dict[int, list[Key]]:
    """LibreNMS id → the objects whose own custom field says it."""
    found: defaultdict[int, list[Key]] = defaultdict(list)
    for held in kinds.values():
        for pk, subject in held.subjects.items():
            if (number := api.stored_id(subject.field)) is not None:
                found[number].append((held.name, pk))
    return found


def _found(matches: Mapping[str, Mapping[int, Match]]) -> dict[int, list[Key]]:
    """LibreNMS id → the objects that were found to be that device, and are not linked."""
    found: defaultdict[int, list[Key]] = defaultdict(list)
    for name, by_pk in matches.items():
        for pk, match in by_pk.items():
            if match.librenms_id is not None and not match.linked:
                found[match.librenms_id].append((name, pk))
    return found
