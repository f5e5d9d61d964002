"""Which objects are compared with a server: those that are linked to it, of the whole network or of a filter."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from django.db.models import Q

from ..custom_fields import FIELD_NAME
from ..librenms.identity import read_id
from ..librenms_api import LibreNMSAPI
from ..models.compared_object import NETBOX_MODELS

type ObjectKey = tuple[str, int]

# Objects of one piece of work: what workers share, and what is in memory at once
CHUNK = 100


def linked_objects(api: LibreNMSAPI, among: dict[str, Any] | None = None) -> list[ObjectKey]:
    """(kind, id) of the devices and VMs that are linked to the server, by id: two queries. ``among``: kind → the ids or
    the queryset of ids that are asked for; kinds that are not in it are left out."""
    found: list[ObjectKey] = []
    for kind, model in NETBOX_MODELS.items():
        if among is not None and kind not in among:
            continue
        rows = model.objects.filter(custom_field_data__has_key=FIELD_NAME).exclude(
            Q(**{f"custom_field_data__{FIELD_NAME}": None})
        )
        if among is not None:
            rows = rows.filter(pk__in=among[kind])
        stored = rows.order_by("pk").values_list("pk", f"custom_field_data__{FIELD_NAME}")
        found += [(kind, pk) for pk, value in stored if read_id(value, api.server.key, api.bare_key) is not None]
    return found


def chunks(keys: Iterable[ObjectKey]) -> list[list[ObjectKey]]:
    """Pieces of work, each of one kind."""
    every = list(keys)
    return [list(some) for kind in NETBOX_MODELS for some in batched([one for one in every if one[0] == kind], CHUNK)]


def load(keys: Sequence[ObjectKey]) -> list[Any]:
    """The objects that still exist, in the order of their ids: one query for each kind."""
    found: list[Any] = []
    for kind, model in NETBOX_MODELS.items():
        ids = [pk for one, pk in keys if one == kind]
        found += list(model.objects.filter(pk__in=ids).order_by("pk")) if ids else []
    return found
