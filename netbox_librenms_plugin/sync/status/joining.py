"""An object of NetBox beside the list of LibreNMS's devices: the state of its link, and why.

What was found is a link to make only where nothing contradicts it: neither the clues of both sides, nor another object
that is linked to the same device or was found to be it just as well.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ...librenms.records import Device
from ..core.device_identity import Identity, depends_on_namesakes, identity_of, names_of
from ..core.issues import Code, Issue, issue
from ..core.normalise import text
from ..core.serials import folded_serial
from .rows import Key, LinkState, ListedObject, Match, StatusRow, others

# Objects that a reason names
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What has to be known of everything: LibreNMS's ``devices`` by id, and of all of NetBox which objects are
    ``linked`` to a device or were ``found`` to be it, which have a serial number or a name (both folded), and what
    people ``confirmed``, as (model name, object id, LibreNMS id, digest of the clues). ``words`` names an object as far
    as the reader may see it."""

    devices: Mapping[int, Device]
    linked: Mapping[int, Sequence[Key]]
    found: Mapping[int, Sequence[Key]]
    serials: Mapping[str, Sequence[Key]]
    names: Mapping[str, Sequence[Key]]
    confirmed: Collection[tuple[str, int, int, str]]
    words: Callable[[Key], str]


def joined(one: ListedObject, match: Match, around: Surroundings) -> StatusRow:
    """Where the object stands."""
    if match.librenms_id is None:
        return _without_device(one, match)
    device = around.devices.get(match.librenms_id)
    row = StatusRow(key=one.key, link=LinkState.UNKNOWN, librenms_id=match.librenms_id, device=device)
    if device is None:
        return replace(row, reason=issue(Code.NOT_IN_LIBRENMS))
    if doubt := _identity(one, device, around).open_doubt:
        return replace(row, link=LinkState.DOUBTFUL, reason=doubt)
    if rivals := others(around.linked.get(match.librenms_id, ()), one):
        code = Code.ID_USED_TWICE if match.linked else Code.LINKED_BY_OTHER
        return replace(row, link=LinkState.DOUBTFUL, reason=_about(code, device, rivals, around))
    if match.linked:
        return replace(row, link=LinkState.LINKED)
    if rivals := others(around.found.get(match.librenms_id, ()), one):
        return replace(row, link=LinkState.AMBIGUOUS, reason=_about(Code.FOUND_TWICE, device, rivals, around))
    return replace(row, link=LinkState.FOUND)


def _without_device(one: ListedObject, match: Match) -> StatusRow:
    if not match.candidates:
        return StatusRow(key=one.key, link=LinkState.UNKNOWN)
    named = tuple({"id": number, "name": name} for number, name in match.candidates[:MOST_NAMED])
    reason = issue(Code.SEVERAL_IN_LIBRENMS, candidates=named)
    return StatusRow(key=one.key, link=LinkState.AMBIGUOUS, candidates=match.candidates, reason=reason)


def _about(code: Code, device: Device, rivals: Sequence[Key], around: Surroundings) -> Issue:
    named = tuple(dict.fromkeys(around.words(key) for key in rivals[:MOST_NAMED]))
    return issue(code, hostname=text(device.hostname), candidates=named)


def _identity(one: ListedObject, device: Device, around: Surroundings) -> Identity:
    number = "" if one.virtual else folded_serial(device.serial)
    holders = [around.words(key) for key in others(around.serials.get(number, ()), one)] if number else []
    found = identity_of(device, one.known, holders=holders)
    if depends_on_namesakes(found):
        namesakes = [around.words(key) for key in _namesakes(one, device, around)]
        found = identity_of(device, one.known, holders=holders, namesakes=namesakes)
    if found.doubt is None:
        return found
    confirmed = any((*key, device.device_id, found.digest) in around.confirmed for key in one.members)
    return replace(found, confirmed=confirmed)


def _namesakes(one: ListedObject, device: Device, around: Surroundings) -> list[Key]:
    named = [key for name in names_of(device) for key in around.names.get(name, ())]
    return others(dict.fromkeys(named), one)
