"""Who a port is: its names, the member it is on, and the clues by which it is found among NetBox's interfaces."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ...librenms.records import Port
from ...texts import clean_text
from ..chassis.members import Member, Members
from ..core.identity import Matcher
from ..core.names import spelling
from ..core.plan import Found, Outcome, Wanted
from .facts import PortFacts, port_facts


def port_key(port_id: int) -> str:
    """The key of a port's row."""
    return f"port-{port_id}"


def port_names(port: Port, name_field: str) -> tuple[str, ...]:
    """The names that LibreNMS has for a port, that of the chosen column first; none where it has neither."""
    columns = (port.if_name, port.if_descr) if name_field == "ifName" else (port.if_descr, port.if_name)
    names = (clean_text(column) for column in columns if isinstance(column, str))
    return tuple(dict.fromkeys(name for name in names if name))


def port_name(port: Port, name_field: str) -> str:
    """The name by the chosen column, else by the other; empty where LibreNMS has neither."""
    return next(iter(port_names(port, name_field)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PortIdentity:
    """A port with its name, the other name that is its own and no other port's (``alias``), and the member it is on.

    ``by_rule``: a person or its name says which member; else it belongs to the whole device, or (``unowned``) the
    number in its name is no member's.
    """

    port: Port
    name: str
    alias: str
    member: Member
    by_rule: bool
    unowned: bool
    several: bool

    @property
    def key(self) -> str:
        """The key of its row."""
        return port_key(self.port.port_id)

    @property
    def label(self) -> str:
        """Its name, or its ifIndex."""
        return self.name or f"ifIndex {self.port.if_index}"

    @property
    def facts(self) -> PortFacts:
        """What ``MATCHERS`` look at."""
        return PortFacts(any_member=self.several and not self.by_rule, unowned=self.unowned, alias=self.alias)


def port_identities(ports: Iterable[Port], members: Members, name_field: str) -> list[PortIdentity]:
    """Who each port of one device is, in their order."""
    named = [(port, port_names(port, name_field)) for port in ports]
    fitted = members.fitted(name for _port, names in named for name in names[:1])
    first = Counter(spelling(names[0]) for _port, names in named if names)
    other = Counter(spelling(names[1]) for _port, names in named if len(names) > 1)

    def alias(names: tuple[str, ...]) -> str:
        if len(names) < 2:
            return ""
        spelt = spelling(names[1])
        return names[1] if other[spelt] == 1 and not first[spelt] else ""

    return [_identity(port, names, alias(names), fitted) for port, names in named]


def _identity(port: Port, names: tuple[str, ...], alias: str, members: Members) -> PortIdentity:
    name = next(iter(names), "")
    by_rule = members.by_hand(port_key(port.port_id)) or members.by_name(name)
    return PortIdentity(
        port=port,
        name=name,
        alias=alias,
        member=by_rule or members.master,
        by_rule=by_rule is not None,
        unowned=by_rule is None and members.is_foreign(name),
        several=members.several,
    )


def _anywhere(wanted: Wanted) -> bool:
    """Whether no rule says which member owns it, so that the one holding it does. Blocked rows match nothing."""
    return bool(port_facts(wanted).get("any_member")) and wanted.outcome is not Outcome.BLOCKED


def _at_owner(wanted: Wanted, name: str) -> tuple[int | None, str] | None:
    blocked = not name or wanted.outcome is Outcome.BLOCKED
    return None if blocked or _anywhere(wanted) else (wanted.owner.id, name)


def _held(found: Found) -> tuple[int | None, str]:
    return found.owner.id, spelling(found.name)


def _alias(wanted: Wanted) -> str:
    return spelling(port_facts(wanted).get("alias", ""))


_NAMES = (
    Matcher("name", lambda found: (found.owner.id, found.name), lambda wanted: _at_owner(wanted, wanted.name)),
    Matcher("spelling", _held, lambda wanted: _at_owner(wanted, spelling(wanted.name))),
    Matcher("name", lambda found: found.name, lambda wanted: wanted.name if _anywhere(wanted) else None),
    Matcher(
        "spelling",
        lambda found: spelling(found.name),
        lambda wanted: spelling(wanted.name) if _anywhere(wanted) else None,
    ),
    Matcher("other_name", _held, lambda wanted: _at_owner(wanted, _alias(wanted))),
    Matcher(
        "other_name",
        lambda found: spelling(found.name),
        lambda wanted: (_alias(wanted) or None) if _anywhere(wanted) else None,
    ),
)
# A person's word, then the stored id. LibreNMS gives the ids of ports by ifIndex, which may move on, so an id is denied
# where the interface's own name is another port's by now: the interface stays what it is called.
MATCHERS = (
    Matcher("choice", lambda found: found.id, lambda wanted: port_facts(wanted).get("chosen")),
    Matcher("librenms_id", lambda found: found.librenms_id, lambda wanted: wanted.librenms_id, denied_by=_NAMES),
    *_NAMES,
)
