"""The list of schedules, in their order."""

from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import Schedule
from ..schedules.timing import begins
from ..words.labels import server_names
from ..words.schedules import moment_words, times_of


class ScheduleTable(NetBoxTable):
    """One row per schedule."""

    name = tables.Column(verbose_name=_("Name"), linkify=True)
    enabled = columns.BooleanColumn(verbose_name=_("Enabled"))
    server = tables.Column(verbose_name=_("Server"))
    action = columns.ChoiceFieldColumn(verbose_name=_("Action"))
    state = columns.TemplateColumn(
        verbose_name=_("State"),
        template_code="{% load helpers %}{% if record.writes %}"
        "{% badge record.get_state_display bg_color=record.get_state_color %}{% else %}—{% endif %}",
    )
    times = tables.Column(verbose_name=_("When"), accessor="pk", orderable=False)
    next_due = tables.Column(verbose_name=_("Next"), empty_values=())
    last_started = columns.DateTimeColumn(verbose_name=_("Last started"))
    last_run = tables.Column(verbose_name=_("Last run"), orderable=False)
    run_as = tables.Column(verbose_name=_("Run as"))
    message = tables.Column(verbose_name=_("Message"))
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:schedule_list")

    class Meta(NetBoxTable.Meta):
        model = Schedule
        fields = (
            *("pk", "id", "weight", "name", "enabled", "action", "state", "server", "branch", "times", "next_due"),
            *("last_started", "last_run", "missed_since", "message", "run_as", "description", "tags"),
            *("created", "last_updated", "actions"),
        )
        default_columns = ("pk", "weight", "name", "action", "state", "times", "next_due", "last_run", "enabled")
        empty_text = _(
            "No schedules yet. Add one to compare the network every night, or to have LibreNMS's values written to "
            "NetBox by themselves."
        )

    def render_server(self, value: str) -> str:
        """The server's display name."""
        return server_names().get(value, value)

    def value_server(self, value: str) -> str:
        """As REST writes it."""
        return value

    def value_state(self, record: Schedule) -> str:
        """As REST writes it."""
        return str(record.state)

    def render_times(self, record: Schedule) -> str:
        """When it runs, in words."""
        return times_of(record)

    def render_next_due(self, record: Schedule) -> str:
        """When it begins next."""
        now = timezone.now()
        moment = begins(record, now)
        return "—" if moment is None else moment_words(moment, now)

    def value_next_due(self, record: Schedule) -> Any:
        """The moment itself."""
        return begins(record, timezone.now())

    def render_last_run(self, value: Any) -> Any:
        """How its last run ended, or stands."""
        return value.get_state_display()
