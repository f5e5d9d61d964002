"""The list of field policies."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from ..models import FieldPolicy
from ..words.labels import field_label, resource_label, server_names


class FieldPolicyTable(NetBoxTable):
    """One row per policy that somebody set; what is not listed has its built-in default."""

    resource = tables.Column(verbose_name=_("Resource"))
    field = tables.Column(verbose_name=_("Field"), linkify=True)
    server = tables.Column(verbose_name=_("Server"), empty_values=())
    policy = columns.ChoiceFieldColumn(verbose_name=_("Policy"))
    tags = columns.TagColumn(url_name="plugins:netbox_librenms_plugin:fieldpolicy_list")

    class Meta(NetBoxTable.Meta):
        model = FieldPolicy
        fields = (
            "pk",
            "id",
            "resource",
            "field",
            "server",
            "policy",
            "tags",
            "created",
            "last_updated",
            "actions",
        )
        default_columns = ("pk", "resource", "field", "server", "policy")
        empty_text = _(
            "No policies of your own: every field has its built-in default. Add one to keep LibreNMS from overwriting "
            "a field, or set all of them on the settings page."
        )

    def render_resource(self, value: str) -> Any:
        """In the words of the pages."""
        return resource_label(value)

    def render_field(self, value: str, record: Any) -> Any:
        """In the words of the pages."""
        return field_label(value, record.resource)

    def render_server(self, value: str) -> Any:
        """The server's display name."""
        return server_names().get(value, value) if value else _("Every server")

    def value_resource(self, value: str) -> str:
        """As imports and REST write it."""
        return value

    def value_field(self, value: str) -> str:
        """As imports and REST write it."""
        return value

    def value_server(self, value: str) -> str:
        """As imports and REST write it."""
        return value

    def value_policy(self, record: FieldPolicy) -> str:
        """As imports and REST write it."""
        return record.policy
