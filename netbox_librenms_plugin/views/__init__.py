"""Pages. Importing a module registers its views."""

from . import field_policy, mappings, object_sync, settings

__all__ = ("field_policy", "mappings", "object_sync", "settings")
