"""The table of runs, whatever they do."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable

from ..choices import RunOutcomeChoices
from ..engine.undo import undone_runs
from ..models import Run
from ..runs.access import counts_of, state_of
from ..runs.kinds import kind_label
from ..words.labels import server_names

INC = "netbox_librenms_plugin/inc"
LABELS = {value: label for value, label, _color in RunOutcomeChoices.CHOICES}


def _piece(name: str, **context: Any) -> str:
    return str(get_template(f"{INC}/{name}.html").render(context))


class RunTable(BaseTable):
    """Runs, each with what became of its items. What all rows need is read once for a page of them."""

    run = tables.Column(accessor="pk", verbose_name=_("Run"))
    kind = tables.Column(verbose_name=_("Kind"))
    created = tables.Column(verbose_name=_("Time"))
    user_name = tables.Column(verbose_name=_("User"))
    server = tables.Column(verbose_name=_("Server"))
    branch = tables.Column(verbose_name=_("Branch"))
    state = tables.Column(verbose_name=_("State"))
    result = tables.Column(empty_values=(), verbose_name=_("Result"), orderable=False)
    undone = tables.Column(empty_values=(), verbose_name=_("Undone"), orderable=False)
    took = tables.Column(empty_values=(), verbose_name=_("Took"), orderable=False)

    exempt_columns = ("run",)

    class Meta(BaseTable.Meta):
        model = Run
        fields: tuple[str, ...] = (
            *("run", "kind", "created", "user_name", "server", "branch", "state", "result", "undone", "took"),
        )
        default_columns = ("run", "kind", "created", "user_name", "server", "state", "result", "undone", "took")
        empty_text = _("Nothing found")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._counts: Mapping[int, Mapping[str, int]] = {}
        self._undone: Mapping[int, int] | None = None

    def render_run(self, record: Run) -> str:
        """A link to its page."""
        return _piece("import_run_link", run=record)

    def value_run(self, record: Run) -> int:
        """Its ID."""
        return int(record.pk)

    def render_kind(self, value: str) -> Any:
        """In words."""
        return kind_label(value)

    def value_kind(self, value: str) -> str:
        """As REST writes it."""
        return value

    def render_created(self, value: Any) -> str:
        """How long ago."""
        return _piece("age", at=value)

    def value_created(self, value: Any) -> str:
        """The moment."""
        return str(value.isoformat())

    def render_server(self, value: str) -> str:
        """The server's display name."""
        return server_names().get(value, value)

    def value_server(self, value: str) -> str:
        """As REST writes it."""
        return value

    def render_state(self, record: Run) -> str:
        """The state that it really is in."""
        record.state = state_of(record)
        return _piece("import_run_state", run=record)

    def value_state(self, record: Run) -> str:
        """As REST writes it."""
        return state_of(record)

    def render_result(self, record: Run) -> str:
        """Number of items by outcome."""
        return _piece("run_outcomes", outcomes=self._outcomes(record))

    def value_result(self, record: Run) -> str:
        """The same as text."""
        return ", ".join(f"{label}: {number}" for _value, label, number in self._outcomes(record))

    def render_undone(self, record: Run) -> str:
        """A link to the run that undid it."""
        return _piece("run_undone", pk=self._undone_by(record))

    def value_undone(self, record: Run) -> Any:
        """The ID of the run that undid it."""
        return self._undone_by(record) or ""

    def render_took(self, record: Run) -> str:
        """From its start to its end."""
        return _piece("import_run_took", run=record)

    def value_took(self, record: Run) -> str:
        """In seconds."""
        return f"{(record.ended - record.started).total_seconds():.0f}" if record.ended and record.started else ""

    def _outcomes(self, record: Run) -> list[tuple[str, Any, int]]:
        if record.pk not in self._counts:
            self._counts = counts_of(row.record for row in self.paginated_rows)
        counts = self._counts[record.pk]
        return [(value, label, counts[value]) for value, label in LABELS.items() if counts[value]]

    def _undone_by(self, record: Run) -> int | None:
        if self._undone is None:
            self._undone = undone_runs()
        return self._undone.get(record.pk)
