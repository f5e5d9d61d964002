"""The list of interface type mappings."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns
from utilities.templatetags.helpers import humanize_speed

from ..models import InterfaceTypeMapping


class InterfaceTypeMappingTable(NetBoxTable):
    """One row per mapping."""

    librenms_type = tables.Column(verbose_name=_("LibreNMS type"), linkify=True)
    librenms_speed = tables.Column(verbose_name=_("Speed"), empty_values=())
    netbox_type = columns.ChoiceFieldColumn(verbose_name=_("NetBox type"))
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:interfacetypemapping_list")

    class Meta(NetBoxTable.Meta):
        model = InterfaceTypeMapping
        fields = (
            "pk",
            "id",
            "librenms_type",
            "librenms_speed",
            "netbox_type",
            "description",
            "tags",
            "created",
            "last_updated",
            "actions",
        )
        default_columns = ("pk", "librenms_type", "librenms_speed", "netbox_type", "description")
        empty_text = _(
            "No mappings of your own. Usual types (Ethernet by speed, LAG, loopback, VLAN, tunnel, Wi-Fi) are known "
            "without one; add a mapping where LibreNMS's type should become another type in NetBox."
        )

    def render_librenms_speed(self, value: int | None) -> Any:
        """In the unit people use."""
        return _("any") if value is None else humanize_speed(value)

    def value_librenms_speed(self, value: int | None) -> int | None:
        """Kbps, as imports and REST write it."""
        return value

    def value_netbox_type(self, record: InterfaceTypeMapping) -> str:
        """As imports and REST write it."""
        return record.netbox_type
