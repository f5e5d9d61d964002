"""Deviations and causes in words: titles of causes, values, reasons."""

from collections.abc import Mapping
from typing import Any

from dcim.choices import InterfaceDuplexChoices, InterfaceModeChoices, InterfaceTypeChoices
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from utilities.choices import unpack_grouped_choices
from utilities.templatetags.helpers import humanize_speed

from ..resources import RESOURCES
from ..sync.core.deviations import SHARED_DETAILS
from ..sync.core.issues import Code
from .labels import field_label, resource_label
from .sentences import kept_sentence

# What stands in place of an object that somebody may not see
HIDDEN: Mapping[str, Any] = {"hidden": True}
# What is not a resource of its own
_LABELS: Mapping[str, Any] = {"devices": _("Devices"), "link_ends": _("Both ends of links")}
_ENDS: Mapping[str, Any] = {"speed": _("Speed"), "duplex": _("Duplex"), "mtu": _("MTU"), "vlan": _("Access VLAN")}

# Fields whose values NetBox has words for
_CHOICES: Mapping[str, Any] = {
    "type": InterfaceTypeChoices,
    "duplex": InterfaceDuplexChoices,
    "mode": InterfaceModeChoices,
}

# Reasons that say what is wrong without naming what is each row's own
TITLES: Mapping[Code, Any] = {
    Code.SEVERAL_FOUND: _("Several objects in NetBox can be meant"),
    Code.DUPLICATE_NAME: _("Several ports of one name on a device"),
    Code.CLAIMED_TWICE: _("Two rows of LibreNMS are one object in NetBox"),
    Code.BOUND_ELSEWHERE: _("The LibreNMS ID is on another interface"),
    Code.NAME_TAKEN: _("Another interface has the name"),
    Code.HELD_BY_OTHER_MEMBER: _("Another chassis member holds the interface"),
    Code.CHOOSE_MEMBER: _("The chassis member has to be chosen"),
    Code.SAME_MAC: _("An interface of another name has the MAC address"),
    Code.NO_NAME: _("LibreNMS has no name for a port"),
    Code.NAME_TOO_LONG: _("The name is longer than NetBox takes"),
    Code.OUT_OF_RANGE: _("A value that NetBox cannot hold"),
    Code.CHOOSE_GROUP: _("The VLAN group has to be chosen"),
    Code.SEVERAL_UNTAGGED: _("Several untagged VLANs on a port"),
    Code.LAG_AMBIGUOUS: _("Several aggregates of a port"),
    Code.IDENTITY_DOUBT: _("Linked, but neither name, address nor serial number agrees"),
    Code.IDENTITY_OF_OTHER: _("Linked, but another device has the serial number"),
    Code.IDENTITY_OF_NAMESAKE: _("Linked, but another device has the name"),
    Code.IDENTITY_BY_ADDRESS: _("Linked, but only the address agrees"),
    Code.DEVICE_NAME_TAKEN: _("Another device has the name"),
    Code.SERIAL_TAKEN: _("Another device has the serial number"),
    Code.UNITS_SHARE_SERIAL: _("Several units have one serial number"),
    Code.PLACE_HOLDS: _("Something in NetBox holds the device at its old site"),
    Code.CHOOSE_CHASSIS: _("The chassis of a member has to be chosen"),
    Code.CHASSIS_NOT_SEEN: _("LibreNMS does not see the chassis of a member"),
    Code.INTERFACE_ABSENT: _("Waits for its interface"),
    Code.INTERFACE_UNSURE: _("It is not certain which interface is meant"),
    Code.ADDRESS_CONTRADICTS: _("LibreNMS contradicts itself about an address"),
    Code.PREFIX_UNKNOWN: _("LibreNMS does not know the mask of an address"),
    Code.NETWORK_ADDRESS: _("The address of a network on an interface"),
    Code.HOST_MASK: _("The mask of a single host"),
    Code.VRF_UNAVAILABLE: _("The VRF of an address is not there"),
    Code.OTHER_VRF: _("NetBox has the address in another VRF"),
    Code.ASSIGNED_ELSEWHERE: _("The address is assigned to something else"),
    Code.SEVERAL_ADDRESSES: _("Several addresses in NetBox can be meant"),
    Code.DUPLICATE_ADDRESS: _("One address on several ports"),
    Code.LOCAL_PORT_UNKNOWN: _("Neighbours heard on a port that LibreNMS does not know"),
    Code.REMOTE_DEVICE_UNKNOWN: _("Neighbours without a name"),
    Code.REMOTE_PORT_UNKNOWN: _("Neighbours that do not say on which port"),
    Code.SEVERAL_PORTS: _("Several interfaces of a neighbour can be meant"),
    Code.SEVERAL_NEIGHBOURS: _("Several neighbours on one interface"),
    Code.DOMAINS_DIFFER: _("Neighbours that differ in their domain alone"),
    Code.NOT_CABLEABLE: _("Interfaces that take no cable"),
    Code.MARKED_CONNECTED: _("Interfaces that are marked as connected"),
    Code.CABLED_ELSEWHERE: _("The interface is cabled to something else"),
    Code.CABLE_LEADS_NOWHERE: _("The interface has a cable that leads nowhere"),
    Code.NOT_IN_LIBRENMS: _("LibreNMS does not list the device (any more)"),
    Code.NOT_REACHED: _("LibreNMS has not reached the device for long"),
    Code.NOT_IN_NETBOX: _("Devices that NetBox lacks"),
    Code.ROLE_UNKNOWN: _("Devices that NetBox lacks, without a role"),
    Code.SITE_UNKNOWN: _("Devices that NetBox lacks, without a site"),
    Code.TYPE_UNKNOWN: _("Devices that NetBox lacks, without a device type"),
    Code.NAME_UNKNOWN: _("Devices that NetBox lacks, without a name"),
    Code.SEVERAL_IN_NETBOX: _("Devices that can be several in NetBox"),
    Code.CLUES_DISAGREE: _("Devices whose name, serial number and address are those of different ones"),
    Code.ADDRESS_ALONE: _("Devices whose address alone agrees with one in NetBox"),
    Code.NAME_ELSEWHERE: _("Devices that NetBox has at another site"),
    Code.SERIAL_DIFFERS: _("Devices with another serial number in NetBox"),
    Code.ENDS_DIFFER: _("The ends of links disagree"),
}


def label_of(resource: str) -> Any:
    """A resource, or what only a look at the whole network shows, as a heading."""
    return _LABELS.get(resource) or resource_label(resource)


def deviation_resources() -> list[tuple[str, Any]]:
    """Everything that can deviate, as choices."""
    return [(name, label_of(name)) for name in (*_LABELS, *RESOURCES)]


def field_words(resource: str, field: str) -> Any:
    """The label of a field; empty for a row as a whole."""
    if not field:
        return ""
    return _ENDS.get(field, field) if resource == "link_ends" else field_label(field, resource)


def row_words(resource: str, name: str) -> Any:
    """What a row is called: among fields it is the field."""
    return field_label(name, resource) if resource == "fields" else name


def cause_title(cause: Any, *, whole: bool = True) -> str:
    """What is one and the same thing, in words. ``cause``: a ``Cause``; ``whole``: see ``told_value``."""
    if cause.reason:
        return _title_of_reason(cause)
    value = told_value(cause.value, whole=whole)
    if cause.outcome == "changed":
        return _title_of_field(cause, value)
    things = RESOURCES[cause.resource].words if cause.resource in RESOURCES else None
    many = str(things.many) if things else str(label_of(cause.resource))
    if cause.outcome == "missing":
        if value:
            said = ", ".join(value_words(one) for one in value.values() if one not in (None, ""))
            one = str(things.one) if things else many
            return str(capfirst(gettext("{thing} {value} is missing").format(thing=one, value=said)))
        return str(capfirst(gettext("{things} that NetBox lacks").format(things=many)))
    if cause.outcome == "extra":
        return str(capfirst(gettext("{things} that only NetBox has").format(things=many)))
    return str(capfirst(many))


def _title_of_reason(cause: Any) -> str:
    try:
        code = Code(cause.reason)
    except ValueError:
        return str(cause.reason)
    if code in TITLES:
        title = str(TITLES[code])
        about = field_words(cause.resource, cause.field) if cause.resource == "link_ends" else ""
        return f"{title}: {about}" if about else title
    if code in SHARED_DETAILS:
        # The first sentence says what is wrong, the others what to do
        return kept_sentence(cause.reason, cause.details).partition(". ")[0].rstrip(".")
    return str(capfirst(cause.reason.replace("_", " ")))


def _title_of_field(cause: Any, value: Any) -> str:
    field = field_words(cause.resource, cause.field)
    if value is None:
        return gettext("{field} differs").format(field=field)
    words = field_value(cause.field, value) or gettext("empty")
    return gettext("{field} should be {value}").format(field=field, value=words)


def field_value(field: str, value: Any) -> str:
    """A stored value of a field as NetBox's own pages show it."""
    if field == "speed" and isinstance(value, int):
        return str(humanize_speed(value))
    labels = _CHOICES.get(field)
    if labels is not None and isinstance(value, str):
        return str(dict(unpack_grouped_choices(labels.CHOICES)).get(value, value))
    return value_words(value)


def value_words(value: Any) -> str:
    """A stored value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        if value == HIDDEN:
            return "…"
        if "name" in value and "id" in value:
            return str(value["name"])
        return ", ".join(f"{name}: {words}" for name, one in value.items() if (words := value_words(one)))
    if isinstance(value, list):
        return ", ".join(value_words(one) for one in value)
    return str(value)


def told_value(value: Any, *, whole: bool) -> Any:
    """A stored value as somebody may be told it: without ``whole`` references to other objects are ``HIDDEN``, wherever
    they stand in it."""
    if whole:
        return value
    if isinstance(value, Mapping):
        return HIDDEN if "id" in value else {name: told_value(one, whole=False) for name, one in value.items()}
    return [told_value(one, whole=False) for one in value] if isinstance(value, list) else value


def reason_words(deviation: Any, *, whole: bool = True) -> str:
    """Why it cannot be written, or what else is to be known. Without ``whole`` only what names no other object: for
    those who may not see all of them."""
    return _told(deviation.reason, deviation.details, whole) if deviation.reason else ""


def problem_words(deviation: Any, *, whole: bool = True) -> str:
    """Why its sync failed; ``whole`` as with reasons."""
    problem = deviation.problem
    return _told(problem["code"], problem.get("details"), whole) if problem else ""


def _told(reason: str, details: Mapping[str, Any] | None, whole: bool) -> str:
    try:
        code = Code(reason)
    except ValueError:
        return str(reason)
    if whole or code in SHARED_DETAILS:
        return kept_sentence(reason, details)
    return str(TITLES.get(code, capfirst(reason.replace("_", " "))))
