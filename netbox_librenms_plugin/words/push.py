"""What LibreNMS has of a device beside what NetBox says, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..choices import KeepPolicyChoices, KeptFieldChoices, MonitoringChoices
from ..sync.push.keeping import Kept, KeptOutcome, KeptValue
from ..texts import clean_text

LONGEST = 100
_STATES = dict(MonitoringChoices)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWords:
    """One field that differs, or that LibreNMS does not say. ``note``: why it stays as it is, empty where it is
    changed."""

    label: Any
    found: str
    wanted: str
    changes: bool
    note: str = ""


def kept_words(values: Iterable[KeptValue]) -> list[KeptWords]:
    """Those that differ, and those that LibreNMS does not say."""
    return [
        KeptWords(
            label=KeptFieldChoices.LABELS[one.field.value],
            found=_found(one),
            wanted=_wanted(one),
            changes=one.is_told,
            note=_note(one),
        )
        for one in values
        if one.outcome is not KeptOutcome.SAME
    ]


def _found(one: KeptValue) -> str:
    return _("not known") if one.outcome is KeptOutcome.UNKNOWN else _value(one.field.value, one.found)


def _wanted(one: KeptValue) -> str:
    unknown = one.problem is not None and one.wanted == ""
    return _("not known") if unknown else _value(one.field.value, one.wanted)


def _note(one: KeptValue) -> str:
    if one.outcome is KeptOutcome.REPORTED:
        return _("stays: {policy}").format(policy=KeepPolicyChoices.LABELS[one.policy.value])
    if one.outcome is KeptOutcome.UNKNOWN:
        return _("not compared, as LibreNMS does not say it")
    return _("cannot be changed") if one.outcome is KeptOutcome.BLOCKED else ""


def asked_words(asked: Mapping[str, Any]) -> list[str]:
    """What LibreNMS was told to change, as an item of a run keeps it."""
    kept: Mapping[str, Sequence[Any]] = asked.get("fields") or {}
    return [
        f"{KeptFieldChoices.LABELS.get(name, name)}: {_value(name, found)} → {_value(name, wanted)}"
        for name, (found, wanted) in kept.items()
    ]


def _value(name: str, value: Any) -> str:
    if name == Kept.STATE:
        return str(_STATES.get(value, value))
    said = clean_text(str(value))
    shown = f"{said[:LONGEST]}…" if len(said) > LONGEST else said
    return shown or _("nothing")
