"""The parts of one device (ENTITY-MIB), each row checked to be the device's own."""

from msgspec import UNSET

from .decode import Rows
from .endpoints import DEVICE_INVENTORY, Reader
from .errors import WrongDevice
from .records import InventoryItem

__all__ = ("read_inventory",)


def read_inventory(reader: Reader, device_id: int) -> Rows[InventoryItem]:
    """Every part; none of a device without an inventory, and none of one that LibreNMS does not know."""
    rows = reader.rows(DEVICE_INVENTORY, device_id)
    if any(item.device_id is not UNSET and item.device_id != device_id for item in rows.rows):
        raise WrongDevice(reader.server.display_name, device_id=device_id)
    return rows
