"""The phases of an import: the devices, each whole or not at all; then cables, which need both ends."""

from collections.abc import Sequence

from ..librenms_api import LibreNMSAPI
from ..runs.phases import Phase, Task
from .cable_phase import CABLES, Cables
from .device_phase import DEVICES, Devices
from .options import ImportOptions

__all__ = ("CABLES", "DEVICES", "phases_of")


def phases_of(task: Task) -> Sequence[Phase]:
    """The phases of an import for one worker. Raises ``LibreNMSError`` where its server is not configured."""
    api, options = LibreNMSAPI(task.run.server), ImportOptions.of(task.run.options)
    return (Devices(task=task, api=api, options=options), Cables(task=task, api=api, options=options))
