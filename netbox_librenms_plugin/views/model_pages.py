"""NetBox's usual pages of a model, made and registered from its parts, so that a new model is one call."""

from collections.abc import Mapping
from typing import Any

from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkExport, BulkImport
from netbox.views import generic
from utilities.views import register_model_view

from .lists import PluginListView

ACTIONS = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


def register_pages(
    model: Any,
    *,
    filterset: type,
    filter_form: type,
    table: type,
    form: type,
    import_form: type | None = None,
    bulk_edit_form: type,
    queryset: Any = None,
    bases: Mapping[str, type] | None = None,
) -> None:
    """Register the object's page, list, add, edit, delete, bulk edit and bulk delete; with its form the import too.

    ``queryset``: the objects with what the list shows of others. ``bases``: part ("" for the object's page, "List" …)
    → what its view is made from instead of NetBox's generic one.
    """
    objects = model.objects.all() if queryset is None else queryset

    def page(part: str, base: type, **attributes: Any) -> Any:
        base = (bases or {}).get(part, base)
        return type(f"{model.__name__}{part}View", (base,), {"queryset": objects.all(), **attributes})

    actions = tuple(one for one in ACTIONS if import_form is not None or one is not BulkImport)
    lists = {"filterset": filterset, "table": table}
    edit = page("Edit", generic.ObjectEditView, form=form)
    pages = (
        (page("", generic.ObjectView), "", None, True),
        (page("List", PluginListView, filterset_form=filter_form, actions=actions, **lists), "list", "", False),
        (edit, "add", None, False),
        (edit, "edit", None, True),
        (page("Delete", generic.ObjectDeleteView), "delete", None, True),
        (page("BulkEdit", generic.BulkEditView, form=bulk_edit_form, **lists), "bulk_edit", "edit", False),
        (page("BulkDelete", generic.BulkDeleteView, **lists), "bulk_delete", "delete", False),
    )
    if import_form is not None:
        view = page("BulkImport", generic.BulkImportView, model_form=import_form)
        register_model_view(model, "bulk_import", path="import", detail=False)(view)
    for view, name, path, detail in pages:
        register_model_view(model, name, path=path, detail=detail)(view)
