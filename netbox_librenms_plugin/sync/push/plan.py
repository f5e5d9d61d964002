"""The plan: for each object what LibreNMS is told, by which rule, or why it is told nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...texts import address_text
from ..core.issues import Code, Issue, issue
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
) -> list[PushRow]:
    """A row for each object, in their order. ``rules`` come in the order in which they are tried; ``ping_only``: no
    device is asked by SNMP, whatever its profile says."""
    rows: list[PushRow] = []
    taken: dict[str, PushRow] = {}
    for subject in subjects:
        row = _row(subject, rules, profiles, known, ping_only=ping_only)
        if row.action is Action.ADD:
            first = taken.setdefault(row.hostname.casefold(), row)
            if first is not row:
                row = _refused(row, issue(Code.SAME_HOSTNAME, name=first.name))
        rows.append(row)
    return rows


def without_doubtful(rows: Iterable[PushRow], doubts: Mapping[int, Issue]) -> list[PushRow]:
    """The rows, of which those are not linked that clues deny to be the device found (object → why)."""
    return [_refused(row, doubts[row.id]) if row.action is Action.LINK and row.id in doubts else row for row in rows]


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


def _settled(subject: PushSubject, row: PushRow) -> PushRow | None:
    """The row of an object that no rule is asked about."""
    if subject.linked is not None:
        found = issue(Code.ALREADY_LINKED, id=subject.linked)
        return replace(_refused(row, found), librenms_id=subject.linked)
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
