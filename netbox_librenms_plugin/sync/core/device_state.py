"""What LibreNMS thinks of a device."""

from enum import StrEnum

from ...librenms.records import Device


class DeviceState(StrEnum):
    """As LibreNMS counts its own: it does not poll what is disabled, and raises no alerts about what is ignored, so
    neither is up nor down."""

    UP = "up"
    DOWN = "down"
    DISABLED = "disabled"
    IGNORED = "ignored"


def device_state(device: Device) -> DeviceState | None:
    """The state of a device; None where LibreNMS does not say."""
    if device.disabled is True:
        return DeviceState.DISABLED
    if device.ignore is True:
        return DeviceState.IGNORED
    if not isinstance(device.status, bool):
        return None
    return DeviceState.UP if device.status else DeviceState.DOWN
