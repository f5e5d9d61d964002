"""Tables of the pages: lists of the plugin's own objects, and comparisons with LibreNMS."""

from .base import SYNC_TABLES, SyncTable
from .cables import CableSyncTable
from .field_policy import FieldPolicyTable
from .fields import FieldSyncTable
from .import_ignores import ImportIgnoreTable
from .import_rules import ImportRuleTable
from .interfaces import InterfaceSyncTable
from .ip_addresses import IPAddressSyncTable
from .mappings import DeviceTypeMappingTable, InterfaceTypeMappingTable, LocationMappingTable, PlatformMappingTable
from .push_rules import PushRuleTable
from .vlans import VlanSyncTable

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
    "PushRuleTable",
    "SyncTable",
    "VlanSyncTable",
)
