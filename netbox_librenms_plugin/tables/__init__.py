"""Tables of the pages: lists of the plugin's own objects, and comparisons with LibreNMS."""

from .field_policy import FieldPolicyTable
from .interface_type_mapping import InterfaceTypeMappingTable

__all__ = ("FieldPolicyTable", "InterfaceTypeMappingTable")
