"""Pages of interface type mappings."""

from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkExport, BulkImport
from netbox.views import generic
from utilities.views import register_model_view

from ..filtersets import InterfaceTypeMappingFilterSet
from ..forms import (
    InterfaceTypeMappingBulkEditForm,
    InterfaceTypeMappingFilterForm,
    InterfaceTypeMappingForm,
    InterfaceTypeMappingImportForm,
)
from ..models import InterfaceTypeMapping
from ..tables.interface_type_mapping import InterfaceTypeMappingTable


@register_model_view(InterfaceTypeMapping)
class InterfaceTypeMappingView(generic.ObjectView):
    """One mapping."""

    queryset = InterfaceTypeMapping.objects.all()


@register_model_view(InterfaceTypeMapping, "list", path="", detail=False)
class InterfaceTypeMappingListView(generic.ObjectListView):
    """All mappings."""

    queryset = InterfaceTypeMapping.objects.all()
    filterset = InterfaceTypeMappingFilterSet
    filterset_form = InterfaceTypeMappingFilterForm
    table = InterfaceTypeMappingTable
    actions = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


@register_model_view(InterfaceTypeMapping, "add", detail=False)
@register_model_view(InterfaceTypeMapping, "edit")
class InterfaceTypeMappingEditView(generic.ObjectEditView):
    """Make or change one."""

    queryset = InterfaceTypeMapping.objects.all()
    form = InterfaceTypeMappingForm


@register_model_view(InterfaceTypeMapping, "delete")
class InterfaceTypeMappingDeleteView(generic.ObjectDeleteView):
    """Delete one."""

    queryset = InterfaceTypeMapping.objects.all()


@register_model_view(InterfaceTypeMapping, "bulk_import", path="import", detail=False)
class InterfaceTypeMappingBulkImportView(generic.BulkImportView):
    """Import many from CSV, JSON or YAML."""

    queryset = InterfaceTypeMapping.objects.all()
    model_form = InterfaceTypeMappingImportForm


@register_model_view(InterfaceTypeMapping, "bulk_edit", path="edit", detail=False)
class InterfaceTypeMappingBulkEditView(generic.BulkEditView):
    """Change many at once."""

    queryset = InterfaceTypeMapping.objects.all()
    filterset = InterfaceTypeMappingFilterSet
    table = InterfaceTypeMappingTable
    form = InterfaceTypeMappingBulkEditForm


@register_model_view(InterfaceTypeMapping, "bulk_delete", path="delete", detail=False)
class InterfaceTypeMappingBulkDeleteView(generic.BulkDeleteView):
    """Delete many."""

    queryset = InterfaceTypeMapping.objects.all()
    filterset = InterfaceTypeMappingFilterSet
    table = InterfaceTypeMappingTable
