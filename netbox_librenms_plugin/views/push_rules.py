"""Pages of push rules."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

from .. import filtersets, forms, models, tables
from ..librenms.profiles import configured_profiles
from ..models.push_rule import CONDITIONS
from .import_rules import OfServerView
from .lists import PluginListView
from .model_pages import register_pages


class PushRuleView(OfServerView):
    """The page of a rule; it says what keeps its profile from being used."""

    def get_extra_context(self, request: HttpRequest, instance: Any) -> dict[str, Any]:
        """What is known of the profile; a secret is not read."""
        profiles = configured_profiles()
        known = instance.profile in profiles.usable
        problem = profiles.problems.get(instance.profile, "")
        context = super().get_extra_context(request, instance)
        return {**context, "profile_problem": problem, "profile_unknown": not known and not problem}


class PushRuleListView(PluginListView):
    """The rules in their order."""

    def export_table(
        self, table: tables.PushRuleTable, columns: Iterable[str] | None = None, **options: Any
    ) -> HttpResponse:
        """What one column sums up is exported one by one, so that it can be imported."""
        return super().export_table(table, table.columns_to_export(columns) if columns else None, **options)


register_pages(
    models.PushRule,
    filterset=filtersets.PushRuleFilterSet,
    filter_form=forms.PushRuleFilterForm,
    table=tables.PushRuleTable,
    form=forms.PushRuleForm,
    import_form=forms.PushRuleImportForm,
    bulk_edit_form=forms.PushRuleBulkEditForm,
    queryset=models.PushRule.objects.select_related(*CONDITIONS),
    bases={"": PushRuleView, "List": PushRuleListView},
)
