"""The mappings as REST shows them."""

from typing import Any

from dcim.api.serializers import DeviceTypeSerializer, LocationSerializer, PlatformSerializer, SiteSerializer
from dcim.choices import InterfaceTypeChoices
from netbox.api.fields import ChoiceField
from netbox.api.serializers import NetBoxModelSerializer

from ..models import DeviceTypeMapping, InterfaceTypeMapping, LocationMapping, PlatformMapping
from ..texts import clean_text

FIRST = ("id", "url", "display_url", "display")
LAST = ("description", "tags", "custom_fields", "created", "last_updated")
BRIEF = ("id", "url", "display", "description")


class MappingSerializer(NetBoxModelSerializer):
    """What all mappings share."""

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the model makes of LibreNMS's text is made on a copy, so it is done here once more."""
        checked = dict(super().validate(data))
        name = self.Meta.model.text_field
        return checked | ({name: clean_text(checked[name])} if name in checked else {})


class DeviceTypeMappingSerializer(MappingSerializer):
    """Which device type LibreNMS's hardware means."""

    device_type = DeviceTypeSerializer(nested=True)

    class Meta:
        model = DeviceTypeMapping
        fields = (*FIRST, "librenms_hardware", "device_type", *LAST)
        brief_fields = (*BRIEF, "librenms_hardware", "device_type")


class PlatformMappingSerializer(MappingSerializer):
    """Which platform LibreNMS's operating system means."""

    platform = PlatformSerializer(nested=True)

    class Meta:
        model = PlatformMapping
        fields = (*FIRST, "librenms_os", "platform", *LAST)
        brief_fields = (*BRIEF, "librenms_os", "platform")


class LocationMappingSerializer(MappingSerializer):
    """Which site LibreNMS's location means; ``location`` null leaves the location of devices alone."""

    site = SiteSerializer(nested=True)
    location = LocationSerializer(nested=True, required=False, allow_null=True)

    class Meta:
        model = LocationMapping
        fields = (*FIRST, "librenms_location", "site", "location", *LAST)
        brief_fields = (*BRIEF, "librenms_location", "site", "location")


class InterfaceTypeMappingSerializer(NetBoxModelSerializer):
    """A mapping; ``librenms_speed`` is in Kbps, null means any."""

    netbox_type = ChoiceField(choices=InterfaceTypeChoices)

    class Meta:
        model = InterfaceTypeMapping
        fields = (*FIRST, "librenms_type", "librenms_speed", "netbox_type", *LAST)
        brief_fields = (*BRIEF, "librenms_type", "librenms_speed", "netbox_type")
