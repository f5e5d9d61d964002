"""Pages. Importing a module registers its views."""

from . import chassis_sync, field_policy, mappings, object_sync, settings

__all__ = ("chassis_sync", "field_policy", "mappings", "object_sync", "settings")
