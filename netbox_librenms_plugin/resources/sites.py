"""Sites against LibreNMS's locations: compared over the whole server, not on one object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..sync.sites.plan import RESOURCE
from ..sync.sites.rows import Action
from .resource import Right
from .words import Words

# Whoever syncs may tell LibreNMS something; what is written in NetBox needs NetBox's own rights
RIGHTS: Mapping[Action, tuple[Right, ...]] = {
    Action.CREATE_SITE: (Right("dcim.site", ("add",)),),
    Action.CREATE_LOCATION: (
        Right("dcim.location", ("add",)),
        Right("netbox_librenms_plugin.locationmapping", ("add",)),
    ),
    Action.TAKE_COORDINATES: (Right("dcim.site", ("change",)),),
    Action.CREATE_IN_LIBRENMS: (),
    Action.PUSH_COORDINATES: (),
    Action.PLACE_DEVICES: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerResource:
    """What is compared over a whole server: its words, its page of the documentation, and what a user has to be allowed
    for each action."""

    name: str
    words: Words
    page: str
    rights: Mapping[Action, tuple[Right, ...]]

    def allowed(self, user: Any) -> frozenset[Action]:
        """The actions that a user may take at all; permissions of NetBox's can forbid some objects still."""
        return frozenset(
            action
            for action, rights in self.rights.items()
            if all(user.has_perm(name) for right in rights for name in right.permissions)
        )


SITES = ServerResource(
    name=RESOURCE,
    words=Words(
        label=_("Sites and locations"),
        one=_("site"),
        many=_("sites"),
        counted=ngettext_lazy("%(n)s site", "%(n)s sites", "n"),
        fields={"coordinates": _("Coordinates"), "devices": _("Devices")},
    ),
    page="sites",
    rights=RIGHTS,
)
