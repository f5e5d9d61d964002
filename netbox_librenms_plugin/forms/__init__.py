"""Forms of the plugin's own objects and of the settings page."""

from .field_policy import FieldPolicyBulkEditForm, FieldPolicyFilterForm, FieldPolicyForm, FieldPolicyImportForm
from .interface_type_mapping import (
    InterfaceTypeMappingBulkEditForm,
    InterfaceTypeMappingFilterForm,
    InterfaceTypeMappingForm,
    InterfaceTypeMappingImportForm,
)
from .policy_matrix import PolicyMatrixForm
from .settings import LibreNMSSettingsForm

__all__ = (
    "FieldPolicyBulkEditForm",
    "FieldPolicyFilterForm",
    "FieldPolicyForm",
    "FieldPolicyImportForm",
    "InterfaceTypeMappingBulkEditForm",
    "InterfaceTypeMappingFilterForm",
    "InterfaceTypeMappingForm",
    "InterfaceTypeMappingImportForm",
    "LibreNMSSettingsForm",
    "PolicyMatrixForm",
)
