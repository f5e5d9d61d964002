"""Bodies in which every name must be known."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class StrictSerializer(serializers.Serializer):
    """A misspelt name must not write something else than was meant, so unknown names are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """As ever, once every name is known."""
        if isinstance(data, dict) and (unknown := sorted(str(name) for name in data if name not in self.fields)):
            raise serializers.ValidationError({unknown[0][:50]: _("There is no such option.")})
        return super().to_internal_value(data)
