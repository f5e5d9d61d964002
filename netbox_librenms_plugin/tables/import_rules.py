"""The list of import rules: what each is for and what it gives, in the order in which they are tried."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar

import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import ImportRule
from ..models.import_rule import CONDITIONS, TARGETS
from ..words.labels import server_names

SHORT: dict[str, Any] = {
    "server": _("Server"),
    "librenms_os": _("OS"),
    "librenms_hardware": _("Hardware"),
    "librenms_type": _("Type"),
    "librenms_location": _("Location"),
    "name_pattern": _("Name"),
}


class ImportRuleTable(NetBoxTable):
    """One row per rule. Two columns sum up what others hold one by one, and stand for these in an export."""

    name = tables.Column(verbose_name=_("Name"), linkify=True)
    enabled = columns.BooleanColumn(verbose_name=_("Enabled"))
    fits = tables.Column(verbose_name=_("Fits devices with"), accessor="pk", orderable=False, exclude_from_export=True)
    gives = tables.TemplateColumn(
        verbose_name=_("Gives them"),
        template_name="netbox_librenms_plugin/inc/rule_results.html",
        orderable=False,
        exclude_from_export=True,
    )
    server = tables.Column(verbose_name=_("Server"), empty_values=())
    librenms_os = tables.Column(verbose_name=_("LibreNMS OS"))
    librenms_hardware = tables.Column(verbose_name=_("LibreNMS hardware"))
    librenms_type = tables.Column(verbose_name=_("LibreNMS type"))
    librenms_location = tables.Column(verbose_name=_("LibreNMS location"))
    name_pattern = tables.Column(verbose_name=_("Device name"))
    as_vm = columns.BooleanColumn(verbose_name=_("As virtual machine"))
    role = tables.Column(verbose_name=_("Role"), linkify=True)
    site = tables.Column(verbose_name=_("Site"), linkify=True)
    tenant = tables.Column(verbose_name=_("Tenant"), linkify=True)
    cluster = tables.Column(verbose_name=_("Cluster"), linkify=True)
    import_tags = tables.TemplateColumn(
        verbose_name=_("Tags of what is imported"),
        template_code="{% load helpers %}{% for tag in value.all %}{% tag tag %} {% endfor %}",
        orderable=False,
    )
    ignore = columns.BooleanColumn(verbose_name=_("Ignore"))
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:importrule_list")

    # Column that sums up → the columns whose values it shows
    parts: ClassVar[dict[str, tuple[str, ...]]] = {
        "fits": ("server", *CONDITIONS),
        "gives": ("as_vm", *TARGETS, "import_tags", "ignore"),
    }

    class Meta(NetBoxTable.Meta):
        model = ImportRule
        fields = (
            *("pk", "id", "weight", "name", "fits", "gives", "enabled", "server", *CONDITIONS),
            *("as_vm", *TARGETS, "import_tags", "ignore", "description", "tags", "created", "last_updated", "actions"),
        )
        default_columns = ("pk", "weight", "name", "fits", "gives", "enabled", "description")
        empty_text = _(
            "No rules of your own. Devices are imported by what LibreNMS says of them; add a rule to give a role, a "
            "site, a tenant or tags to devices that have something in common, or to leave them out."
        )

    def columns_to_export(self, names: Iterable[str]) -> list[str]:
        """These columns, each that sums up others replaced by them."""
        return list(dict.fromkeys(part for name in names for part in self.parts.get(name, (name,))))

    @cached_property
    def _servers(self) -> dict[str, str]:
        return server_names()

    def render_fits(self, record: ImportRule) -> SafeString:
        """One line per condition."""
        line = '<div><span class="text-secondary">{}</span> {}</div>'
        return format_html_join("", line, self._conditions(record))

    def _conditions(self, rule: ImportRule) -> Iterator[tuple[Any, Any]]:
        for name, label in SHORT.items():
            if value := getattr(rule, name):
                yield label, self._servers.get(value, value) if name == "server" else value

    def render_server(self, value: str) -> Any:
        """The server's display name."""
        return self._servers.get(value, value) if value else _("Every server")

    def value_server(self, value: str) -> str:
        """As imports and REST write it."""
        return value

    def value_import_tags(self, record: ImportRule) -> str:
        """As imports write them."""
        return ",".join(sorted(tag.slug for tag in record.import_tags.all()))
