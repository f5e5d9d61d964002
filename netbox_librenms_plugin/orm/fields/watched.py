"""Where NetBox keeps what LibreNMS watches: the version of the system in a custom field or in the config context."""

from collections.abc import Mapping
from typing import Any

from dcim.choices import DeviceStatusChoices
from dcim.models import Device
from extras.models import CustomField
from virtualization.choices import VirtualMachineStatusChoices

from ...models import LibreNMSSettings
from ...models.settings import IN_CONTEXT, IN_FIELD
from ...sync.fields.watched import WatchedFields

VERSION_KEY = "os_version"


def watched_fields(model: Any, settings: LibreNMSSettings) -> WatchedFields:
    """What the settings have compared of objects of this model. A custom field that it does not have is not there."""
    place = settings.os_version_in
    if place.startswith(IN_FIELD):
        fields = CustomField.objects.get_for_model(model)
        place = place if any(f"{IN_FIELD}{one.name}" == place and one.type == "text" for one in fields) else ""
    statuses = DeviceStatusChoices if model is Device else VirtualMachineStatusChoices
    return WatchedFields(
        version_in=place, statuses=settings.status_map, possible=tuple(value for value, _label in statuses)
    )


def held_version(row: Mapping[str, Any], place: str) -> str:
    """The version that NetBox has, of an object's columns."""
    if place.startswith(IN_FIELD):
        held = (row.get("custom_field_data") or {}).get(place.removeprefix(IN_FIELD))
    else:
        context = row.get("local_context_data")
        held = context.get(VERSION_KEY) if place == IN_CONTEXT and isinstance(context, dict) else None
    return held if isinstance(held, str) else ""


def keep_version(instance: Any, place: str, version: str) -> None:
    """Put it where it is kept; what else is there stays."""
    if place.startswith(IN_FIELD):
        instance.custom_field_data = {**instance.custom_field_data, place.removeprefix(IN_FIELD): version}
    else:
        instance.local_context_data = {**(instance.local_context_data or {}), VERSION_KEY: version}
