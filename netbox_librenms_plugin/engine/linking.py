"""The use case of linking: a person says which LibreNMS device an object is, LibreNMS confirms that there is one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from utilities.exceptions import AbortRequest

from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, watched
from ..orm.frame.identities import confirm
from ..orm.frame.librenms_ids import AlreadyLinkedError, bind, refuse_second_holder, unbind
from ..orm.frame.many_links import bind_many
from ..orm.frame.permissions import NotAllowedError
from ..orm.frame.results import reason_of
from ..sync.core.device_identity import Identity
from ..sync.core.issues import Issue
from .asking import Options
from .confirming import identified
from .scopes import scope_of


class LinkRefusedError(Exception):
    """NetBox does not take the id; the text is a sentence for people."""


class DoubtfulLinkError(Exception):
    """Clues deny that both are one, and nobody has said that they are: ``device`` is LibreNMS's."""

    def __init__(self, device: Device, identity: Identity) -> None:
        super().__init__(device, identity)
        self.device, self.identity = device, identity


def link(instance: Any, librenms_id: int, *, user: Any, server: str | None = None, clues: str = "") -> Device:
    """Write ``librenms_id`` of ``instance`` for a server, and return the device as LibreNMS describes it.

    ``clues`` (the identity's digest) says what a person saw who links both although they contradict each other; that
    is kept as his word that they are one. Runs inside a request's event tracking. Raises ``LibreNMSError``
    (``DeviceNotFound`` for an id that LibreNMS does not have), ``DoubtfulLinkError`` and ``LinkRefusedError``; nothing
    is written then.
    """
    api = LibreNMSAPI(server)
    device = api.device(librenms_id, refresh=True).value
    scope = scope_of(api, user, Options())
    _as_refusal(lambda: refuse_second_holder(instance, device.device_id, scope))
    subject, identity = identified(instance, device, user=user, api=api)
    if identity.open_doubt is not None and identity.digest != clues:
        raise DoubtfulLinkError(device, identity)
    _as_refusal(lambda: bind(instance, device.device_id, scope))
    if identity.open_doubt is not None:
        confirm(subject, device.device_id, identity, scope)
    return device


def link_many(model: Any, links: Mapping[int, int], *, user: Any, api: LibreNMSAPI) -> dict[int, Issue]:
    """Write the LibreNMS ids of many objects of one model (object → id), which the caller has found beside each other
    without any doubt, and give back why not of those that are not linked.

    Runs inside a request's event tracking. LibreNMS is not asked.
    """
    message = str(_("Linked to LibreNMS ({server})").format(server=api.server.display_name))[:200]
    return bind_many(model, links, replace(scope_of(api, user, Options()), message=message)) if links else {}


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
