"""The tables of deviations, of causes and of compared objects."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable, columns

from ..models import Cause, ComparedObject, Deviation
from ..resources import RESOURCES
from ..words.deviations import (
    cause_title,
    field_value,
    field_words,
    label_of,
    problem_words,
    reason_words,
    row_words,
    told_value,
)
from ..words.labels import server_names

NARROW = {"td": {"class": "text-nowrap"}}
INC = "netbox_librenms_plugin/inc"


def _piece(name: str, **context: Any) -> str:
    return str(get_template(f"{INC}/{name}.html").render(context))


def shown(row: Deviation, value: Any) -> str:
    """A stored value as the other pages show it."""
    return field_value(row.field, value)


class NetworkTable(BaseTable):
    """What the three have in common."""

    exempt_columns = ("pk",)

    class Meta(BaseTable.Meta):
        empty_text = _("Nothing found")

    def render_server(self, value: str) -> str:
        """The server's display name."""
        return server_names().get(value, value)

    def value_server(self, value: str) -> str:
        """As REST writes it."""
        return value

    def render_resource(self, value: str) -> Any:
        """In the words of the pages."""
        return label_of(value)

    def value_resource(self, value: str) -> str:
        """As REST writes it."""
        return value


class DeviationTable(NetworkTable):
    """Deviations, each with both values. ``whole``: names of other objects may be shown."""

    pk = columns.ToggleColumn(visible=False)
    object = tables.Column(accessor="compared__name", verbose_name=_("Object"), attrs=NARROW)
    resource = tables.Column(verbose_name=_("Resource"))
    name = tables.Column(verbose_name=_("Row"))
    field = tables.Column(verbose_name=_("Field"))
    found = tables.Column(verbose_name=_("NetBox"), orderable=False, empty_values=())
    wanted = tables.Column(verbose_name=_("LibreNMS"), orderable=False, empty_values=())
    outcome = columns.ChoiceFieldColumn(verbose_name=_("Outcome"))
    reason = tables.Column(verbose_name=_("Reason"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=_("State"))
    first_seen = tables.Column(verbose_name=_("Since"), attrs=NARROW)
    times_seen = tables.Column(verbose_name=_("Times seen"), orderable=False)
    server = tables.Column(accessor="compared__server", verbose_name=_("Server"))
    accepted_until = tables.DateColumn(verbose_name=_("Accepted until"))
    accepted_reason = tables.Column(verbose_name=_("Accepted because"))
    accepted_name = tables.Column(verbose_name=_("Accepted by"))

    whole = True

    class Meta(NetworkTable.Meta):
        model = Deviation
        fields: tuple[str, ...] = (
            "pk",
            "object",
            "resource",
            "name",
            "field",
            "found",
            "wanted",
            "outcome",
            "reason",
            "state",
            "first_seen",
            "times_seen",
            "server",
            "accepted_until",
            "accepted_reason",
            "accepted_name",
        )
        default_columns = (
            "pk",
            "object",
            "resource",
            "name",
            "field",
            "found",
            "wanted",
            "outcome",
            "reason",
            "state",
            "first_seen",
        )

    def render_object(self, record: Deviation) -> str:
        """A link to the object's tab, at this resource."""
        return _piece("compared_link", compared=record.compared, url=_tab_url(record))

    def value_object(self, record: Deviation) -> str:
        """The name alone."""
        return str(record.compared.name)

    def render_name(self, record: Deviation) -> Any:
        """In the words of the pages."""
        return row_words(record.resource, record.name)

    def value_name(self, record: Deviation) -> str:
        """As REST writes it."""
        return record.name

    def render_field(self, record: Deviation) -> Any:
        """In the words of the pages."""
        return field_words(record.resource, record.field)

    def value_field(self, record: Deviation) -> str:
        """As REST writes it."""
        return record.field

    def render_found(self, record: Deviation) -> str:
        """What NetBox has."""
        return self._value(record, record.found)

    def render_wanted(self, record: Deviation) -> str:
        """What LibreNMS says; of a whole row it is the row itself."""
        return self._value(record, record.wanted) if record.field else ""

    def render_reason(self, record: Deviation) -> str:
        """Why it is not simply written; why its sync failed."""
        return reason_words(record, whole=self.whole)

    def render_state(self, record: Deviation) -> str:
        """With what was decided."""
        return _piece("deviation_state", row=record, problem=problem_words(record, whole=self.whole))

    def value_state(self, record: Deviation) -> str:
        """As REST writes it."""
        return record.state

    def render_first_seen(self, value: Any) -> str:
        """How long ago."""
        return _piece("age", at=value)

    def value_first_seen(self, value: Any) -> str:
        """The moment."""
        return str(value.isoformat())

    def _value(self, record: Deviation, value: Any) -> str:
        return shown(record, told_value(value, whole=self.whole))


class CauseTable(NetworkTable):
    """Causes, with how many deviations they have. ``whole``: names of other objects may be shown."""

    cause = tables.Column(empty_values=(), verbose_name=_("Cause"), orderable=False)
    resource = tables.Column(verbose_name=_("Resource"))
    seen_open = tables.Column(verbose_name=_("Open"))
    seen_objects = tables.Column(verbose_name=_("Objects"))
    seen_accepted = tables.Column(verbose_name=_("Accepted"))
    outcome = columns.ChoiceFieldColumn(verbose_name=_("Outcome"))
    reason = tables.Column(verbose_name=_("Reason code"))
    server = tables.Column(verbose_name=_("Server"))
    decide = tables.Column(empty_values=(), verbose_name=_("Decide"), orderable=False)

    exempt_columns = ("cause",)
    may_change = False
    whole = True
    links: Any = staticmethod(lambda _cause: ())

    class Meta(NetworkTable.Meta):
        model = Cause
        fields: tuple[str, ...] = (
            "cause",
            "resource",
            "seen_open",
            "seen_objects",
            "seen_accepted",
            "outcome",
            "reason",
            "server",
            "decide",
        )
        default_columns = ("cause", "resource", "seen_open", "seen_objects", "seen_accepted", "decide")

    def render_cause(self, record: Cause) -> str:
        """The title, which leads to its deviations."""
        return _piece("cause_link", cause=record, title=self.value_cause(record))

    def value_cause(self, record: Cause) -> str:
        """The title."""
        return cause_title(record, whole=self.whole)

    def render_decide(self, record: Cause) -> str:
        """What can be done about all of it."""
        return _piece("cause_actions", cause=record, may_change=self.may_change, links=self.links(record))


class ComparedObjectTable(NetworkTable):
    """Objects, worst first."""

    name = tables.Column(verbose_name=_("Object"))
    kind = columns.ChoiceFieldColumn(verbose_name=_("Kind"))
    open = tables.Column(verbose_name=_("Open"))
    accepted = tables.Column(verbose_name=_("Accepted"))
    extra = tables.Column(verbose_name=_("Only in NetBox"))
    checked_at = tables.Column(verbose_name=_("Compared"))
    problem = tables.Column(verbose_name=_("Could not be compared"), orderable=False)
    librenms_id = tables.Column(verbose_name=_("LibreNMS ID"))
    server = tables.Column(verbose_name=_("Server"))

    exempt_columns = ("name",)

    class Meta(NetworkTable.Meta):
        model = ComparedObject
        fields: tuple[str, ...] = (
            "name",
            "kind",
            "open",
            "accepted",
            "extra",
            "checked_at",
            "problem",
            "librenms_id",
            "server",
        )
        default_columns = ("name", "kind", "open", "accepted", "extra", "checked_at", "problem")

    def render_name(self, record: ComparedObject) -> str:
        """A link to the object's tab."""
        return _piece("compared_link", compared=record, url=record.get_absolute_url())

    def value_name(self, record: ComparedObject) -> str:
        """The name alone."""
        return record.name

    def render_open(self, record: ComparedObject) -> str:
        """The number, which leads to the deviations."""
        return _piece("compared_open", compared=record)

    def value_open(self, record: ComparedObject) -> int:
        """The number."""
        return record.open

    def render_checked_at(self, value: Any) -> str:
        """How long ago."""
        return _piece("age", at=value)

    def value_checked_at(self, value: Any) -> str:
        """The moment."""
        return str(value.isoformat())

    def render_problem(self, value: Mapping[str, str]) -> str:
        """The sentence."""
        return str(value.get("message", ""))


def _tab_url(row: Deviation) -> str:
    """The object's page, with the sub-tab of the resource where it has one."""
    url = row.compared.get_absolute_url()
    return f"{url}&tab={row.resource}" if row.resource in RESOURCES and row.compared.model is not None else url
