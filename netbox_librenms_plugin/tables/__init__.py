"""Tables of the pages: lists of the plugin's own objects, and comparisons with LibreNMS."""

from .base import SyncTable
from .field_policy import FieldPolicyTable
from .interface_type_mapping import InterfaceTypeMappingTable
from .interfaces import InterfaceSyncTable
from .vlans import VlanSyncTable

# Resource → the table that compares it. A resource without a table is compared everywhere but on the page.
SYNC_TABLES: dict[str, type[SyncTable]] = {"vlans": VlanSyncTable, "interfaces": InterfaceSyncTable}

__all__ = (
    "SYNC_TABLES",
    "FieldPolicyTable",
    "InterfaceSyncTable",
    "InterfaceTypeMappingTable",
    "SyncTable",
    "VlanSyncTable",
)
