"""The plugin's own tables."""

from .field_policy import FieldPolicy
from .interface_type_mapping import InterfaceTypeMapping
from .settings import LibreNMSSettings
from .sync_run import SyncRun

__all__ = ("FieldPolicy", "InterfaceTypeMapping", "LibreNMSSettings", "SyncRun")
