"""The plan: for each object what LibreNMS is told, by which rule, or why it is told nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...texts import address_text
from ..core.issues import Code, Issue, issue
from .keeping import HeldObject, Keeping, Kept, KeptOutcome, WantedGroup
from .rows import (
    Action,
    KnownDevice,
    KnownDevices,
    ProfileSays,
    PushRow,
    PushRuleSays,
    PushSubject,
)

# What LibreNMS's API takes; only digits would be taken for an id by every later call
_HOSTNAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_])?", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
# Columns of LibreNMS's table of devices
LONGEST_DISPLAY, LONGEST_SYS_NAME, LONGEST_LOCATION = 128, 128, 255


def plan_push(
    subjects: Iterable[PushSubject],
    *,
    rules: Sequence[PushRuleSays],
    profiles: Mapping[str, ProfileSays],
    known: KnownDevices,
    ping_only: bool = False,
    keeping: Keeping = Keeping(),
) -> list[PushRow]:
    """A row for each object, in their order. ``rules`` come in the order in which they are tried; ``ping_only``: no
    device is asked by SNMP, whatever its profile says. ``keeping``: what LibreNMS's devices have that are linked
    already, and what of it follows NetBox."""
    rows: list[PushRow] = []
    taken: dict[str, PushRow] = {}
    for subject in subjects:
        if subject.linked is not None:
            rows.append(_kept(subject, subject.linked, rules, profiles, keeping))
            continue
        row = _row(subject, rules, profiles, known, ping_only=ping_only)
        if row.action is Action.ADD:
            first = taken.setdefault(row.hostname.casefold(), row)
            if first is row:
                row = replace(row, parents=keeping.parents_of_new(subject.parents or ()))
            else:
                row = _refused(row, issue(Code.SAME_HOSTNAME, name=first.name))
        rows.append(row)
    return rows


def without_doubtful(rows: Iterable[PushRow], doubts: Mapping[int, Issue]) -> list[PushRow]:
    """The rows, of which those are neither linked nor changed that clues deny to be the device (object → why)."""
    return [_doubted(row, doubts[row.id]) if row.rests_on_identity and row.id in doubts else row for row in rows]


def _doubted(row: PushRow, doubt: Issue) -> PushRow:
    # What another device has is nothing to compare with
    return replace(_refused(row, doubt), fields=())


def first_rule(rules: Iterable[PushRuleSays], subject: PushSubject) -> PushRuleSays | None:
    """The first rule that fits."""
    return next((rule for rule in rules if rule.fits(subject)), None)


def _row(
    subject: PushSubject,
    rules: Sequence[PushRuleSays],
    profiles: Mapping[str, ProfileSays],
    known: KnownDevices,
    *,
    ping_only: bool,
) -> PushRow:
    bare = PushRow(id=subject.id, name=subject.name, action=Action.NOTHING)
    settled = _settled(subject, bare)
    if settled is not None:
        return settled
    rule = first_rule(rules, subject)
    if rule is None:
        return _refused(bare, issue(Code.NO_PUSH_RULE))
    row = replace(bare, rule_id=rule.id, rule=rule.name, profile=rule.profile)
    hostname = subject.names.get(rule.address, "")
    if not hostname:
        return _refused(row, issue(Code.NOTHING_TO_REACH, rule=rule.name, which=rule.address))
    if not _is_hostname(hostname):
        return _refused(row, issue(Code.NO_HOSTNAME, rule=rule.name, name=hostname[:128]))
    if there := known.by(hostname):
        return _linked(row, there[0]) if len(there) == 1 else _refused(row, _several(subject, there))
    row = _told(row, subject, rule, profiles.get(rule.profile), hostname, ping_only=ping_only)
    problem = None if row.ping_only and ping_only else _problem(rule, profiles)
    return _refused(row, problem) if problem is not None else replace(row, action=Action.ADD)


def _kept(
    subject: PushSubject,
    librenms_id: int,
    rules: Sequence[PushRuleSays],
    profiles: Mapping[str, ProfileSays],
    keeping: Keeping,
) -> PushRow:
    """The row of an object that is linked: what is to be changed of its device."""
    row = PushRow(id=subject.id, name=subject.name, action=Action.NOTHING, librenms_id=librenms_id)
    refusal = _not_kept(subject, librenms_id, keeping)
    if refusal is not None:
        return _refused(row, refusal)
    rule = first_rule(rules, subject) if Kept.POLLER_GROUP in keeping.policies else None
    if rule is not None:
        row = replace(row, rule_id=rule.id, rule=rule.name, profile=rule.profile)
    held = HeldObject(
        name=subject.name,
        status=subject.status,
        notes=subject.notes,
        site=subject.traits.get("site"),
        site_name=subject.site,
        group=_group(rule, profiles) if rule is not None else None,
        parents=subject.parents,
    )
    row = replace(row, fields=keeping.compare(held, keeping.devices[librenms_id]))
    problems = tuple(one.problem for one in row.fields if one.problem is not None)
    outcomes = {one.outcome for one in row.fields}
    if KeptOutcome.CHANGED in outcomes:
        return replace(row, action=Action.CHANGE, issues=problems)
    if outcomes == {KeptOutcome.SAME}:
        return replace(row, action=Action.SAME)
    return replace(row, issues=(issue(Code.ALREADY_LINKED, id=librenms_id), *problems))


def _not_kept(subject: PushSubject, librenms_id: int, keeping: Keeping) -> Issue | None:
    """Why a device is not looked at."""
    if not keeping.is_on:
        return issue(Code.ALREADY_LINKED, id=librenms_id)
    if subject.sharing:
        return issue(Code.ID_USED_TWICE, candidates=subject.sharing)
    if subject.spokesman:
        return issue(Code.CHASSIS_KEPT, name=subject.spokesman)
    if librenms_id not in keeping.devices:
        return issue(Code.NOT_IN_LIBRENMS)
    return issue(Code.NO_PERMISSION, what=subject.refusal) if subject.refusal else None


def _group(rule: PushRuleSays, profiles: Mapping[str, ProfileSays]) -> WantedGroup:
    problem = _problem(rule, profiles)
    return WantedGroup(number=profiles[rule.profile].poller_group) if problem is None else WantedGroup(problem=problem)


def _settled(subject: PushSubject, row: PushRow) -> PushRow | None:
    """The row of an object that no rule is asked about."""
    if subject.spokesman:
        return _refused(row, issue(Code.CHASSIS_SPEAKS, name=subject.spokesman))
    if subject.refusal:
        return _refused(row, issue(Code.NO_PERMISSION, what=subject.refusal))
    if subject.several:
        return _refused(row, _several(subject, subject.several))
    return _linked(row, subject.found) if subject.found is not None else None


def _several(subject: PushSubject, devices: Iterable[KnownDevice]) -> Issue:
    candidates = tuple({"id": one.id, "name": one.name} for one in devices)
    return issue(Code.SEVERAL_DEVICES, name=subject.name, candidates=candidates)


def _told(
    row: PushRow,
    subject: PushSubject,
    rule: PushRuleSays,
    profile: ProfileSays | None,
    hostname: str,
    *,
    ping_only: bool,
) -> PushRow:
    """With what LibreNMS is told. An address is no name, and what is only pinged says none itself."""
    pinged = ping_only or (profile is not None and profile.ping_only)
    name = subject.name
    # LibreNMS takes braces for a template
    display = name[:LONGEST_DISPLAY] if address_text(hostname) and "{{" not in name else ""
    return replace(
        row,
        hostname=hostname,
        display=display,
        sys_name=name[:LONGEST_SYS_NAME] if pinged else "",
        location=subject.site[:LONGEST_LOCATION] if rule.give_location else "",
        poller_group=profile.poller_group if profile is not None else 0,
        ping_only=pinged,
    )


def _problem(rule: PushRuleSays, profiles: Mapping[str, ProfileSays]) -> Issue | None:
    profile = profiles.get(rule.profile)
    if profile is None:
        return issue(Code.PROFILE_UNKNOWN, name=rule.profile, rule=rule.name)
    if profile.problem:
        return issue(Code.PROFILE_UNUSABLE, name=rule.profile, reason=profile.problem)
    return None


def _is_hostname(name: str) -> bool:
    if address_text(name):
        return True
    return _HOSTNAME.fullmatch(name) is not None and _DIGITS.fullmatch(name) is None


def _refused(row: PushRow, reason: Issue) -> PushRow:
    return replace(row, action=Action.NOTHING, issues=(reason,))


def _linked(row: PushRow, there: KnownDevice) -> PushRow:
    found = issue(Code.KNOWN_THERE, id=there.id, name=there.name)
    return replace(row, action=Action.LINK, librenms_id=there.id, issues=(found,))
