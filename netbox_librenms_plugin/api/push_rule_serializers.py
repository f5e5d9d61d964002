"""Push rules as REST shows them."""

from dcim.api.serializers import DeviceRoleSerializer, PlatformSerializer, SiteSerializer
from django.utils.translation import gettext as _
from extras.api.serializers import TagSerializer
from ipam.api.serializers import VRFSerializer
from netbox.api.fields import ChoiceField
from netbox.api.serializers import NetBoxModelSerializer
from rest_framework import serializers
from tenancy.api.serializers import TenantSerializer

from ..choices import PushAddressChoices
from ..models import PushRule
from ..models.push_rule import CONDITIONS
from ..words.labels import profile_choices
from .mapping_serializers import BRIEF, FIRST, LAST
from .servers import require_configured


class PushRuleSerializer(NetBoxModelSerializer):
    """A rule; an empty condition holds for everything, an empty ``server`` for every server.

    ``object_tag`` is a tag of the devices, ``tags`` are those of the rule. ``profile`` is a name in NetBox's
    configuration; what is in it is not shown.
    """

    role = DeviceRoleSerializer(nested=True, required=False, allow_null=True)
    site = SiteSerializer(nested=True, required=False, allow_null=True)
    platform = PlatformSerializer(nested=True, required=False, allow_null=True)
    tenant = TenantSerializer(nested=True, required=False, allow_null=True)
    vrf = VRFSerializer(nested=True, required=False, allow_null=True)
    object_tag = TagSerializer(nested=True, required=False, allow_null=True)
    address = ChoiceField(choices=PushAddressChoices, required=False)

    class Meta:
        model = PushRule
        fields = (
            *(*FIRST, "name", "weight", "enabled", "server", *CONDITIONS),
            *("profile", "address", "give_location", *LAST),
        )
        brief_fields = (*BRIEF, "name", "weight", "enabled")

    def validate_server(self, value: str) -> str:
        """A rule for a server that does not exist would look as if it did something."""
        return require_configured(value, current=getattr(self.instance, "server", ""))

    def validate_profile(self, value: str) -> str:
        """One of the configuration, or the one that was stored all along."""
        known = [name for name, _label in profile_choices(current=getattr(self.instance, "profile", ""))]
        if value in known:
            return value
        sentence = _("NetBox's configuration has no SNMP profile “{name}”. Choose one of: {known}")
        raise serializers.ValidationError(sentence.format(name=value, known=", ".join(known) or "–"))
