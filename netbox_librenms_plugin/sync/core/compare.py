"""The generic comparison: found and wanted become a plan. A resource gives matchers, fields and normalisers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...librenms.records import UNSET
from .identity import Matcher, Matching, match
from .issues import Code, Issue, issue
from .plan import Change, Difference, Found, Outcome, Plan, Ref, Wanted
from .policy import Policies, Policy


def plain(value: Any) -> Any:
    """The default normaliser: references by identity, several as a set, NetBox's two forms of empty as one."""
    if isinstance(value, Ref):
        return value.identity
    if isinstance(value, tuple):
        return frozenset(plain(one) for one in value)
    return "" if value is None else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One compared field. ``policy`` names the policy that rules it, where several fields share one.

    A ``required`` field is given to a new object whatever its policy: the object could not exist without it. An ``own``
    field has another value in each object (a name, a serial number): two that differ in it have no value in common.
    """

    name: str
    policy: str = ""
    required: bool = False
    own: bool = False
    default: Policy = Policy.LIBRENMS_WINS
    normalise: Callable[[Any], Any] = plain

    @property
    def policy_name(self) -> str:
        """The name under which people set this field's policy and leave it out."""
        return self.policy or self.name

    def differs(self, found: Any, wanted: Any) -> bool:
        """Whether the two values disagree; what LibreNMS did not say never does."""
        return wanted is not UNSET and self.normalise(found) != self.normalise(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the generic comparison needs to know of a resource.

    ``refine`` turns wanted objects into final ones once it is known who is who (references to other rows get their
    NetBox ids, a generic value gives way to a specific one). Without ``extras`` objects that only NetBox has
    are left alone: they are not this object's own.
    """

    resource: str
    fields: tuple[Field, ...]
    matchers: tuple[Matcher, ...]
    refine: Callable[[Sequence[Wanted], Matching], Sequence[Wanted]] = lambda wanted, matching: wanted
    extras: bool = True


def compare(rules: Rules, found: Sequence[Found], wanted: Sequence[Wanted], policies: Policies) -> Plan:
    """The plan: one change per wanted object in its order, then the objects that only NetBox has."""
    matching = match(found, wanted, rules.matchers)
    changes = [_change(rules, one, matching, policies) for one in rules.refine(wanted, matching)]
    if rules.extras:
        changes += [_extra(rules, one) for one in matching.unclaimed]
    return Plan(rules.resource, tuple(changes))


def _change(rules: Rules, wanted: Wanted, matching: Matching, policies: Policies) -> Change:
    found, matched_by = matching.pairs.get(wanted.key) or (None, "")
    reasons = _conflicts(rules, wanted, matching)
    held = {} if found is None else {one.name: found.values.get(one.name) for one in rules.fields}
    values = wanted.values
    differences: tuple[Difference, ...] = ()
    if wanted.outcome is not None or reasons:
        outcome = Outcome.CONFLICT if reasons else wanted.outcome or Outcome.BLOCKED
    elif found is None:
        outcome, values = Outcome.MISSING, _allowed(rules, wanted.values, policies)
    else:
        differences = tuple(_differences(rules, held, values, policies))
        outcome = Outcome.CHANGED if differences else Outcome.SAME
    return Change(
        key=wanted.key,
        name=wanted.name,
        outcome=outcome,
        owner=wanted.owner if found is None else found.owner,
        netbox_id=None if found is None else found.id,
        librenms_id=wanted.librenms_id,
        found=held,
        wanted=values,
        differences=differences,
        issues=(*wanted.issues, *reasons),
        matched_by=matched_by,
        facts=wanted.facts if found is None else {**found.facts, **wanted.facts},
    )


def with_differences(rules: Rules, change: Change, policies: Policies) -> Change:
    """The change of an object that both sides know, with the fields in which they differ."""
    differences = tuple(_differences(rules, change.found, change.wanted, policies))
    outcome = Outcome.CHANGED if differences else Outcome.SAME
    return replace(change, outcome=outcome, differences=differences)


def _differences(
    rules: Rules, found: Mapping[str, Any], wanted: Mapping[str, Any], policies: Policies
) -> Iterable[Difference]:
    for one in rules.fields:
        policy = policies.of(rules.resource, one.policy_name, one.default)
        value = wanted.get(one.name, UNSET)
        if policy is Policy.IGNORE or one.name not in found or not one.differs(found[one.name], value):
            continue
        writes = policy.writes(found=found[one.name], wanted=value)
        yield Difference(field=one.name, found=found[one.name], wanted=value, policy=policy, writes=writes)


def _allowed(rules: Rules, values: Mapping[str, Any], policies: Policies) -> dict[str, Any]:
    """What a new object gets: every field said, unless its policy keeps LibreNMS out of that field."""
    closed = {
        one.name
        for one in rules.fields
        if not one.required
        and policies.of(rules.resource, one.policy_name, one.default) in (Policy.IGNORE, Policy.REPORT_ONLY)
    }
    return {name: value for name, value in values.items() if value is not UNSET and name not in closed}


def _conflicts(rules: Rules, wanted: Wanted, matching: Matching) -> tuple[Issue, ...]:
    rivals = matching.rivals.get(wanted.key, ())
    if rivals:
        names = tuple({"id": one.id, "name": one.name, "owner": one.owner.name} for one in rivals)
        return (issue(Code.SEVERAL_FOUND, resource=rules.resource, candidates=names),)
    if wanted.key in matching.claimed_twice:
        return (issue(Code.CLAIMED_TWICE, resource=rules.resource, name=matching.pairs[wanted.key][0].name),)
    return ()


def _extra(rules: Rules, found: Found) -> Change:
    return Change(
        key=f"netbox-{found.id}",
        name=found.name,
        outcome=Outcome.EXTRA,
        owner=found.owner,
        netbox_id=found.id,
        librenms_id=found.librenms_id,
        found={one.name: found.values.get(one.name) for one in rules.fields},
        facts=found.facts,
    )
