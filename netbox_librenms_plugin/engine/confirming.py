"""What people confirm about who an object is."""

from collections.abc import Sequence
from typing import Any

from ..librenms.records import Device
from ..librenms.sources import PerDevice
from ..librenms_api import LibreNMSAPI
from ..orm.frame.identities import SaidDevice, confirm, identities
from ..orm.frame.subjects import Subject, load_subjects
from ..sync.core.device_identity import Identity
from ..sync.core.issues import Issue
from .asking import Options, who
from .failures import NotIdentifiedError
from .scopes import scope_of


def confirm_link(instance: Any, device: Device, *, user: Any, api: LibreNMSAPI) -> None:
    """Keep it that a person linked the two although clues deny that they are one, where they do. Raises
    ``LibreNMSError``."""
    subject, identity = identified(instance, device, user=user, api=api)
    if identity.open_doubt is not None:
        confirm(subject, device.device_id, identity, scope_of(api, user, Options()))


def confirm_identity(instance: Any, clues: str, *, user: Any, server: str | None = None) -> bool:
    """Keep it that the object is the LibreNMS device that it is linked to; whether that was done. It is not where the
    ``clues`` (the identity's digest) are others than the person saw, or where nothing is in doubt.

    Raises ``LibreNMSError`` and ``NotIdentifiedError``.
    """
    api = LibreNMSAPI(server)
    known = api.identify(instance)
    if known.librenms_id is None:
        raise NotIdentifiedError(known)
    subject, identity = identified(instance, api.device(known.librenms_id).value, user=user, api=api)
    if identity.open_doubt is None or identity.digest != clues:
        return False
    confirm(subject, known.librenms_id, identity, scope_of(api, user, Options()))
    return True


def doubt_about(instance: Any, device: Device, *, user: Any, api: LibreNMSAPI) -> Issue | None:
    """Why an object is not to be written from this LibreNMS device, if clues deny that they are one and nobody has
    confirmed it. Raises ``LibreNMSError``."""
    return identified(instance, device, user=user, api=api)[1].open_doubt


def doubts_about(links: Sequence[tuple[Any, Device]], *, user: Any, api: LibreNMSAPI) -> dict[tuple[str, int], Issue]:
    """The same of many objects (model name, id), each with the device that it is, or would be linked to: a fixed number
    of queries. LibreNMS is not asked, so the units of a stack are not known."""
    devices = {(str(one._meta.model_name), one.pk): device for one, device in links}
    if not devices:
        return {}
    subjects = load_subjects([one for one, _device in links], user)
    said = {one.key: SaidDevice(device=devices[one.key]) for one in subjects}
    found = identities(subjects, said, scope_of(api, user, Options()))
    return {key: doubt for key, one in found.items() if (doubt := one.open_doubt) is not None}


def identified(instance: Any, device: Device, *, user: Any, api: LibreNMSAPI) -> tuple[Subject, Identity]:
    """What the clues say of an object and a LibreNMS device, whether they are linked or not. Raises
    ``LibreNMSError``."""
    subject = subject_of(instance, user)
    said, _units, _looked = who(subject, device.device_id, PerDevice(api))
    return subject, identities([subject], {subject.key: said}, scope_of(api, user, Options()))[subject.key]


def subject_of(instance: Any, user: Any) -> Subject:
    """The object with its members, as far as the user may see them. Raises ``DoesNotExist`` for one that he may not
    view."""
    subjects = load_subjects([instance], user)
    if not subjects:
        raise type(instance).DoesNotExist
    return subjects[0]
