"""The list of all runs that somebody may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from netbox.object_actions import BulkExport

from ...filtersets import RunFilterSet
from ...forms.runs import RunFilterForm
from ...models import Run
from ...runs.access import visible_runs, with_last_sign
from ...tables.runs import RunTable
from ..lists import PluginListView
from ..network import NetworkPermissionMixin


class RunListView(NetworkPermissionMixin, PluginListView):
    """Runs, the newest first: one's own, and those that NetBox's permission shows."""

    queryset = Run.objects.all()
    filterset = RunFilterSet
    filterset_form = RunFilterForm
    table = RunTable
    actions: tuple[Any, ...] = (BulkExport,)
    template_name = "netbox_librenms_plugin/run_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """What the user may see."""
        return with_last_sign(visible_runs(request.user).select_related("job"))

    def get_permitted_actions(self, user: Any, model: Any = None) -> list[Any]:
        """Export for everybody."""
        return list(self.actions)
