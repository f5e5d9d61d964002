"""The list of push rules: what each is for and how it adds, in the order in which they are tried."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import PushRule
from ..models.push_rule import CONDITIONS
from ..words.labels import server_names


class PushRuleTable(NetBoxTable):
    """One row per rule. One column sums up its conditions, and stands for these in an export."""

    name = tables.Column(verbose_name=_("Name"), linkify=True)
    enabled = columns.BooleanColumn(verbose_name=_("Enabled"))
    fits = tables.TemplateColumn(
        verbose_name=_("Fits devices and virtual machines with"),
        template_name="netbox_librenms_plugin/inc/push_conditions.html",
        orderable=False,
        exclude_from_export=True,
    )
    server = tables.Column(verbose_name=_("Server"), empty_values=())
    role = tables.Column(verbose_name=_("Role"), linkify=True)
    site = tables.Column(verbose_name=_("Site"), linkify=True)
    platform = tables.Column(verbose_name=_("Platform"), linkify=True)
    tenant = tables.Column(verbose_name=_("Tenant"), linkify=True)
    vrf = tables.Column(verbose_name=_("VRF"), linkify=True)
    object_tag = tables.Column(verbose_name=_("Tag"))
    profile = tables.Column(verbose_name=_("SNMP profile"))
    address = columns.ChoiceFieldColumn(verbose_name=_("Reach it by"))
    give_location = columns.BooleanColumn(verbose_name=_("Give the site as location"))
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:pushrule_list")

    class Meta(NetBoxTable.Meta):
        model = PushRule
        fields = (
            *("pk", "id", "weight", "name", "fits", "profile", "address", "give_location", "enabled", "server"),
            *(*CONDITIONS, "description", "tags", "created", "last_updated", "actions"),
        )
        default_columns = ("pk", "weight", "name", "fits", "profile", "address", "enabled", "description")
        empty_text = _(
            "No push rules of your own. One is needed to add devices to LibreNMS: it says with which SNMP profile and "
            "by which address. A rule without conditions is for all devices."
        )

    def columns_to_export(self, names: Iterable[str]) -> list[str]:
        """These columns, the one that sums up others replaced by them."""
        parts = {"fits": ("server", *CONDITIONS)}
        return list(dict.fromkeys(part for name in names for part in parts.get(name, (name,))))

    @cached_property
    def servers(self) -> dict[str, str]:
        """Key → what people know the server by."""
        return server_names()

    def render_server(self, value: str) -> Any:
        """The server's display name."""
        return self.servers.get(value, value) if value else _("Every server")

    def value_server(self, value: str) -> str:
        """As imports and REST write it."""
        return value

    def value_address(self, record: PushRule) -> str:
        """As imports and REST write it."""
        return record.address

    def value_vrf(self, record: PushRule) -> str:
        """As imports write it, without its route distinguisher."""
        return record.vrf.name if record.vrf else ""

    def value_object_tag(self, record: PushRule) -> str:
        """As imports write it."""
        return record.object_tag.name if record.object_tag else ""
