"""The list of devices that nobody wants in NetBox."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import ImportIgnore
from ..words.labels import server_names


class ImportIgnoreTable(NetBoxTable):
    """One row per ignored device."""

    hostname = tables.Column(verbose_name=_("Hostname"), linkify=True, empty_values=())
    librenms_id = tables.Column(verbose_name=_("LibreNMS ID"))
    server = tables.Column(verbose_name=_("Server"))
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:importignore_list")

    class Meta(NetBoxTable.Meta):
        model = ImportIgnore
        fields = (
            *("pk", "id", "hostname", "librenms_id", "server"),
            *("description", "tags", "created", "last_updated", "actions"),
        )
        default_columns = ("pk", "hostname", "librenms_id", "server", "description", "created")
        empty_text = _(
            "No device is ignored. Ignore devices in the import list to leave them out of it, for everybody; to leave "
            "out devices that have something in common, add an import rule."
        )

    def render_hostname(self, record: ImportIgnore) -> str:
        """Where nobody wrote down what LibreNMS called it, its number."""
        return record.hostname or f"#{record.librenms_id}"

    def value_hostname(self, record: ImportIgnore) -> str:
        """As imports and REST write it."""
        return record.hostname

    def render_server(self, value: str) -> Any:
        """The server's display name."""
        return server_names().get(value, value)

    def value_server(self, value: str) -> str:
        """As imports and REST write it."""
        return value
