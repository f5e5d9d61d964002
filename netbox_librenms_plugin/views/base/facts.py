"""What the header card says of a LibreNMS device: cleaned, bounded, and in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...librenms.clock import Clock
from ...librenms.lookup import How, clues
from ...librenms.lookup_subjects import load_lookup_subjects
from ...librenms.records import Device
from ...monitoring.states import State, reached, state_of
from ...sync.core.device_identity import Identity
from ...sync.core.issues import Code
from ...words.monitoring import COLOURS, STATES
from ...words.polled import moment_of, polled_title, text, uptime
from ...words.sentences import sentence

MATCHED: dict[How, Any] = {
    How.CUSTOM_FIELD: gettext_lazy("linked"),
    How.PRIMARY_IP: gettext_lazy("found by its primary IP address"),
    How.DNS_NAME: gettext_lazy("found by its DNS name"),
    How.NAME: gettext_lazy("found by its name"),
    How.SYSNAME: gettext_lazy("found by its name as sysName"),
}
_DENYING = {
    "name": gettext_lazy("name"),
    "dns_name": gettext_lazy("DNS name"),
    "primary_ip": gettext_lazy("address"),
    "serial": gettext_lazy("serial number"),
}
_CLUES: dict[How, Any] = {
    How.PRIMARY_IP: gettext_lazy("primary IP address"),
    How.DNS_NAME: gettext_lazy("DNS name"),
    How.NAME: gettext_lazy("name"),
    How.SYSNAME: gettext_lazy("sysName"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A device in LibreNMS. ``polled_at`` is a moment only where the server's time zone is known."""

    name: str
    status: str
    status_label: Any
    color: str
    reason: str = ""
    uptime: str = ""
    hardware: str = ""
    software: str = ""
    serial: str = ""
    location: str = ""
    polled: str = ""
    polled_at: datetime | None = None
    polled_title: str = ""


def facts_of(device: Device, clock: Clock | None = None) -> Facts:
    """What is worth knowing at a glance. ``clock`` is that of the server's times, where its zone is known."""
    state, reached_as = state_of(device), reached(device)
    polled = text(device.last_polled)
    polled_at = moment_of(polled, clock)
    return Facts(
        name=text(device.display) or text(device.sys_name) or text(device.hostname),
        status=state.value,
        status_label=STATES[state],
        color=COLOURS.get(state, "secondary"),
        reason=_reason(device, state),
        uptime=uptime(device.uptime) if reached_as is State.UP and state is not State.DISABLED else "",
        hardware=text(device.hardware),
        software=" ".join(part for part in (text(device.os), text(device.version)) if part),
        serial=text(device.serial),
        location=text(device.location_name),
        polled=polled,
        polled_at=polled_at,
        polled_title=polled_title(polled, polled_at, clock),
    )


def _reason(device: Device, state: State) -> str:
    """Why it is down; of one that nobody is alerted of, whether it is reached."""
    if state is State.IGNORED:
        return str(STATES[reached(device)])
    return text(device.status_reason) if state is State.DOWN else ""


def why_doubtful(identity: Identity) -> str:
    """Why an object and a LibreNMS device may not be one, for somebody who is about to link them."""
    doubt = identity.doubt
    if doubt is not None and doubt.code is not Code.IDENTITY_DOUBT:
        return sentence(doubt)
    differing = [str(_DENYING[clue]) for clue in _DENYING if clue in identity.denies]
    if not differing:
        return _("Neither name, address nor serial number can be compared.")
    if len(differing) == 1:
        return _("The {clue} differs, and nothing else can be compared.").format(clue=differing[0])
    *others, last = differing
    words = _("{others} and {last}").format(others=", ".join(others), last=last)
    sentences = _("{clues} both differ."), _("{clues} all differ.")
    return sentences[len(differing) > 2].format(clues=words[:1].upper() + words[1:])


def looked_for(instance: Any) -> list[tuple[Any, str]]:
    """What an object was looked for by: (kind of clue, value)."""
    subject = load_lookup_subjects([instance]).get(instance.pk)
    return [(_CLUES[clue.how], clue.value) for clue in clues(subject)] if subject else []
