"""Pages of field policies."""

from typing import Any

from django.http import HttpRequest
from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkExport, BulkImport
from netbox.views import generic
from utilities.views import register_model_view

from ..filtersets import FieldPolicyFilterSet
from ..forms import FieldPolicyBulkEditForm, FieldPolicyFilterForm, FieldPolicyForm, FieldPolicyImportForm
from ..models import FieldPolicy
from ..tables.field_policy import FieldPolicyTable
from ..words.labels import field_label, resource_label, server_names
from .lists import PluginListView


@register_model_view(FieldPolicy)
class FieldPolicyView(generic.ObjectView):
    """One policy."""

    queryset = FieldPolicy.objects.all()

    def get_extra_context(self, request: HttpRequest, instance: FieldPolicy) -> dict[str, Any]:
        """The names that people know the parts by."""
        return {
            "resource_label": resource_label(instance.resource),
            "field_label": field_label(instance.field, instance.resource),
            "server_label": server_names().get(instance.server, instance.server),
        }


@register_model_view(FieldPolicy, "list", path="", detail=False)
class FieldPolicyListView(PluginListView):
    """Every policy that somebody set."""

    queryset = FieldPolicy.objects.all()
    filterset = FieldPolicyFilterSet
    filterset_form = FieldPolicyFilterForm
    table = FieldPolicyTable
    actions = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


@register_model_view(FieldPolicy, "add", detail=False)
@register_model_view(FieldPolicy, "edit")
class FieldPolicyEditView(generic.ObjectEditView):
    """Make or change one."""

    queryset = FieldPolicy.objects.all()
    form = FieldPolicyForm


@register_model_view(FieldPolicy, "delete")
class FieldPolicyDeleteView(generic.ObjectDeleteView):
    """Delete one."""

    queryset = FieldPolicy.objects.all()


@register_model_view(FieldPolicy, "bulk_import", path="import", detail=False)
class FieldPolicyBulkImportView(generic.BulkImportView):
    """Import many from CSV, JSON or YAML."""

    queryset = FieldPolicy.objects.all()
    model_form = FieldPolicyImportForm


@register_model_view(FieldPolicy, "bulk_edit", path="edit", detail=False)
class FieldPolicyBulkEditView(generic.BulkEditView):
    """Change many at once."""

    queryset = FieldPolicy.objects.all()
    filterset = FieldPolicyFilterSet
    table = FieldPolicyTable
    form = FieldPolicyBulkEditForm


@register_model_view(FieldPolicy, "bulk_delete", path="delete", detail=False)
class FieldPolicyBulkDeleteView(generic.BulkDeleteView):
    """Delete many."""

    queryset = FieldPolicy.objects.all()
    filterset = FieldPolicyFilterSet
    table = FieldPolicyTable
