"""Pages of import rules and of ignored devices."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from netbox.views import generic

from .. import filtersets, forms, models, tables
from ..words.labels import server_names
from .lists import PluginListView
from .model_pages import register_pages


class OfServerView(generic.ObjectView):
    """The page of something that is for a server."""

    def get_extra_context(self, request: HttpRequest, instance: Any) -> dict[str, Any]:
        """The name that people know the server by."""
        return {"server_label": server_names().get(instance.server, instance.server)}


class RuleListView(PluginListView):
    """The rules in their order."""

    def export_table(
        self, table: tables.ImportRuleTable, columns: Iterable[str] | None = None, **options: Any
    ) -> HttpResponse:
        """What two columns sum up is exported one by one, so that it can be imported."""
        return super().export_table(table, table.columns_to_export(columns) if columns else None, **options)


register_pages(
    models.ImportRule,
    filterset=filtersets.ImportRuleFilterSet,
    filter_form=forms.ImportRuleFilterForm,
    table=tables.ImportRuleTable,
    form=forms.ImportRuleForm,
    import_form=forms.ImportRuleImportForm,
    bulk_edit_form=forms.ImportRuleBulkEditForm,
    queryset=models.ImportRule.objects.select_related("role", "site", "tenant", "cluster").prefetch_related(
        "import_tags"
    ),
    bases={"": OfServerView, "List": RuleListView},
)
register_pages(
    models.ImportIgnore,
    filterset=filtersets.ImportIgnoreFilterSet,
    filter_form=forms.ImportIgnoreFilterForm,
    table=tables.ImportIgnoreTable,
    form=forms.ImportIgnoreForm,
    import_form=forms.ImportIgnoreImportForm,
    bulk_edit_form=forms.ImportIgnoreBulkEditForm,
    bases={"": OfServerView},
)
