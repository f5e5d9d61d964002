"""The comparison: LibreNMS's locations and devices, NetBox's sites, and the plan that comes of both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dcim.models import Device

from ..engine import doubts_about
from ..librenms.errors import LibreNMSError
from ..librenms.records import Device as LibreNMSDevice
from ..librenms.records import LocationUpdates
from ..librenms_api import Fetched, LibreNMSAPI
from ..location_pattern import names_read
from ..models import LibreNMSSettings
from ..orm.frame.scope import Scope
from ..orm.sites.read import read
from ..sync.core.normalise import text
from ..sync.sites.plan import Answers, SiteReading, plan_sites
from ..sync.sites.rows import SitePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteComparison:
    """A plan, of which server it is, and since when what LibreNMS said is known. ``silent``: why its devices are
    not."""

    plan: SitePlan
    server: str
    fetched_at: datetime
    updates: LocationUpdates
    tolerance: int
    silent: str = ""


def scope_for(api: LibreNMSAPI, user: Any, message: str = "") -> Scope:
    """On whose behalf NetBox is read and written."""
    return Scope(user=user, server=api.server.key, bare_key=api.bare_key, message=message)


@dataclass(frozen=True, slots=True)
class Heard:
    """What LibreNMS said, and since when that is known. ``silent``: why it did not say what devices it has."""

    answers: Answers
    fetched_at: datetime
    silent: str = ""


def hear(api: LibreNMSAPI, *, refresh: bool = False, refresh_locations: bool = False) -> Heard:
    """What LibreNMS says of its locations: up to three calls. Raises ``LibreNMSError``; without its devices, which are
    only counted, the locations can be compared all the same."""
    locations = api.locations(refresh=refresh or refresh_locations)
    devices: Fetched[tuple[LibreNMSDevice, ...]] | None = None
    silent = ""
    try:
        devices = api.devices(refresh=refresh)
    except LibreNMSError as error:
        silent = error.message
    answers = Answers(
        locations=locations.value,
        devices=devices.value if devices is not None else None,
        updates=api.location_updates(refresh=refresh),
        unseen=locations.odd_rows,
    )
    moments = [one.fetched_at for one in (locations, devices) if one is not None]
    return Heard(answers, min(moments), silent)


def compare_sites(
    api: LibreNMSAPI, *, user: Any, refresh: bool = False, heard: Heard | None = None, lock: bool = False
) -> SiteComparison:
    """All sites that the user may view and all locations, in a fixed number of queries. Raises ``LibreNMSError`` unless
    it is known what LibreNMS said. With ``lock`` the sites stay locked until the transaction ends."""
    heard = heard or hear(api, refresh=refresh)
    settings = LibreNMSSettings.load()
    tolerance = settings.location_tolerance
    names = names_read(settings.location_pattern, {text(one.location) for one in heard.answers.locations})
    reading = read(scope_for(api, user), names, lock=lock)
    plan = plan_sites(heard.answers, reading, tolerance=tolerance)
    if doubtful := _doubtful(api, plan, reading, heard.answers, user):
        plan = plan_sites(heard.answers, reading.without(doubtful), tolerance=tolerance)
    return SiteComparison(
        plan=plan,
        server=api.server.key,
        fetched_at=heard.fetched_at,
        updates=heard.answers.updates,
        tolerance=tolerance,
        silent=heard.silent,
    )


def _doubtful(api: LibreNMSAPI, plan: SitePlan, reading: SiteReading, answers: Answers, user: Any) -> set[int]:
    """The devices of LibreNMS's that would be moved by a link which other clues deny (LibreNMS ids): LibreNMS would be
    told where some other device is."""
    strays = {one.librenms_id for row in plan.rows for one in row.strays}
    if not strays:
        return set()
    said = {one.device_id: one for one in answers.devices or () if one.device_id in strays}
    held = Device.objects.in_bulk([reading.linked[number].id for number in said])
    links = [(held[pk], device) for number, device in said.items() if (pk := reading.linked[number].id) in held]
    doubts = doubts_about(links, user=user, api=api)
    return {device.device_id for one, device in links if ("device", one.pk) in doubts}
