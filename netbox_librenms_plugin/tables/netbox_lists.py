"""The column that NetBox's own lists of devices and virtual machines get: what is stored of each row's differences."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from dcim.tables import DeviceTable
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.registry import registry
from utilities.tables import register_table_column
from virtualization.tables import VirtualMachineTable

from ..deviations.counting import Standing, standings
from ..models import ComparedObject
from ..models.compared_object import reads_pages

NAME = "librenms_differences"
CELL = "netbox_librenms_plugin/inc/differences_cell.html"
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


def register() -> None:
    """Give NetBox's lists the column, once in a process."""
    for table in (DeviceTable, VirtualMachineTable):
        if NAME not in registry["tables"][table]:
            register_table_column(DifferencesColumn(), NAME, table)
