"""Links of one device: whom its ports hear by LLDP, CDP and the like."""

from .decode import Rows
from .endpoints import DEVICE_LINKS, Reader
from .errors import WrongDevice
from .records import Link

__all__ = ("read_links",)


def read_links(reader: Reader, device_id: int) -> Rows[Link]:
    """The links of the device with this id, none when LibreNMS has none: one call.

    WrongDevice when a row is another's: of a device that it does not know LibreNMS answers the links of all others.
    """
    rows = reader.rows(DEVICE_LINKS, device_id)
    if any(link.local_device_id != device_id for link in rows.rows):
        raise WrongDevice(reader.server.display_name, device_id=device_id)
    return rows
