"""What only a look at the whole network shows: devices that one side lacks, and links whose ends disagree."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from dcim.models import Device, Interface

from ..choices import ComparedKindChoices
from ..import_utils.listing import listing
from ..import_utils.rows import NEW, Row, State
from ..librenms.records import Link, Port
from ..librenms_api import LibreNMSAPI
from ..models import ComparedObject
from ..orm.frame.bindings import carrying
from ..orm.frame.scope import Scope
from ..sync.cables.ends import Disagreement, disagreements, known_ends
from ..sync.core.deviations import CauseKey, Observation, as_json
from ..sync.core.issues import Code, issue
from ..sync.core.plan import Outcome, Plan
from .merging import Moment
from .recording import Recorded, Sight, record
from .seen import DEVICES, Seen, about_object

# Links as LibreNMS sees both of their ends
ENDS = "link_ends"
AT_ONCE = 200


def record_unlisted(api: LibreNMSAPI, moment: Moment) -> Recorded:
    """The devices that LibreNMS has and NetBox lacks. Raises ``LibreNMSError``."""
    found = listing(api, user=None)
    sights = [_unlisted(row) for row in found.rows if row.state in NEW or row.state is State.CONFLICT]
    listed = {one.object_id for one in sights}
    if not found.odd_rows:
        gone = ComparedObject.objects.filter(server=api.server.key, kind=ComparedKindChoices.LIBRENMS)
        # What is in NetBox by now, ignored, or gone from LibreNMS is no difference any more, nor is it an object
        gone.exclude(object_id__in=listed).delete()
    return recorded_together(api.server.key, sights, moment)


def _unlisted(row: Row) -> Sight:
    reason = next(iter(row.issues), None) or issue(Code.NOT_IN_NETBOX)
    outcome = Outcome.CONFLICT if row.state is State.CONFLICT else Outcome.MISSING
    return Sight(
        kind=ComparedKindChoices.LIBRENMS,
        object_id=row.librenms_id,
        seen=Seen(plans={DEVICES: Plan(DEVICES, ())}, found=(_observed_row(outcome, reason, row),)),
        values={"name": (row.name or row.device.hostname)[:200], "librenms_id": row.librenms_id},
    )


def _observed_row(outcome: Outcome, reason: Any, row: Row) -> Observation:
    return about_object(outcome, reason, name=row.device.hostname)


def record_ends(
    api: LibreNMSAPI, links: Iterable[Link], ports: Iterable[Port], scope: Scope, moment: Moment
) -> Recorded:
    """The links whose ends disagree, at the devices of NetBox that have their first ends; nothing is said of links with
    an end that NetBox does not have."""
    by_id = {one.port_id: one for one in ports}
    found = [one for ends in known_ends(links, by_id) for one in disagreements(ends)]
    places = _places({one.ends.here.port_id for one in found} | {one.ends.there.port_id for one in found}, scope)
    by_device: dict[int, list[Observation]] = {}
    for one in found:
        here, there = places.get(one.ends.here.port_id), places.get(one.ends.there.port_id)
        if here is not None and there is not None:
            by_device.setdefault(here[0], []).append(_disagreement(one, here, there))
    held = ComparedObject.objects.filter(
        server=api.server.key, kind=ComparedKindChoices.DEVICE, checks__has_key=ENDS
    ).values_list("object_id", flat=True)
    plan = {ENDS: Plan(ENDS, ())}
    sights = [
        Sight(
            kind=ComparedKindChoices.DEVICE,
            object_id=pk,
            seen=Seen(plans=plan, found=tuple(by_device.get(pk, ()))),
            values={"name": name},
            whole=False,
        )
        for pk, name in _named({*by_device, *held}).items()
    ]
    return recorded_together(api.server.key, sights, moment)


def _named(ids: set[int]) -> dict[int, str]:
    """Those of the devices that exist, with what they are called."""
    rows = Device.objects.filter(pk__in=ids).order_by("pk")
    return {one.pk: str(one)[:200] for one in rows.select_related("device_type__manufacturer", "virtual_chassis")}


def _disagreement(one: Disagreement, here: tuple[int, str], there: tuple[int, str]) -> Observation:
    reason = issue(Code.ENDS_DIFFER, peer=there[1])
    return Observation(
        resource=ENDS,
        key=f"{one.ends.here.port_id}-{one.ends.there.port_id}",
        name=here[1],
        field=one.field,
        outcome=Outcome.CONFLICT.value,
        found=one.here,
        wanted=one.there,
        reason=reason.code.value,
        details={name: as_json(value) for name, value in reason.details.items()},
        cause=CauseKey(resource=ENDS, field=one.field, outcome=Outcome.CONFLICT.value, reason=reason.code.value),
    )


def _places(port_ids: set[int], scope: Scope) -> Mapping[int, tuple[int, str]]:
    """Port → (id of its device in NetBox, device and interface in words): a query for some hundred ports."""
    places: dict[int, tuple[int, str]] = {}
    for some in batched(sorted(port_ids), AT_ONCE):
        ids = [str(one) for one in some]
        rows = carrying(Interface, ids, scope).values_list("device_id", "device__name", "name", "_librenms_id")
        places |= {
            int(held): (device_id, f"{device or f'#{device_id}'} {name}")
            for device_id, device, name, held in rows
            if held in ids
        }
    return places


def recorded_together(server: str, sights: Sequence[Sight], moment: Moment) -> Recorded:
    """``record`` for any number of objects, some hundred in each transaction."""
    every = Recorded()
    for some in batched(sights, AT_ONCE):
        one = record(server, some, moment)
        every.objects += one.objects
        every.rows += one.rows
        every.opened += one.opened
        every.cleared += one.cleared
        every.touched |= one.touched
    return every
