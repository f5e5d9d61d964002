"""Forms of the plugin's own objects and of the settings page."""

from .device_type_mapping import (
    DeviceTypeMappingBulkEditForm,
    DeviceTypeMappingFilterForm,
    DeviceTypeMappingForm,
    DeviceTypeMappingImportForm,
)
from .field_policy import FieldPolicyBulkEditForm, FieldPolicyFilterForm, FieldPolicyForm, FieldPolicyImportForm
from .import_ignore import ImportIgnoreBulkEditForm, ImportIgnoreFilterForm, ImportIgnoreForm, ImportIgnoreImportForm
from .import_rule import ImportRuleBulkEditForm, ImportRuleFilterForm, ImportRuleForm, ImportRuleImportForm
from .interface_type_mapping import (
    InterfaceTypeMappingBulkEditForm,
    InterfaceTypeMappingFilterForm,
    InterfaceTypeMappingForm,
    InterfaceTypeMappingImportForm,
)
from .location_mapping import (
    LocationMappingBulkEditForm,
    LocationMappingFilterForm,
    LocationMappingForm,
    LocationMappingImportForm,
)
from .maintenance import MaintenanceForm
from .platform_mapping import (
    PlatformMappingBulkEditForm,
    PlatformMappingFilterForm,
    PlatformMappingForm,
    PlatformMappingImportForm,
)
from .policy_matrix import PolicyMatrixForm
from .push_rule import PushRuleBulkEditForm, PushRuleFilterForm, PushRuleForm, PushRuleImportForm
from .schedule import ScheduleBulkEditForm, ScheduleFilterForm, ScheduleForm
from .settings import LibreNMSSettingsForm

__all__ = (
    "DeviceTypeMappingBulkEditForm",
    "DeviceTypeMappingFilterForm",
    "DeviceTypeMappingForm",
    "DeviceTypeMappingImportForm",
    "FieldPolicyBulkEditForm",
    "FieldPolicyFilterForm",
    "FieldPolicyForm",
    "FieldPolicyImportForm",
    "ImportIgnoreBulkEditForm",
    "ImportIgnoreFilterForm",
    "ImportIgnoreForm",
    "ImportIgnoreImportForm",
    "ImportRuleBulkEditForm",
    "ImportRuleFilterForm",
    "ImportRuleForm",
    "ImportRuleImportForm",
    "InterfaceTypeMappingBulkEditForm",
    "InterfaceTypeMappingFilterForm",
    "InterfaceTypeMappingForm",
    "InterfaceTypeMappingImportForm",
    "LibreNMSSettingsForm",
    "LocationMappingBulkEditForm",
    "LocationMappingFilterForm",
    "LocationMappingForm",
    "LocationMappingImportForm",
    "MaintenanceForm",
    "PlatformMappingBulkEditForm",
    "PlatformMappingFilterForm",
    "PlatformMappingForm",
    "PlatformMappingImportForm",
    "PolicyMatrixForm",
    "PushRuleBulkEditForm",
    "PushRuleFilterForm",
    "PushRuleForm",
    "PushRuleImportForm",
    "ScheduleBulkEditForm",
    "ScheduleFilterForm",
    "ScheduleForm",
)
