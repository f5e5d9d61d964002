"""Single devices of LibreNMS, compared again beside the comparisons of the whole network."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Device
from django.contrib.auth.models import AnonymousUser
from utilities.request import NetBoxFakeRequest
from virtualization.models import VirtualMachine

from ..engine import Comparer, Options, scope_of
from ..librenms.sources import PerDevice
from ..librenms_api import LibreNMSAPI
from ..lost_connections import lasting
from ..models import Deviation, LibreNMSSettings
from ..models.compared_object import NETBOX_MODELS
from ..orm.frame.bindings import with_librenms_id
from ..orm.frame.stored_ids import has_librenms_id
from .counting import count_causes
from .events import tell
from .phases import moment_of, recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What came of it: objects that were compared, differences opened and cleared, and objects of which LibreNMS could
    not be asked."""

    objects: int = 0
    opened: int = 0
    cleared: int = 0
    not_compared: int = 0


def linked_to(api: LibreNMSAPI, librenms_ids: Sequence[int]) -> list[Device | VirtualMachine]:
    """The objects of NetBox that hold one of these ids: two queries."""
    scope = scope_of(api, None, Options())
    ids = [str(one) for one in librenms_ids]
    return [
        one
        for model in NETBOX_MODELS.values()
        for one in with_librenms_id(model.objects.order_by("pk"), scope).filter(has_librenms_id(ids))
    ]


@lasting
def compare_again(api: LibreNMSAPI, librenms_ids: Sequence[int]) -> Again:
    """Compare the objects that are linked to these devices, all resources, with what LibreNMS says now, and record what
    came of it. Devices that NetBox does not have are passed over."""
    objects = linked_to(api, librenms_ids)
    if not objects:
        return Again()
    server = api.server.key
    comparisons = list(Comparer(PerDevice(api, refresh=True), user=None).compare(objects))
    before = _causes_of(server, objects)
    done = recorded(comparisons, server, moment_of(None), unseen_days=LibreNMSSettings.load().unseen_days)
    if done.rows:
        count_causes(server, before | _causes_of(server, objects))
    tell(done.touched, _request_of_nobody())
    failed = sum(one.error is not None and one.error.code != "device_not_found" for one in comparisons)
    return Again(objects=done.objects, opened=done.opened, cleared=done.cleared, not_compared=failed)


def _causes_of(server: str, objects: Sequence[Any]) -> set[int]:
    """The causes of these objects' deviations: a query for each kind."""
    found: set[int] = set()
    for kind in NETBOX_MODELS:
        ids = [one.pk for one in objects if one._meta.model_name == kind]
        rows = Deviation.objects.filter(compared__server=server, compared__kind=kind, compared__object_id__in=ids)
        found |= set(rows.order_by().values_list("cause", flat=True)) if ids else set()
    return found


def _request_of_nobody() -> NetBoxFakeRequest:
    """What NetBox's event rules are given: nobody asked, and nothing of a call's headers comes near them."""
    empty: dict[str, Any] = {name: {} for name in ("META", "COOKIES", "GET", "POST", "FILES", "headers")}
    told = {"id": uuid.uuid4(), "user": AnonymousUser(), "method": "POST", "path": "/", "path_info": "/"}
    return NetBoxFakeRequest({**empty, **told})
