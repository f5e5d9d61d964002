"""The lists of mappings."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns
from utilities.templatetags.helpers import humanize_speed

from ..models import DeviceTypeMapping, InterfaceTypeMapping, LocationMapping, PlatformMapping

FIRST = ("pk", "id")
LAST = ("description", "tags", "created", "last_updated", "actions")


class DeviceTypeMappingTable(NetBoxTable):
    """Which device type a hardware text means."""

    librenms_hardware = tables.Column(verbose_name=_("LibreNMS hardware"), linkify=True)
    manufacturer = tables.Column(verbose_name=_("Manufacturer"), accessor="device_type__manufacturer", linkify=True)
    device_type = tables.Column(verbose_name=_("Device type"), linkify=True)
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:devicetypemapping_list")

    class Meta(NetBoxTable.Meta):
        model = DeviceTypeMapping
        fields = (*FIRST, "librenms_hardware", "manufacturer", "device_type", *LAST)
        default_columns = ("pk", "librenms_hardware", "manufacturer", "device_type", "description")
        empty_text = _(
            "No mappings of your own. A device type whose part number or model is exactly what LibreNMS says is found "
            "without one; add a mapping where the two write it differently."
        )


class PlatformMappingTable(NetBoxTable):
    """Which platform an operating system means."""

    librenms_os = tables.Column(verbose_name=_("LibreNMS OS"), linkify=True)
    manufacturer = tables.Column(verbose_name=_("Manufacturer"), accessor="platform__manufacturer", linkify=True)
    platform = tables.Column(verbose_name=_("Platform"), linkify=True)
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:platformmapping_list")

    class Meta(NetBoxTable.Meta):
        model = PlatformMapping
        fields = (*FIRST, "librenms_os", "manufacturer", "platform", *LAST)
        default_columns = ("pk", "librenms_os", "platform", "description")
        empty_text = _(
            "No mappings of your own. A platform whose name or slug is exactly LibreNMS's short name of the system is "
            "found without one; add a mapping where the two write it differently."
        )


class LocationMappingTable(NetBoxTable):
    """Which site, and location in it, a LibreNMS location means."""

    librenms_location = tables.Column(verbose_name=_("LibreNMS location"), linkify=True)
    site = tables.Column(verbose_name=_("Site"), linkify=True)
    location = tables.Column(verbose_name=_("Location"), linkify=True)
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:locationmapping_list")

    class Meta(NetBoxTable.Meta):
        model = LocationMapping
        fields = (*FIRST, "librenms_location", "site", "location", *LAST)
        default_columns = ("pk", "librenms_location", "site", "location", "description")
        empty_text = _(
            "No mappings of your own. A site whose name or slug is exactly LibreNMS's location is found without one; "
            "add a mapping where the two write it differently."
        )


class InterfaceTypeMappingTable(NetBoxTable):
    """Which interface type a port has."""

    librenms_type = tables.Column(verbose_name=_("LibreNMS type"), linkify=True)
    librenms_speed = tables.Column(verbose_name=_("Speed"), empty_values=())
    netbox_type = columns.ChoiceFieldColumn(verbose_name=_("NetBox type"))
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:interfacetypemapping_list")

    class Meta(NetBoxTable.Meta):
        model = InterfaceTypeMapping
        fields = (*FIRST, "librenms_type", "librenms_speed", "netbox_type", *LAST)
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
