"""The sentence for each reason code: what happened, to whom, what to do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .sync.issues import Code, Issue

SENTENCES: dict[Code, Any] = {
    Code.SEVERAL_FOUND: _("Several interfaces in NetBox can be meant: {candidates}. Rename or delete the wrong ones."),
    Code.DUPLICATE_NAME: _(
        "LibreNMS has {count} ports of this name on the device, so neither can be told from the other."
    ),
    Code.CLAIMED_TWICE: _(
        "Two LibreNMS ports are both “{name}” in NetBox. Rename one of them or bind it by its LibreNMS ID."
    ),
    Code.BOUND_ELSEWHERE: _(
        "LibreNMS port {librenms_id} is already bound to {holder}. Remove its LibreNMS ID there first."
    ),
    Code.NAME_TAKEN: _(
        "Another interface is called “{name}” and belongs to another LibreNMS port. Sync or rename that one first."
    ),
    Code.HELD_BY_OTHER_MEMBER: _(
        "By its name the port belongs to {wanted}, but {owner} holds an interface of this name. "
        "Choose the member for this row."
    ),
    Code.NO_NAME: _("LibreNMS has neither ifName nor ifDescr for this port."),
    Code.NAME_TOO_LONG: _("The name has {length} characters, NetBox holds {limit}. Try the other name column."),
    Code.OUT_OF_RANGE: _("LibreNMS says {value}, which NetBox cannot hold; this field is left alone."),
    Code.VLAN_MISSING: _(
        "NetBox has no VLAN {vids} that is valid for this device; it is left out. Create it, then sync again."
    ),
    Code.VLAN_AMBIGUOUS: _("VLAN {vid} can be several: {candidates}. Give their groups different scopes."),
    Code.DUPLICATE_VID: _("LibreNMS has several names for VLAN {vid}: {names}. Look at the device."),
    Code.CHOOSE_GROUP: _("The VLAN can go into several groups: {candidates}. Choose one."),
    Code.VLAN_SHARED: _("{count} other devices use this VLAN; a new name is new for them too."),
    Code.SEVERAL_UNTAGGED: _("LibreNMS lists several untagged VLANs ({vids}); the port's VLANs are left alone."),
    Code.LAG_AMBIGUOUS: _("LibreNMS lists several aggregates ({names}); the LAG is left alone."),
    Code.LAG_NOT_READY: _("Its LAG “{name}” cannot be synced itself; the LAG is left alone."),
    Code.PARENT_NOT_READY: _("Its parent “{name}” cannot be synced itself; the parent is left alone."),
    Code.STALE: _("This has changed since it was shown, so nothing was written. Look again, then sync."),
    Code.REFUSED: _("NetBox refused it: {reason}"),
    Code.NO_PERMISSION: _("You may not {what} here. Ask for the permission."),
    Code.DEPENDENCY_FAILED: _("“{name}”, which it refers to, is not in NetBox yet. Sync that one too."),
    Code.UNKNOWN_KEY: _("There is no such row (any more)."),
    Code.NOT_SYNCABLE: _("There is nothing to write for this row (it is “{outcome}”)."),
    Code.INCOMPLETE_ANSWER: _("LibreNMS's answer had gaps, so nothing is deleted. Refresh, then try again."),
}


def sentence(one: Issue) -> str:
    """The reason in words."""
    return sentence_of(one.code, one.details)


def sentence_of(code: str, details: Mapping[str, Any]) -> str:
    """The reason in words, from a code and its details as a run keeps them."""
    words = {name: _words(value) for name, value in details.items()}
    return str(SENTENCES[Code(code)]).format(**words)


def _words(value: Any) -> Any:
    if isinstance(value, Mapping):
        place = value.get("owner") or value.get("group")
        return f"{value.get('name')} (#{value.get('id')}{f', {place}' if place else ''})"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(_words(one)) for one in value)
    return value
