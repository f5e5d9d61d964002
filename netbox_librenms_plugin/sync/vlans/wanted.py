"""VLANs: those a device carries, against the VLANs of NetBox that are valid where the device is."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...librenms.records import UNSET, Vlan
from ...texts import clean_text
from ..core.compare import Field, Rules
from ..core.identity import Matcher, Matching
from ..core.issues import Code, Issue, issue
from ..core.plan import Found, Outcome, Ref, Wanted
from ..core.policy import Policy
from .facts import VlanFacts, vlan_facts
from .scope import RESERVED, VID_RANGE

RESOURCE = "vlans"
NAME_LENGTH = 64
EVERY_ROW = "*"

FIELDS = (
    Field(name="vid", required=True),
    Field(name="name", required=True, default=Policy.REPORT_ONLY),
    Field(name="group", required=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VlanPlace:
    """Where a new VLAN can go: a group that covers the device, or (``group`` None) its site without a group.

    ``names``: name → number of the VLANs that the group has, whoever may see them: NetBox takes each name once.
    """

    group: Ref | None
    vids: Sequence[range] = (VID_RANGE,)
    names: Mapping[str, int] = field(default_factory=dict)

    def takes(self, vid: int) -> bool:
        """Whether the group's range of VLAN numbers holds this one."""
        return any(vid in one for one in self.vids)


@dataclass(frozen=True, slots=True, kw_only=True)
class VlanContext:
    """What is known about the place of a device.

    ``reserved`` includes the VLANs that every switch has; ``levels`` lists the groups that cover it, most specific
    first; ``chosen`` is a person's choice of group by row key or for ``"*"`` (0: no group); ``owner`` is the device.
    """

    owner: Ref
    reserved: bool = False
    levels: Sequence[Sequence[VlanPlace]] = ()
    chosen: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str, vid: int) -> tuple[Ref | None, Issue | None]:
        """The group for a new VLAN: the one chosen, else the only one of the most specific level that takes it."""
        chosen = self.chosen.get(key, self.chosen.get(EVERY_ROW))
        every = [place for level in self.levels for place in level]
        if chosen is not None:
            return next((one.group for one in every if one.group and one.group.id == chosen), None), None
        for level in self.levels:
            fitting = [place.group for place in level if place.takes(vid) and place.group is not None]
            if len(fitting) > 1:
                names = tuple({"id": one.id, "name": one.name} for one in fitting)
                return None, issue(Code.CHOOSE_GROUP, "group", candidates=names)
            if fitting:
                return fitting[0], None
        return None, None

    def groups_with(self, name: str, vid: int) -> frozenset[int | None]:
        """Ids of the groups in which another VLAN has this name."""
        places = (place for level in self.levels for place in level if place.group is not None)
        return frozenset(one.group.id for one in places if one.group and one.names.get(name, vid) != vid)

    def groups(self, vid: int) -> tuple[Ref, ...]:
        """The groups that a new VLAN could go into, most specific first."""
        every = (place for level in self.levels for place in level)
        return tuple(place.group for place in every if place.group is not None and place.takes(vid))


def vlan_key(vid: int) -> str:
    """The key of a VLAN's row."""
    return f"vlan-{vid}"


def wanted_vlans(rows: Sequence[Vlan], context: VlanContext) -> list[Wanted]:
    """Each VLAN number once, reserved ones left out; two names for one number are a conflict."""
    names: dict[int, set[str]] = {}
    for row in rows:
        if context.reserved or row.vlan_vlan not in RESERVED:
            names.setdefault(row.vlan_vlan, set()).add(_name(row))
    return [_wanted(vid, sorted(names[vid] - {""}), context) for vid in sorted(names)]


def _name(row: Vlan) -> str:
    return clean_text(row.vlan_name)[:NAME_LENGTH] if isinstance(row.vlan_name, str) else ""


def _wanted(vid: int, names: Sequence[str], context: VlanContext) -> Wanted:
    key = vlan_key(vid)
    outcome, problem = _problem(vid, names)
    return Wanted(
        key=key,
        name=names[0] if names else f"VLAN {vid}",
        owner=context.owner,
        librenms_id=vid,
        values={"vid": vid, "name": names[0] if names else f"VLAN {vid}"},
        outcome=outcome,
        issues=(problem,) if problem else (),
        facts=VlanFacts(
            vid=vid,
            place=context.place(key, vid),
            groups=context.groups(vid),
            taken_in=context.groups_with(names[0], vid) if names else frozenset(),
        ),
    )


def _problem(vid: int, names: Sequence[str]) -> tuple[Outcome | None, Issue | None]:
    if vid not in VID_RANGE:
        return Outcome.BLOCKED, issue(Code.OUT_OF_RANGE, "vid", value=vid)
    if len(names) > 1:
        return Outcome.CONFLICT, issue(Code.DUPLICATE_VID, "vid", vid=vid, names=tuple(names))
    return None, None


def says_nothing(name: str, vid: int) -> bool:
    """Whether a name is what switches make up for a VLAN without one: ``VLAN0010``, ``vlan 10``, ``10``."""
    return bool(re.fullmatch(rf"(?:vlan)?[\s_-]*0*{vid}", name, re.IGNORECASE))


def settle_places(wanted: Sequence[Wanted], matching: Matching) -> list[Wanted]:
    """A VLAN that exists stays in its group; a new one needs a place, and a name that the group has not yet."""
    settled = [_settled(one, matching) for one in wanted]
    new = Counter((one.values["group"], one.values["name"]) for one in settled if _needs_name(one, matching))
    return [_with_name_free(one, new, matching) for one in settled]


def _settled(one: Wanted, matching: Matching) -> Wanted:
    if one.outcome is not None or one.key in matching.rivals:
        return one
    if one.key in matching.pairs:
        return _known(one, matching.pairs[one.key][0])
    group, problem = vlan_facts(one)["place"]
    if problem is not None:
        return replace(one, outcome=Outcome.BLOCKED, issues=(*one.issues, problem))
    return replace(one, values={**one.values, "group": group})


def _needs_name(one: Wanted, matching: Matching) -> bool:
    """Whether it would be made in a group."""
    return one.outcome is None and one.key not in matching.pairs and one.values.get("group") is not None


def _with_name_free(one: Wanted, new: Mapping[tuple[Ref, str], int], matching: Matching) -> Wanted:
    """A group has each name once: what it has already, or would get twice by this, is not made."""
    if one.outcome is not None or one.key in matching.rivals:
        return one
    found = matching.pairs[one.key][0] if one.key in matching.pairs else None
    group = one.values["group"] if found is None else found.values["group"]
    name = one.values["name"]
    twice = found is None and group is not None and new[group, name] > 1
    taken = group is not None and group.id in vlan_facts(one)["taken_in"]
    if name is UNSET or (found is not None and found.name == name) or not (twice or taken):
        return one
    reason = issue(Code.VLAN_NAME_TAKEN, "name", name=name, group=group.name)
    if found is not None:
        return replace(one, values={**one.values, "name": UNSET}, issues=(*one.issues, reason))
    return replace(one, outcome=Outcome.BLOCKED, issues=(*one.issues, reason))


def _known(one: Wanted, found: Found) -> Wanted:
    name = UNSET if says_nothing(one.values["name"], vlan_facts(one)["vid"]) else one.values["name"]
    users = vlan_facts(found).get("used_by", 0)
    shared = name is not UNSET and name != found.name and users
    notes = (issue(Code.VLAN_SHARED, "name", count=users),) if shared else ()
    return replace(one, values={**one.values, "name": name, "group": UNSET}, issues=(*one.issues, *notes))


RULES = Rules(
    resource=RESOURCE,
    fields=FIELDS,
    matchers=(Matcher("vid", lambda found: vlan_facts(found)["vid"], lambda wanted: vlan_facts(wanted)["vid"]),),
    refine=settle_places,
    extras=False,
)
