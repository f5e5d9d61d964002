"""The plugin's models as REST shows them."""

from typing import Any

from core.models import ObjectType
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from extras.api.serializers import TagSerializer
from netbox.api.fields import ChoiceField, ContentTypeField
from netbox.api.gfk_fields import GFKSerializerField
from netbox.api.serializers import BaseModelSerializer, NetBoxModelSerializer
from rest_framework import serializers
from rest_framework.reverse import reverse
from users.api.serializers import UserSerializer

from ..choices import (
    DeviceNameSourceChoices,
    InterfaceNameFieldChoices,
    NotesSourceChoices,
    PolicyChoices,
    SyncStateChoices,
)
from ..models import FieldPolicy, IdentityConfirmation, LibreNMSSettings, SyncRun
from .deviation_serializers import (
    CauseSerializer,
    ComparedObjectSerializer,
    DailyTotalSerializer,
    DeviationSerializer,
)
from .import_rule_serializers import ImportIgnoreSerializer, ImportRuleSerializer
from .mapping_serializers import (
    DeviceTypeMappingSerializer,
    InterfaceTypeMappingSerializer,
    LocationMappingSerializer,
    PlatformMappingSerializer,
)
from .push_rule_serializers import PushRuleSerializer
from .run_serializers import RunItemSerializer, RunSerializer
from .schedule_serializers import ScheduleSerializer
from .servers import require_configured

# NetBox looks for a model's serializer here
__all__ = (
    "CauseSerializer",
    "ComparedObjectSerializer",
    "DailyTotalSerializer",
    "DeviationSerializer",
    "DeviceTypeMappingSerializer",
    "FieldPolicySerializer",
    "ImportIgnoreSerializer",
    "ImportRuleSerializer",
    "PushRuleSerializer",
    "RunItemSerializer",
    "RunSerializer",
    "ScheduleSerializer",
    "InterfaceTypeMappingSerializer",
    "LibreNMSSettingsSerializer",
    "LocationMappingSerializer",
    "PlatformMappingSerializer",
    "IdentityConfirmationSerializer",
    "SyncRunSerializer",
)


class FieldPolicySerializer(NetBoxModelSerializer):
    """A policy; an empty ``server`` means every server."""

    policy = ChoiceField(choices=PolicyChoices)

    class Meta:
        model = FieldPolicy
        fields = (
            "id",
            "url",
            "display_url",
            "display",
            "server",
            "resource",
            "field",
            "policy",
            "tags",
            "custom_fields",
            "created",
            "last_updated",
        )
        brief_fields = ("id", "url", "display", "server", "resource", "field", "policy")

    def validate_server(self, value: str) -> str:
        """A policy for a server that does not exist would look as if it did something."""
        return require_configured(value, current=getattr(self.instance, "server", ""))


class LibreNMSSettingsSerializer(NetBoxModelSerializer):
    """The one row of settings. Before anything was saved it has no ``id`` and shows the defaults."""

    id = serializers.IntegerField(read_only=True, allow_null=True)
    url = serializers.SerializerMethodField()
    interface_name_field = ChoiceField(choices=InterfaceNameFieldChoices, required=False)
    device_name_source = ChoiceField(choices=DeviceNameSourceChoices, required=False)
    notes_from = ChoiceField(choices=NotesSourceChoices, required=False)
    cable_tag = TagSerializer(nested=True, required=False, allow_null=True)

    class Meta:
        model = LibreNMSSettings
        fields = (
            "id",
            "url",
            "display",
            "selected_server",
            "interface_name_field",
            "device_name_source",
            "strip_domain",
            "member_name_pattern",
            "include_reserved_vlans",
            "include_link_local",
            "include_loopback",
            "location_pattern",
            "location_tolerance",
            "times_before_open",
            "unseen_days",
            "fewer_percent",
            "os_version_in",
            "status_map",
            "kept_fields",
            "monitoring_map",
            "notes_from",
            "parent_roles",
            "unrecorded_neighbours",
            "cable_label",
            "cable_tag",
            "tags",
            "custom_fields",
            "created",
            "last_updated",
        )
        brief_fields = ("id", "url", "display", "selected_server", "interface_name_field")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, instance: LibreNMSSettings) -> str:
        """There is one row, so its address holds no id."""
        name = "plugins-api:netbox_librenms_plugin-api:librenmssettings"
        return str(reverse(name, request=self.context.get("request")))

    def to_representation(self, instance: LibreNMSSettings) -> dict[str, Any]:
        """What was never saved has no tags, and cannot be asked for them."""
        if instance.pk is None:
            self.fields.pop("tags", None)
        return dict(super().to_representation(instance))

    def validate_selected_server(self, value: str) -> str:
        """Only a configured server can be asked."""
        return require_configured(value, current=getattr(self.instance, "selected_server", ""))


class IdentityConfirmationSerializer(BaseModelSerializer):
    """That somebody confirmed an object to be the LibreNMS device that it is linked to, although clues denied it."""

    user = UserSerializer(nested=True, read_only=True)
    object_type = ContentTypeField(queryset=ObjectType.objects.all())

    class Meta:
        model = IdentityConfirmation
        fields = ("id", "display", "created", "user", "user_name", "object_type", "object_id", "server", "librenms_id")
        read_only_fields = fields
        brief_fields = ("id", "display", "created", "server", "librenms_id")


class SyncRunSerializer(BaseModelSerializer):
    """What was applied to one object. ``results``: per resource the rows written, failed and stale, and what
    was not looked at."""

    url = serializers.HyperlinkedIdentityField(view_name="plugins-api:netbox_librenms_plugin-api:syncrun-detail")
    user = UserSerializer(nested=True, read_only=True)
    object_type = ContentTypeField(queryset=ObjectType.objects.all())
    object = GFKSerializerField(read_only=True)
    state = ChoiceField(choices=SyncStateChoices)
    results = serializers.SerializerMethodField()

    class Meta:
        model = SyncRun
        fields = (
            "id",
            "url",
            "display",
            "created",
            "user",
            "user_name",
            "request_id",
            "object_type",
            "object_id",
            "object",
            "object_repr",
            "server",
            "librenms_id",
            "branch",
            "state",
            "run",
            "undone_by",
            "results",
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "created", "object_repr", "state")

    @extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
    def get_results(self, run: SyncRun) -> list[dict[str, Any]]:
        """As kept with the run: reason codes with their details."""
        return list(run.results)
