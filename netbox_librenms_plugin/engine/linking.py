"""The use case of linking: a person says which LibreNMS device an object is, LibreNMS confirms that there is one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from utilities.exceptions import AbortRequest

from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, watched
from ..orm.frame.librenms_ids import AlreadyLinkedError, bind, unbind
from ..orm.frame.permissions import NotAllowedError
from ..orm.frame.results import reason_of
from .asking import Options
from .scopes import scope_of


class LinkRefusedError(Exception):
    """NetBox does not take the id; the text is a sentence for people."""


def link(instance: Any, librenms_id: int, *, user: Any, server: str | None = None) -> Device:
    """Write ``librenms_id`` of ``instance`` for a server, and return the device as LibreNMS describes it.

    Runs inside a request's event tracking. Raises ``LibreNMSError`` (``DeviceNotFound`` for an id that LibreNMS does
    not have) and ``LinkRefusedError``; nothing is written then.
    """
    api = LibreNMSAPI(server)
    device = api.device(librenms_id, refresh=True).value
    _as_refusal(lambda: bind(instance, device.device_id, scope_of(api, user, Options())))
    return device


def unlink(instance: Any, server: str, *, user: Any) -> None:
    """Remove the id of ``instance`` for a server, which need not be configured any more; LibreNMS is not asked.

    Runs inside a request's event tracking. Raises ``ConfigurationError`` where no server is configured at all, and
    ``LinkRefusedError``; nothing is written then.
    """
    message = str(_("LibreNMS ID for “{server}” removed").format(server=server))[:200]
    scope = replace(scope_of(LibreNMSAPI(), user, Options()), message=message)
    _as_refusal(lambda: unbind(instance, server, scope))


def _as_refusal(write: Callable[[], Any]) -> None:
    try:
        with watched():
            write()
    except ConnectionLostError as error:
        raise LinkRefusedError(error.message) from error
    except AlreadyLinkedError as error:
        raise LinkRefusedError(str(error)) from error
    except NotAllowedError as error:
        raise LinkRefusedError(_("You may not {what} here. Ask for the permission.").format(what=error)) from error
    except (ValidationError, DatabaseError, AbortRequest) as error:
        raise LinkRefusedError(_("NetBox refused it: {reason}").format(reason=reason_of(error))) from error
