"""How all objects of NetBox are that are linked to a server, in numbers, and the worst of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from ..custom_fields import FIELD_NAME
from ..librenms.errors import LibreNMSError
from ..librenms.identity import read_id
from ..librenms.records import Alert
from ..librenms_api import LibreNMSAPI
from ..models.compared_object import NETBOX_MODELS
from .states import State, Tone, state_of, tone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """An object that is down or has alerts; ``alerts``: those that nobody has acknowledged."""

    kind: str
    pk: int
    name: str
    state: State
    reason: Any
    alerts: tuple[Alert, ...]

    @property
    def tone(self) -> Tone:
        """As loud as the worst of it."""
        if self.state is State.DOWN:
            return Tone.BROKEN
        return min((tone_of(one) for one in self.alerts), key=list(Tone).index, default=Tone.QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Numbers by state, and the objects with trouble, the worst first. ``alerts`` is None where they cannot be read."""

    states: Mapping[State, int]
    alerts: int | None
    troubled: Sequence[Troubled]
    fetched_at: datetime


def overview(api: LibreNMSAPI, user: Any) -> Overview:
    """Of the objects that the user may view: two queries, two calls at most. Raises LibreNMSError."""
    devices = api.devices()
    by_id = {device.device_id: device for device in devices.value}
    alerts = _alerts(api)
    states: Counter[State] = Counter()
    troubled = []
    for kind, pk, name, number in _linked(api, user):
        device = by_id.get(number)
        state = state_of(device) if device is not None else State.UNKNOWN
        states[state] += 1
        own = tuple((alerts or {}).get(number, ())) if state is not State.DISABLED else ()
        if state is State.DOWN or own:
            reason = device.status_reason if device is not None and state is State.DOWN else ""
            troubled.append(Troubled(kind=kind, pk=pk, name=name, state=state, reason=reason, alerts=own))
    return Overview(
        states=states,
        alerts=None if alerts is None else sum(len(one.alerts) for one in troubled),
        troubled=sorted(troubled, key=_worst_first),
        fetched_at=devices.fetched_at,
    )


def _worst_first(one: Troubled) -> tuple[int, int, int, str]:
    return list(Tone).index(one.tone), one.state is not State.DOWN, -len(one.alerts), one.name


def _alerts(api: LibreNMSAPI) -> dict[int, list[Alert]] | None:
    """By device: those that somebody has to look at."""
    try:
        listed = api.alerts().value
    except LibreNMSError:
        return None
    found: dict[int, list[Alert]] = {}
    for alert in listed:
        if tone_of(alert) is not Tone.QUIET:
            found.setdefault(alert.device_id, []).append(alert)
    return found


def _linked(api: LibreNMSAPI, user: Any) -> list[tuple[str, int, str, int]]:
    """(kind, primary key, name, LibreNMS id)."""
    found = []
    for kind, model in NETBOX_MODELS.items():
        stored = model.objects.restrict(user, "view").filter(custom_field_data__has_key=FIELD_NAME)
        stored = stored.exclude(Q(**{f"custom_field_data__{FIELD_NAME}": None})).order_by("name", "pk")
        for pk, name, value in stored.values_list("pk", "name", f"custom_field_data__{FIELD_NAME}"):
            number = read_id(value, api.server.key, api.bare_key)
            if number is not None:
                found.append((str(kind), pk, name or f"#{pk}", number))
    return found
