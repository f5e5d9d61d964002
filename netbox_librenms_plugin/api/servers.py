"""Keys of servers in what REST takes."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from ..words.labels import server_names


def require_configured(server: str, *, current: str) -> str:
    """The key of a configured server, the empty one, or the one that was stored all along."""
    known = server_names()
    if server in ("", current, *known):
        return server
    raise serializers.ValidationError(
        _("No LibreNMS server with the key “{key}” is configured. Choose one of: {known}").format(
            key=server, known=", ".join(known)
        )
    )
