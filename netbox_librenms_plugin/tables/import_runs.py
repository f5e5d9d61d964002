"""The table of imports, and that of the devices of one import."""

from collections.abc import Mapping, Sequence
from typing import Any

import django_tables2 as tables
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable

from ..models import Run, RunItem

INC = "netbox_librenms_plugin/inc"
ATTRS = {"class": "table table-hover object-list librenms-table"}


def _piece(name: str, **context: Any) -> str:
    return get_template(f"{INC}/{name}.html").render(context)


class ImportTableBase(BaseTable):
    """What both tables share: the user's columns. The view orders the rows, and cuts out one page of them."""

    class Meta(BaseTable.Meta):
        fields: tuple[str, ...] = ()
        default_columns = fields
        attrs = ATTRS
        orderable = False
        empty_text = _("Nothing to show")

    def arrange(self, user: Any) -> None:
        """Show the columns that the user chose, else the usual ones."""
        chosen = user.config.get(f"tables.{self.name}.columns") if user.is_authenticated else None
        self._set_columns(chosen or self.Meta.default_columns)


class ImportRunTable(ImportTableBase):
    """Imports, each with what became of its devices."""

    run = tables.Column(empty_values=(), verbose_name=_("Import"))
    created = tables.Column(verbose_name=_("Time"), orderable=True)
    user_name = tables.Column(verbose_name=_("User"), orderable=True)
    server = tables.Column(verbose_name=_("Server"), orderable=True)
    branch = tables.Column(verbose_name=_("Branch"), orderable=True)
    state = tables.Column(verbose_name=_("State"), orderable=True)
    result = tables.Column(empty_values=(), verbose_name=_("Devices"))
    took = tables.Column(empty_values=(), verbose_name=_("Took"))

    exempt_columns = ("run",)

    class Meta(ImportTableBase.Meta):
        fields = ("run", "created", "user_name", "server", "branch", "state", "result", "took")
        default_columns = ("run", "created", "user_name", "server", "state", "result", "took")

    def __init__(
        self,
        data: Sequence[Run],
        *,
        counts: Mapping[int, Mapping[str, int]],
        servers: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.counts = counts
        self.servers = servers

    def render_run(self, record: Run) -> str:
        return _piece("import_run_link", run=record)

    def render_created(self, record: Run) -> str:
        return _piece("age", at=record.created)

    def render_server(self, record: Run) -> str:
        return self.servers.get(record.server, record.server)

    def render_state(self, record: Run) -> str:
        return _piece("import_run_state", run=record)

    def render_result(self, record: Run) -> str:
        return _piece("import_run_counts", counts=self.counts[record.pk])

    def render_took(self, record: Run) -> str:
        return _piece("import_run_took", run=record)


class ImportRunRowTable(ImportTableBase):
    """Devices of an import, with what was written of each and what was not."""

    hostname = tables.Column(accessor="name", verbose_name=_("LibreNMS device"), orderable=True)
    outcome = tables.Column(verbose_name=_("Outcome"), orderable=True)
    netbox = tables.Column(empty_values=(), verbose_name=_("In NetBox"), orderable=True)
    written = tables.Column(empty_values=(), verbose_name=_("Written"))
    reasons = tables.Column(empty_values=(), verbose_name=_("Not written, and why"))
    ended = tables.Column(empty_values=(), verbose_name=_("Time"), orderable=True)
    librenms_id = tables.Column(verbose_name=_("LibreNMS ID"), orderable=True)

    exempt_columns = ("hostname",)

    class Meta(ImportTableBase.Meta):
        fields = ("hostname", "outcome", "netbox", "written", "reasons", "ended", "librenms_id")
        default_columns = ("hostname", "outcome", "netbox", "written", "reasons")

    def __init__(self, data: Sequence[RunItem], *, around: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.around = around

    def render_hostname(self, record: RunItem) -> str:
        return _piece("import_result_device", row=record, url=self.around.device_url(record))

    def render_outcome(self, record: RunItem) -> str:
        return _piece("import_result_outcome", row=record)

    def render_netbox(self, record: RunItem) -> str:
        return _piece("import_result_object", row=record, instance=self.around.instance(record))

    def render_written(self, record: RunItem) -> str:
        return _piece("import_result_written", written=self.around.written(record))

    def render_reasons(self, record: RunItem) -> str:
        return _piece("import_result_reasons", reasons=self.around.reasons(record))

    def render_ended(self, record: RunItem) -> str:
        return _piece("import_result_time", at=record.ended)
