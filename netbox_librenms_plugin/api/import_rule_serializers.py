"""Import rules and ignored devices as REST shows them."""

from typing import Any

from dcim.api.serializers import DeviceRoleSerializer, SiteSerializer
from extras.api.serializers import TagSerializer
from extras.models import Tag
from netbox.api.fields import SerializedPKRelatedField
from netbox.api.serializers import NetBoxModelSerializer
from tenancy.api.serializers import TenantSerializer
from virtualization.api.serializers import ClusterSerializer

from ..models import ImportIgnore, ImportRule
from ..models.import_rule import CONDITIONS, TARGETS
from ..texts import clean_text
from .mapping_serializers import BRIEF, FIRST, LAST
from .servers import require_configured


class ImportRuleSerializer(NetBoxModelSerializer):
    """A rule; an empty condition holds for every device, an empty ``server`` for every server.

    ``import_tags`` are those of what is imported, ``tags`` those of the rule.
    """

    role = DeviceRoleSerializer(nested=True, required=False, allow_null=True)
    site = SiteSerializer(nested=True, required=False, allow_null=True)
    tenant = TenantSerializer(nested=True, required=False, allow_null=True)
    cluster = ClusterSerializer(nested=True, required=False, allow_null=True)
    import_tags = SerializedPKRelatedField(
        queryset=Tag.objects.all(), serializer=TagSerializer, nested=True, required=False, many=True
    )

    class Meta:
        model = ImportRule
        fields = (
            *(*FIRST, "name", "weight", "enabled", "server", *CONDITIONS),
            *("as_vm", *TARGETS, "import_tags", "ignore", *LAST),
        )
        brief_fields = (*BRIEF, "name", "weight", "enabled")

    def validate_server(self, value: str) -> str:
        """A rule for a server that does not exist would look as if it did something."""
        return require_configured(value, current=getattr(self.instance, "server", ""))

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the model checks is checked on a copy, so what it makes of the texts is done here once more."""
        checked = dict(super().validate(data))
        return checked | {name: clean_text(checked[name]) for name in CONDITIONS if name in checked}


class ImportIgnoreSerializer(NetBoxModelSerializer):
    """A device that nobody wants in NetBox."""

    class Meta:
        model = ImportIgnore
        fields = (*FIRST, "server", "librenms_id", "hostname", *LAST)
        brief_fields = (*BRIEF, "server", "librenms_id", "hostname")

    def validate_server(self, value: str) -> str:
        """A device of a server that does not exist would look as if it were ignored."""
        return require_configured(value, current=getattr(self.instance, "server", ""))
