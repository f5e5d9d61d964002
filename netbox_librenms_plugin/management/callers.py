"""Who calls a command, on which server, and the request in whose name it writes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from users.models import User
from utilities.permissions import get_permission_for_model
from utilities.request import NetBoxFakeRequest

from ..librenms.errors import ConfigurationError
from ..librenms_api import LibreNMSAPI
from ..models import LibreNMSSettings

FAILURE, USAGE = 1, 2


def usage_error(sentence: str) -> CommandError:
    """The command cannot be run as it was called."""
    return CommandError(sentence, returncode=USAGE)


def failure(sentence: str) -> CommandError:
    """The call was right, and it could not be done."""
    return CommandError(sentence, returncode=FAILURE)


def find_user(name: str | None, *, writes: bool) -> Any:
    """The active user of this name, else the first active superuser; must have the plugin's right for the work."""
    active = User.objects.filter(is_active=True)
    user = active.filter(username=name).first() if name else active.filter(is_superuser=True).order_by("pk").first()
    if user is None:
        if name:
            raise usage_error(_("There is no active user “{name}”.").format(name=name))
        raise usage_error(_("There is no active superuser. Name a user with --user."))
    permission = get_permission_for_model(LibreNMSSettings, "change" if writes else "view")
    if not user.has_perm(permission):
        sentence = _("{name} may not do this: the permission {permission} is missing.")
        raise usage_error(sentence.format(name=user.username, permission=permission))
    return user


def find_server(key: str | None, *, warn: Callable[[str], Any]) -> LibreNMSAPI:
    """The server with this key, else the selected one; ``warn`` is told when that is another than was selected."""
    try:
        api = LibreNMSAPI(key)
    except ConfigurationError as error:
        raise usage_error(error.message) from error
    if api.notice:
        warn(api.notice)
    return api


def request_in_name_of(user: Any, request_id: UUID) -> NetBoxFakeRequest:
    """What NetBox's change log and events need to know of a request."""
    return NetBoxFakeRequest(
        {
            "id": request_id,
            "user": user,
            "method": "POST",
            "path": "/",
            "path_info": "/",
            "headers": {},
            **{name: {} for name in ("META", "COOKIES", "GET", "POST", "FILES")},
        }
    )
