"""The circumstances of a call, and the policies that hold in it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from ..librenms_api import LibreNMSAPI
from ..models import FieldPolicy, LibreNMSSettings
from ..orm.frame.scope import Scope
from ..sync.core.policy import Policies, Policy
from .asking import Options

# Objects that are read together: bounds memory, and keeps the number of queries per object small
OBJECTS_AT_ONCE = 100


def scope_of(api: LibreNMSAPI, user: Any, options: Options) -> Scope:
    """The circumstances of one call."""
    settings = LibreNMSSettings.load()
    name_field = options.name_field or api.server.interface_name_field or settings.interface_name_field
    return Scope(
        user=user,
        server=api.server.key,
        bare_key=api.bare_key,
        name_field=name_field,
        reserved_vlans=settings.include_reserved_vlans,
        choices=options.choices,
        message=str(_("Synced from LibreNMS ({server})").format(server=api.server.display_name))[:200],
    )


def scope_for(objects: Sequence[Any], scope: Scope) -> Scope:
    """Where a batch is full more are to be expected, and NetBox's tables are read once for all of them; a few objects
    are looked up by themselves."""
    return scope.for_many() if len(objects) == OBJECTS_AT_ONCE and scope.index is None else scope


def policies_of(server: str) -> Policies:
    """The policies that hold for a server: its own before those for every server. One query."""
    rows = FieldPolicy.objects.filter(server__in=("", server)).order_by("server")
    return Policies({(row.resource, row.field): Policy(row.holds) for row in rows})
