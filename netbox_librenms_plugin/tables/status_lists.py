"""The tables of the status lists: NetBox's own columns of devices and virtual machines, and LibreNMS's beside them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import django_tables2 as tables
from dcim.tables import DeviceTable
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _
from virtualization.tables import VirtualMachineTable

from ..choices import DeviceStateChoices
from ..fleet_sync.finding import DEVICE, VIRTUAL_MACHINE
from ..sync.core.device_state import DeviceState
from ..sync.core.normalise import text
from ..sync.status.choosing import software, uptime_of
from ..sync.status.rows import LinkState, StatusRow
from ..words.sentences import sentence
from .netbox_lists import NAME as DIFFERENCES
from .netbox_lists import DifferencesColumn

INC = "netbox_librenms_plugin/inc"
LABELS: dict[LinkState, Any] = {
    LinkState.LINKED: _("Linked"),
    LinkState.FOUND: _("Found"),
    LinkState.UNKNOWN: _("Unknown"),
    LinkState.AMBIGUOUS: _("Ambiguous"),
    LinkState.DOUBTFUL: _("Doubtful"),
}
TITLES: dict[LinkState, Any] = {
    LinkState.LINKED: _("NetBox has its LibreNMS ID"),
    LinkState.FOUND: _("LibreNMS has exactly one such device, and NetBox does not have its ID yet"),
    LinkState.UNKNOWN: _("LibreNMS does not have it"),
    LinkState.AMBIGUOUS: _("It could be several: a person decides which"),
    LinkState.DOUBTFUL: _("Something says that it is another device"),
}
TONES: dict[LinkState, str] = {
    LinkState.LINKED: "quiet",
    LinkState.FOUND: "write",
    LinkState.UNKNOWN: "quiet",
    LinkState.AMBIGUOUS: "decide",
    LinkState.DOUBTFUL: "decide",
}
MONITORING_TITLES: dict[DeviceState, Any] = {
    DeviceState.UP: _("LibreNMS reaches it"),
    DeviceState.DOWN: _("LibreNMS does not reach it"),
    DeviceState.DISABLED: _("LibreNMS does not poll it"),
    DeviceState.IGNORED: _("LibreNMS raises no alerts about it"),
}
# A column of LibreNMS's → what its rows are sorted by
PREFIX = "librenms_"
OWN_COLUMNS = tuple(f"{PREFIX}{name}" for name in ("state", "device", "monitoring", "polled", "uptime", "version"))
COLUMNS = (*OWN_COLUMNS, DIFFERENCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAround:
    """What rows need beside themselves: where each object stands (nothing where LibreNMS could not be asked), what is
    known of its device in words (``facts``), and addresses."""

    rows: Mapping[int, StatusRow] = field(default_factory=dict)
    facts: Mapping[int, Any] = field(default_factory=dict)
    librenms_url: Callable[[int], str] | None = None
    tab_url: Callable[[int], str] | None = None


class StatusColumn(tables.Column):
    """A column of LibreNMS's: a piece of template, and a plain value for exports."""

    def __init__(self, verbose_name: Any, piece: str, value: Callable[[StatusRow], Any]) -> None:
        super().__init__(accessor="pk", verbose_name=verbose_name, empty_values=())
        self._piece, self._value = piece, value

    def render(self, record: Any, table: Any) -> str:
        """The cell; a dash where nothing is known."""
        row = table.around.rows.get(record.pk)
        if row is None:
            return "–"
        shown = {
            "row": row,
            "label": LABELS[row.link],
            "title": TITLES[row.link],
            "tone": TONES[row.link],
            "facts": table.around.facts.get(record.pk),
            "monitoring": row.monitoring.value if row.monitoring else "",
            "monitoring_label": DeviceStateChoices.LABELS[row.monitoring] if row.monitoring else "",
            "monitoring_title": MONITORING_TITLES[row.monitoring] if row.monitoring else "",
            "url": table.around.librenms_url(row.librenms_id) if table.around.librenms_url and row.device else "",
        }
        return str(get_template(f"{INC}/status_{self._piece}.html").render(shown))

    def value(self, record: Any, table: Any) -> Any:
        """What exports have."""
        row = table.around.rows.get(record.pk)
        return None if row is None else self._value(row)


def _hostname(row: StatusRow) -> str | None:
    return text(row.device.hostname) if row.device is not None else None


def _polled(row: StatusRow) -> str | None:
    return text(row.device.last_polled) if row.device is not None else None


class StatusTable(tables.Table):
    """What both tables have beside NetBox's columns."""

    librenms_state = StatusColumn(_("LibreNMS"), "link", lambda row: row.link.value)
    librenms_device = StatusColumn(_("LibreNMS device"), "device", _hostname)
    librenms_monitoring = StatusColumn(
        _("Monitoring"), "monitoring", lambda row: row.monitoring.value if row.monitoring else None
    )
    librenms_polled = StatusColumn(_("Last polled"), "polled", _polled)
    librenms_uptime = StatusColumn(_("Uptime"), "uptime", uptime_of)
    librenms_version = StatusColumn(_("OS version"), "version", software)
    librenms_differences = DifferencesColumn(_("Differences"))

    around = StatusAround()

    def arrange(self, user: Any, *, around: StatusAround = StatusAround()) -> None:
        """Show the user's columns."""
        table: Any = self
        self.around = around
        # Links that somebody else made for NetBox's own list, whose permissions that list looks after
        table.exclude = (*table.exclude, *(name for name in self.columns.names() if name.startswith("cl_")))
        chosen = user.config.get(f"tables.{table.name}.columns") if user.is_authenticated else None
        table._set_columns(chosen or table.Meta.default_columns)
        self.columns.show("pk")
        table._apply_prefetching()

    @property
    def width(self) -> int:
        """How many columns there are beside the boxes."""
        return len(list(self.columns)) - 1


def why(record: Any, table: Any) -> str:
    """Why a row is in doubt, or can be several: a line of its own, across the whole row."""
    row = table.around.rows.get(record.pk)
    return sentence(row.reason) if row is not None and row.reason is not None else ""


def tab(record: Any, table: Any) -> str:
    """Address of the object's LibreNMS tab."""
    return table.around.tab_url(record.pk) if table.around.tab_url is not None else ""


_ATTRS = {"class": "table table-hover object-list librenms-table librenms-status-table"}
_ROW_ATTRS = {"id": lambda record: f"librenms-object-{record.pk}", "why": why, "tab": tab}
_SHOWN = tuple(name for name in COLUMNS if name != f"{PREFIX}device")


class DeviceStatusTable(StatusTable, DeviceTable):
    """NetBox's devices beside LibreNMS."""

    actions = None

    class Meta(DeviceTable.Meta):
        fields = (*DeviceTable.Meta.fields, *COLUMNS)
        default_columns = ("pk", "name", "status", "site", "role", *_SHOWN)
        attrs, row_attrs = _ATTRS, _ROW_ATTRS


class VirtualMachineStatusTable(StatusTable, VirtualMachineTable):
    """NetBox's virtual machines beside LibreNMS."""

    actions = None

    class Meta(VirtualMachineTable.Meta):
        fields = (*VirtualMachineTable.Meta.fields, *COLUMNS)
        default_columns = ("pk", "name", "status", "cluster", "role", *_SHOWN)
        attrs, row_attrs = _ATTRS, _ROW_ATTRS


TABLES: Mapping[str, Any] = {DEVICE: DeviceStatusTable, VIRTUAL_MACHINE: VirtualMachineStatusTable}
