"""The columns that NetBox's own lists get: what is stored of each row's differences, and what LibreNMS said last of how
it is."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from dcim.tables import DeviceInterfaceTable, DeviceTable, InterfaceTable
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.registry import registry
from utilities.tables import register_table_column
from virtualization.tables import VirtualMachineTable, VirtualMachineVMInterfaceTable, VMInterfaceTable

from ..deviations.counting import Standing, standings
from ..models import ComparedObject
from ..models.compared_object import reads_pages
from ..monitoring.known import Known, KnownList, known_of, known_of_interfaces
from ..monitoring.states import State, port_state, reached, state_of
from ..words.monitoring import COLOURS, PORT_COLOURS, PORT_STATES, STATES
from ..words.polled import moment_of, text

NAME = "librenms_differences"
CELL = "netbox_librenms_plugin/inc/differences_cell.html"
STATE_CELL = "netbox_librenms_plugin/inc/state_cell.html"
POLLED_CELL = "netbox_librenms_plugin/inc/polled_cell.html"
DEVIATIONS = "plugins:netbox_librenms_plugin:deviation_list"


class DifferencesColumn(tables.Column):
    """How many differences to LibreNMS an object has. What was not compared has no number: that is no agreement."""

    def __init__(self, verbose_name: Any = _("LibreNMS differences"), **options: Any) -> None:
        super().__init__(accessor="pk", verbose_name=verbose_name, empty_values=(), **options)
        # NetBox gives each table a copy of the column
        self._read: tuple[Any, Mapping[int, Standing] | None] = (None, None)

    def render(self, record: Any, table: Any) -> str:
        """The number, which leads to the deviations."""
        found = self._standings(table)
        if found is None:
            return "–"
        shown = {
            "kind": record._meta.model_name,
            "object_id": record.pk,
            "counted": "true",
            "state": ("open", "failed"),
        }
        url = f"{reverse(DEVIATIONS)}?{urlencode(shown, doseq=True)}"
        return str(get_template(CELL).render({"standing": found.get(record.pk), "url": url}))

    def value(self, record: Any, table: Any) -> int | None:
        """The number alone, for exports."""
        standing = (self._standings(table) or {}).get(record.pk)
        return standing.open if standing is not None and standing.known else None

    def order(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """By the stored number; what was not compared comes last."""
        numbers = ComparedObject.objects.filter(kind=queryset.model._meta.model_name, object_id=OuterRef("pk"))
        number = numbers.exclude(checked_at=None).order_by().values("object_id").annotate(n=Sum("open")).values("n")
        by = F("_librenms_open")
        order = by.desc(nulls_last=True) if is_descending else by.asc(nulls_last=True)
        return queryset.annotate(_librenms_open=Subquery(number)).order_by(order, "pk"), True

    def _standings(self, table: Any) -> Mapping[int, Standing] | None:
        """Of all rows that are shown: one query. None for who may not read the plugin's pages."""
        page = getattr(table, "page", None)
        shown = page if page is not None else table
        if self._read[0] is not shown:
            self._read = shown, self._found(table, page)
        return self._read[1]

    def _found(self, table: Any, page: Any) -> Mapping[int, Standing] | None:
        request = getattr(table, "request", None)
        user = getattr(request, "user", None)
        if user is None or not reads_pages(user):
            return None
        rows: Iterable[Any] = (one.record for one in page.object_list) if page is not None else table.data
        return standings(table._meta.model._meta.model_name, [one.pk for one in rows])


class KnownColumn(tables.Column):
    """A column of what LibreNMS said last, from the cache alone: for no list LibreNMS is asked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(accessor="pk", empty_values=(), orderable=False, **options)

    def known(self, record: Any, table: Any) -> tuple[Known | None, KnownList]:
        """What is known of a row, and of all rows that are shown; nothing for who may not read the plugin's pages."""
        page = getattr(table, "page", None)
        shown = page if page is not None else table
        # Both columns of a table, and all its rows, share one reading
        kept: Any = getattr(table, "_librenms_known", None)
        if kept is None or kept[0] is not shown:
            kept = table._librenms_known = shown, self._read(table, page)
        found: KnownList = kept[1]
        return found.objects.get(record.pk), found

    @staticmethod
    def _read(table: Any, page: Any) -> KnownList:
        user = getattr(getattr(table, "request", None), "user", None)
        if user is None or not reads_pages(user):
            return KnownList(objects={})
        rows = [one.record for one in page.object_list] if page is not None else list(table.data)
        interfaces = table._meta.model._meta.model_name in ("interface", "vminterface")
        return known_of_interfaces(rows) if interfaces else known_of(rows)


class StateColumn(KnownColumn):
    """Up, down, or what else LibreNMS says."""

    def __init__(self) -> None:
        super().__init__(verbose_name=_("LibreNMS state"))

    def render(self, record: Any, table: Any) -> str:
        """The word with a dot in its colour."""
        known, _everything = self.known(record, table)
        return str(get_template(STATE_CELL).render({"known": known, **_state(known, record)}))

    def value(self, record: Any, table: Any) -> str | None:
        """The word alone, for exports."""
        known, _everything = self.known(record, table)
        label = _state(known, record).get("label")
        return None if label is None else str(label)


class PolledColumn(KnownColumn):
    """When LibreNMS polled the device last."""

    def __init__(self) -> None:
        super().__init__(verbose_name=_("LibreNMS last polled"))

    def render(self, record: Any, table: Any) -> str:
        """As an age, where the clock of the server is known."""
        polled, moment = self._polled(record, table)
        return str(get_template(POLLED_CELL).render({"polled": polled, "at": moment}))

    def value(self, record: Any, table: Any) -> str | None:
        """The moment, else the time as LibreNMS says it, for exports."""
        polled, moment = self._polled(record, table)
        return moment.isoformat() if moment is not None else polled or None

    def _polled(self, record: Any, table: Any) -> tuple[str, datetime | None]:
        known, everything = self.known(record, table)
        polled = text(known.device.last_polled) if known is not None and known.device is not None else ""
        return polled, moment_of(polled, everything.clock) if polled else None


def _state(known: Known | None, record: Any) -> dict[str, Any]:
    """Of an interface its port's; nothing where nothing is known of it."""
    if known is None:
        return {}
    if record._meta.model_name in ("interface", "vminterface"):
        if known.port is None:
            return {}
        port = port_state(known.port)
        return {"label": PORT_STATES[port], "color": PORT_COLOURS.get(port, "secondary")}
    if known.device is None:
        return {}
    state = state_of(known.device)
    reason = STATES[reached(known.device)] if state is State.IGNORED else text(known.device.status_reason)
    return {"label": STATES[state], "color": COLOURS.get(state, "secondary"), "reason": reason}


OBJECTS = (DeviceTable, VirtualMachineTable)
INTERFACES = (InterfaceTable, DeviceInterfaceTable, VMInterfaceTable, VirtualMachineVMInterfaceTable)


def register() -> None:
    """Give NetBox's lists the columns, once in a process."""
    for table in OBJECTS:
        _add(DifferencesColumn(), NAME, table)
    for table in (*OBJECTS, *INTERFACES):
        _add(StateColumn(), "librenms_state", table)
        _add(PolledColumn(), "librenms_polled", table)


def _add(column: tables.Column, name: str, table: Any) -> None:
    if name not in registry["tables"][table]:
        register_table_column(column, name, table)
