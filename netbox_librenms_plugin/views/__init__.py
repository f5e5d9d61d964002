"""Pages. Importing a module registers its views."""

from . import field_policy, interface_type_mapping, settings

__all__ = ("field_policy", "interface_type_mapping", "settings")
