"""Tables of the pages: lists of the plugin's own objects, and comparisons with LibreNMS."""

from .base import SyncTable
from .cables import CableSyncTable
from .field_policy import FieldPolicyTable
from .fields import FieldSyncTable
from .import_ignores import ImportIgnoreTable
from .import_rules import ImportRuleTable
from .interfaces import InterfaceSyncTable
from .ip_addresses import IPAddressSyncTable
from .mappings import DeviceTypeMappingTable, InterfaceTypeMappingTable, LocationMappingTable, PlatformMappingTable
from .vlans import VlanSyncTable

# Resource → the table that compares it. A resource without a table is compared everywhere but on the page.
SYNC_TABLES: dict[str, type[SyncTable]] = {
    "fields": FieldSyncTable,
    "vlans": VlanSyncTable,
    "interfaces": InterfaceSyncTable,
    "ip_addresses": IPAddressSyncTable,
    "cables": CableSyncTable,
}

__all__ = (
    "SYNC_TABLES",
    "CableSyncTable",
    "DeviceTypeMappingTable",
    "FieldPolicyTable",
    "FieldSyncTable",
    "IPAddressSyncTable",
    "ImportIgnoreTable",
    "ImportRuleTable",
    "InterfaceSyncTable",
    "InterfaceTypeMappingTable",
    "LocationMappingTable",
    "PlatformMappingTable",
    "SyncTable",
    "VlanSyncTable",
)
