"""Pages. Importing a module registers its views."""

from . import field_policy, interface_type_mapping, object_sync, settings

__all__ = ("field_policy", "interface_type_mapping", "object_sync", "settings")
