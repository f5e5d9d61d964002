"""The card that says which LibreNMS servers know an object: where there are several, or one that is gone."""

from dataclasses import dataclass
from typing import Any

from utilities.permissions import get_permission_for_model

from ...librenms.identity import FIELD, named_servers
from ...librenms_api import LibreNMSAPI
from .object_view import BaseObjectSyncView, query_string


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownServer:
    """One server and the object's id there. ``stored`` is whether the custom field has an entry for it."""

    key: str
    name: str
    configured: bool
    in_use: bool
    stored: bool
    librenms_id: int | None = None
    tab_url: str = ""
    librenms_url: str = ""
    link_url: str = ""


class ServersMixin(BaseObjectSyncView):
    """Builds the card."""

    def servers_context(self, instance: Any) -> dict[str, Any]:
        """Nothing where there is one server and no entry for another. Reads the object alone. Needs ``api``."""
        configured = self.api.servers()
        field = instance.custom_field_data.get(FIELD)
        stored = named_servers(field, default_key=self.api.bare_key)
        if len(configured) < 2 and not set(stored) - set(configured):
            return {}
        return {
            "servers": [self._known(instance, key, stored) for key in dict.fromkeys((*configured, *stored))],
            "bare": bool(stored) and not isinstance(field, dict),
            "may_link": self.may_change
            and self.request.user.has_perm(get_permission_for_model(instance, "change"), instance),
            "unlink_url": self.url(instance, "unlink"),
        }

    def _known(self, instance: Any, key: str, stored: dict[str, int | None]) -> KnownServer:
        server = self.api.servers().get(key)
        number = stored.get(key)
        there = key in stored
        if server is None:
            return KnownServer(key=key, name=key, configured=False, in_use=False, stored=there, librenms_id=number)
        return KnownServer(
            key=key,
            name=server.display_name,
            configured=True,
            in_use=key == self.api.server.key,
            stored=there,
            librenms_id=number,
            tab_url=self.url(instance, query=query_string(server=key)),
            librenms_url=LibreNMSAPI(key).device_url(number) if number is not None else "",
            link_url=self.url(instance, "link", query=query_string(server=key)),
        )
