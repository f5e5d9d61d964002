"""What people can choose from: the configured servers, and the resources and fields that are compared."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..librenms.config import configured_servers
from ..librenms.errors import ConfigurationError
from ..resources import RESOURCES

type Choice = tuple[str, Any]

FIELD_LABELS: dict[str, Any] = {
    "device_type": _("Device type"),
    "location": _("Location"),
    "member_serial": _("Serial number of a chassis member"),
    "platform": _("Platform"),
    "serial": _("Serial number"),
    "site": _("Site"),
    "label": _("Label"),
    "local": _("Local interface"),
    "remote": _("Remote interface"),
    "status": _("Status"),
    "tag": _("Tag"),
    "enabled": _("Enabled"),
    "duplex": _("Duplex"),
    "lag": _("LAG"),
    "librenms_id": _("LibreNMS ID"),
    "mac_address": _("MAC address"),
    "mtu": _("MTU"),
    "name": _("Name"),
    "parent": _("Parent interface"),
    "speed": _("Speed"),
    "type": _("Type"),
    "description": _("Description"),
    "vlans": _("VLANs"),
    "vid": _("VLAN ID"),
    "vrf": _("VRF"),
    "group": _("Group"),
    "address": _("Address"),
    "interface": _("Interface"),
    "primary_ip": _("Primary IP"),
}


def field_label(name: str) -> Any:
    """The name of a compared field for people."""
    return FIELD_LABELS.get(name) or capfirst(name.replace("_", " "))


def server_names() -> dict[str, str]:
    """Key → display name of the configured servers; none where the configuration cannot be read."""
    try:
        return {key: server.display_name for key, server in configured_servers().items()}
    except ConfigurationError:
        return {}


def server_choices(*, current: str = "", everywhere: Any = None) -> list[Choice]:
    """The configured servers, after ``everywhere`` as the words for the empty key.

    ``current`` stays a choice when it is no longer configured: an old row must not become uneditable.
    """
    names = server_names()
    choices: list[Choice] = [] if everywhere is None else [("", everywhere)]
    choices += [(key, name if name == key else f"{name} ({key})") for key, name in names.items()]
    if current and current not in names:
        choices.append((current, _("{key} (no longer configured)").format(key=current)))
    return choices


def resource_choices() -> list[Choice]:
    """Everything that is compared."""
    return [(one.name, one.label) for one in RESOURCES.values()]


def resource_label(name: str) -> Any:
    """The name of a resource for people; the name itself when there is no such resource any more."""
    resource = RESOURCES.get(name)
    return resource.label if resource else name


def field_choices(resource: str | None = None) -> list[Choice]:
    """The fields with a policy of one resource, or of all of them, each once."""
    chosen = [RESOURCES[resource]] if resource in RESOURCES else list(RESOURCES.values())
    names = dict.fromkeys(name for one in chosen for name in one.policy_fields)
    return [(name, field_label(name)) for name in names]
