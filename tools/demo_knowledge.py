"""What the demo NetBox knows of the company that LibreNMS watches: most of it, some wrongly, some not at all."""

from enum import Enum
from typing import Any

from simulator.company import Node


class Knowledge(Enum):
    """How much of a device NetBox holds."""

    AGREES = "agrees"
    DIFFERS = "differs"
    BARE = "bare"
    ABSENT = "absent"


_KNOWN = {
    # A device as it is right after somebody planned it: no interface, no address.
    "ams1-acc-01": Knowledge.BARE,
    "ams1-dns-02": Knowledge.BARE,
    "fra1-leaf-01": Knowledge.BARE,
    "fra1-leaf-02": Knowledge.BARE,
    "fra1-db-01": Knowledge.BARE,
    "hel1-hv-01": Knowledge.BARE,
    # Documented once, and changed since.
    "ams1-core-01": Knowledge.DIFFERS,
    "ams1-acc-02": Knowledge.DIFFERS,
    "ams1-fw-01": Knowledge.DIFFERS,
    "ams1-wlc-01": Knowledge.DIFFERS,
    "ams1-hv-01": Knowledge.DIFFERS,
    "ams1-dns-01": Knowledge.DIFFERS,
    "fra1-spine-01": Knowledge.DIFFERS,
    "fra1-web-01": Knowledge.DIFFERS,
    "hel1-acc-01": Knowledge.DIFFERS,
    # Never documented: there to be imported.
    "ams1-pdu-02": Knowledge.ABSENT,
    "ams1-oldacc-01": Knowledge.ABSENT,
    "fra1-leaf-04": Knowledge.ABSENT,
    "fra1-git-01": Knowledge.ABSENT,
    "hel1-fw-01": Knowledge.ABSENT,
    "hel1-ad-01": Knowledge.ABSENT,
}
# Written the long way in NetBox: GigabitEthernet1/0/1 for LibreNMS's Gi1/0/1.
LONG_NAMES = frozenset({"ams1-acc-02"})
# In NetBox's hands alone; LibreNMS has never heard of it.
UNMONITORED = "ams1-ups-01"
# VLANs that NetBox lacks, by site code.
MISSING_VLANS = {"hel1": frozenset({120})}


def knowledge_of(node: Node) -> Knowledge:
    """How much NetBox holds of this node."""
    return _KNOWN.get(node.name, Knowledge.AGREES)


def known_id(librenms_id: int) -> dict[str, Any]:
    """Custom field data of an object that was matched with LibreNMS before."""
    return {"librenms_id": {"default": librenms_id}}
