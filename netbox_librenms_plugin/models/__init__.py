"""The plugin's own tables."""

from .compared_object import ComparedObject
from .deviation import Cause, DailyTotal, Deviation
from .device_type_mapping import DeviceTypeMapping
from .field_policy import FieldPolicy
from .identity_confirmation import IdentityConfirmation
from .import_ignore import ImportIgnore
from .import_rule import ImportRule
from .interface_type_mapping import InterfaceTypeMapping
from .location_mapping import LocationMapping
from .mapping import Mapping
from .platform_mapping import PlatformMapping
from .push_rule import PushRule
from .run import Run, RunItem
from .schedule import Schedule
from .settings import LibreNMSSettings
from .sync_run import SyncRun

__all__ = (
    "Cause",
    "ComparedObject",
    "DailyTotal",
    "Deviation",
    "DeviceTypeMapping",
    "FieldPolicy",
    "IdentityConfirmation",
    "ImportIgnore",
    "ImportRule",
    "InterfaceTypeMapping",
    "LibreNMSSettings",
    "LocationMapping",
    "Mapping",
    "PlatformMapping",
    "PushRule",
    "Run",
    "RunItem",
    "Schedule",
    "SyncRun",
)
