"""Who may compare and sync over REST: the plugin's rights, and a token that may write."""

from typing import Any

from netbox.api.authentication import IsAuthenticatedOrLoginNotRequired
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from users.models import Token
from utilities.permissions import get_permission_for_model

from ..models import LibreNMSSettings


class PluginPermission(IsAuthenticatedOrLoginNotRequired):
    """``view_librenmssettings`` to read, ``change_librenmssettings`` and a writing token for everything else."""

    right_to_write = "change"
    model: Any = LibreNMSSettings

    def has_permission(self, request: Request, view: Any) -> bool:
        """Before the object is looked up; NetBox's permissions on it come on top."""
        if not super().has_permission(request, view):
            return False
        reads = request.method in SAFE_METHODS
        if isinstance(request.auth, Token) and not (reads or request.auth.write_enabled):
            return False
        if request.method == "OPTIONS":
            return True
        right = "view" if reads else self.right_to_write
        return bool(request.user.has_perm(get_permission_for_model(self.model, right)))
