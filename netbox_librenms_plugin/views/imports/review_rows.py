"""The rows of a basket as the review shows them: what each becomes, the unusual first, and all of it in numbers."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext_lazy as _

from ...import_utils.listing import Listing
from ...import_utils.rows import IMPORTABLE, Kind, Row, State
from ...sync.core.issues import Code, issue
from ...sync.core.ordering import natural
from ...sync.core.plan import Ref
from ...words.sentences import CLUES, sentence
from .basket import Basket


class Group(StrEnum):
    """Why a row is worth a look, in the order in which they are looked at."""

    LEFT_OUT = "left_out"
    LINK = "link"
    THERE = "there"
    STACK = "stack"
    VM = "vm"
    PLAIN = "device"


LABELS = {
    Group.LEFT_OUT: _("Left out"),
    Group.LINK: _("Links"),
    Group.THERE: _("In NetBox already"),
    Group.STACK: _("Stacks"),
    Group.VM: _("Virtual machines"),
    Group.PLAIN: _("Devices"),
}
_ORDER = {group: number for number, group in enumerate(Group)}
# What an import makes or links; what NetBox has already is only synced where somebody asks for it
WANTED = (Group.LINK, Group.STACK, Group.VM, Group.PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One device of the basket. ``reasons``: why it cannot be imported; ``notes``: what is worth knowing of it.

    ``changed``: it could be imported, but is not what it was when it was chosen.
    """

    row: Row
    group: Group
    reasons: Sequence[str] = ()
    notes: Sequence[str] = ()
    changed: bool = False

    @property
    def matched_by(self) -> str:
        """What the NetBox object was recognised by."""
        return str(CLUES[self.row.matched_by.value]) if self.row.matched_by else ""

    @property
    def place(self) -> list[Ref]:
        """Where it goes, from the largest to the smallest."""
        holder = self.row.holder
        if holder is not None:
            return [one for one in (holder.site, holder.cluster) if one and holder.visible]
        return [ref for name in ("site", "location", "rack", "cluster") if (ref := self.row.ref(name))]

    @property
    def held_serial(self) -> str:
        """The serial number that NetBox has, as far as the user may know it."""
        holder = self.row.holder
        return holder.serial if holder is not None and holder.visible else ""

    @property
    def name(self) -> str:
        """What it is, or will be, called in NetBox."""
        holder = self.row.holder
        return self.row.name if holder is None or not holder.visible else holder.name

    @property
    def takes_serial(self) -> bool:
        """Whether the linked object gets LibreNMS's serial number."""
        return self.group is Group.LINK and self.row.choice.take_serial and self.row.kind is Kind.DEVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The basket in numbers. ``members`` are those of the ``stacks`` whose inventory was asked; ``gone``: devices that
    LibreNMS does not list any more."""

    counts: Mapping[Group, int]
    devices: int = 0
    vms: int = 0
    stacks: int = 0
    members: int = 0
    may_be_stacks: int = 0
    gone: int = 0

    @property
    def links(self) -> int:
        """How many are linked to what NetBox has."""
        return self.counts[Group.LINK]

    @property
    def there(self) -> int:
        """How many NetBox has and knows already."""
        return self.counts[Group.THERE]

    @property
    def left_out(self) -> int:
        """How many cannot be imported."""
        return self.counts[Group.LEFT_OUT] + self.gone

    @property
    def wanted(self) -> int:
        """How many an import has something to do for, whatever its options."""
        return sum(self.counts[group] for group in WANTED)

    @property
    def new(self) -> int:
        """How many are made."""
        return self.wanted - self.links

    @property
    def action(self) -> str:
        """What the button does: "Import 3 devices and link 25", "Link 1 device"."""
        numbers = [(_("import {n}"), self.new)] if self.new or not self.links else []
        if self.links:
            numbers.append((_("link {n}"), self.links))
        first, *others = [words.format(n=intcomma(number)) for words, number in numbers]
        noun = _("device") if numbers[0][1] == 1 else _("devices")
        return f" {_('and')} ".join((f"{first[:1].upper()}{first[1:]} {noun}", *others))


def lines_of(found: Listing, basket: Basket) -> list[ReviewLine]:
    """The basket's devices that LibreNMS still lists, the unusual first."""
    rows = (found.by_id.get(pk) for pk in basket.expected)
    lines = [_line(row, basket.expected[row.librenms_id]) for row in rows if row is not None]
    return sorted(lines, key=lambda one: (_ORDER[one.group], natural(one.row.device.hostname)))


def summary_of(lines: Iterable[ReviewLine], basket: Basket) -> Summary:
    """The numbers of all lines."""
    lines = list(lines)
    new = [one.row for one in lines if one.group in WANTED and one.row.holder is None]
    stacks = [row.stack for row in new if row.stack is not None and row.stack > 1]
    counted = Counter(one.group for one in lines)
    return Summary(
        counts={group: counted[group] for group in Group},
        devices=sum(row.kind is Kind.DEVICE for row in new),
        vms=sum(row.kind is Kind.VM for row in new),
        stacks=len(stacks),
        members=sum(stacks),
        may_be_stacks=sum(row.may_be_stack and row.stack is None for row in new),
        gone=len(basket.expected) - len(lines),
    )


def wanted_ids(lines: Iterable[ReviewLine], *, existing: bool) -> list[int]:
    """LibreNMS ids of what an import is for: everything new, everything to link, and what is there if it is synced."""
    groups = (*WANTED, Group.THERE) if existing else WANTED
    return [one.row.librenms_id for one in lines if one.group in groups]


def digest_of(lines: Iterable[ReviewLine]) -> str:
    """Names exactly what the review shows as imported and as left out; another digest means that it has to be looked at
    again."""
    shown = sorted((one.row.librenms_id, one.group.value) for one in lines)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def matches(line: ReviewLine, text: str) -> bool:
    """Whether the search box's text is in what people know the device by."""
    device, folded = line.row.device, text.casefold()
    said = (device.hostname, device.sys_name, device.hardware, device.location_name, device.serial, line.name)
    return any(folded in one.casefold() for one in said if isinstance(one, str))


def _line(row: Row, expected: str) -> ReviewLine:
    stale = row.fingerprint != expected
    group = _group(row, stale=stale)
    notes = tuple(sentence(one) for one in row.notes)
    if group is not Group.LEFT_OUT:
        return ReviewLine(row=row, group=group, notes=notes)
    for code, holds in ((Code.IGNORED, row.state is State.IGNORED), (Code.HOLDER_HIDDEN, _is_hidden(row))):
        if holds:
            return ReviewLine(row=row, group=group, reasons=(sentence(issue(code)),), notes=notes)
    if row.state in IMPORTABLE:
        return ReviewLine(
            row=row, group=group, reasons=(str(_("It has changed since it was chosen.")),), notes=notes, changed=True
        )
    return ReviewLine(row=row, group=group, reasons=tuple(sentence(one) for one in row.issues), notes=notes)


def _is_hidden(row: Row) -> bool:
    """Whether NetBox has it, where the user may not see it."""
    return row.holder is not None and not row.holder.visible


def _group(row: Row, *, stale: bool) -> Group:
    tests: tuple[tuple[Group, Callable[[], Any]], ...] = (
        (Group.LEFT_OUT, lambda: _is_hidden(row)),
        (Group.THERE, lambda: row.state is State.LINKED),
        (Group.LEFT_OUT, lambda: stale or row.state not in IMPORTABLE),
        (Group.LINK, lambda: row.state is State.EXISTS),
        (Group.STACK, lambda: row.kind is Kind.DEVICE and row.stack is not None and row.stack > 1),
        (Group.VM, lambda: row.kind is Kind.VM),
    )
    return next((group for group, holds in tests if holds()), Group.PLAIN)
