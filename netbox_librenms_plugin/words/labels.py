"""What people can choose from: the configured servers, and the resources and fields that are compared."""

from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..librenms.config import configured_servers
from ..librenms.errors import ConfigurationError
from ..librenms.profiles import configured_profiles
from ..resources import RESOURCES, SERVER_RESOURCES, declared_resources

type Choice = tuple[str, Any]


def field_label(name: str, resource: str = "") -> Any:
    """The name of a compared field for people; that of the resource's own, where several have one of this name."""
    chosen = [RESOURCES[resource]] if resource in RESOURCES else []
    found = (one.words.fields[name] for one in (*chosen, *RESOURCES.values()) if name in one.words.fields)
    return next(found, None) or capfirst(name.replace("_", " "))


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


def profile_choices(*, current: str = "") -> list[Choice]:
    """The SNMP profiles of the configuration, those that cannot be used too: what is wrong with them is said where they
    are. ``current`` stays a choice."""
    names = configured_profiles().names
    choices: list[Choice] = [(name, name) for name in names]
    if current and current not in names:
        choices.append((current, _("{key} (no longer configured)").format(key=current)))
    return choices


def resource_choices() -> list[Choice]:
    """Everything that is compared."""
    return [(one.name, one.label) for one in RESOURCES.values()]


def resource_label(name: str) -> Any:
    """The name of a resource for people; the name itself when there is no such resource any more."""
    if name in SERVER_RESOURCES:
        return SERVER_RESOURCES[name].words.label
    resource = declared_resources().get(name)
    return resource.label if resource else name


def model_label(name: str) -> Any:
    """What NetBox calls one object of a kind, given as ``app.model``; the name itself where there is no such kind."""
    try:
        return capfirst(apps.get_model(name)._meta.verbose_name)
    except (LookupError, ValueError):
        return name


def part_label(name: str) -> Any:
    """What a reason is about: a resource, or a kind of object given as ``app.model``."""
    return model_label(name) if "." in name else resource_label(name)


def field_choices(resource: str | None = None) -> list[Choice]:
    """The fields with a policy of one resource, or of all of them, each once."""
    chosen = [RESOURCES[resource]] if resource in RESOURCES else list(RESOURCES.values())
    labels: dict[str, Any] = {}
    for one in chosen:
        for name in one.policy_fields:
            labels.setdefault(name, field_label(name, one.name))
    return list(labels.items())
