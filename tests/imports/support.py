"""What the tests of importing share: a NetBox that knows sites, types and roles, and an import in one call."""

from collections.abc import Iterable, Mapping
from typing import Any

from dcim.models import DeviceRole, DeviceType, Manufacturer, Platform, Site
from django.utils.text import slugify

from netbox_librenms_plugin.import_utils.listing import Listing, listing
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.outlook import with_complaints
from netbox_librenms_plugin.import_utils.rows import Choice
from netbox_librenms_plugin.import_utils.starts import foresee, start
from netbox_librenms_plugin.librenms.records import Device
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.worker import run_now
from netbox_librenms_plugin.sync.chassis.stacks import members_of
from netbox_librenms_plugin.sync.core.normalise import text
from tests.factories import admin, request_of


def known_to_netbox() -> None:
    """Everything that the devices of LibreNMS refer to, by exactly its names, chassis of stacks too."""
    api = LibreNMSAPI()
    maker, _ = Manufacturer.objects.get_or_create(name="Maker", slug="maker")
    refer_to(api.devices().value)
    for one in api.devices().value:
        for member in members_of(one, api.inventory(one.device_id).value).members:
            _type(maker, member.model)


def refer_to(devices: Iterable[Device]) -> None:
    """The sites, platforms, roles and types of these devices."""
    maker, _ = Manufacturer.objects.get_or_create(name="Maker", slug="maker")
    said = [(text(one.location_name), text(one.os), text(one.type), text(one.hardware)) for one in devices]
    for place, system, kind, hardware in dict.fromkeys(said):
        _named(Site, place)
        _named(Platform, system)
        _named(DeviceRole, kind)
        _type(maker, hardware)


def _named(model: Any, name: str) -> None:
    if name and not model.objects.filter(name=name).exists():
        model.objects.create(name=name[:100], slug=slugify(name)[:100] or "x")


def _type(maker: Manufacturer, model: str) -> None:
    if model and not DeviceType.objects.filter(model__iexact=model).exists():
        DeviceType.objects.create(manufacturer=maker, model=model[:100], slug=slugify(model)[:100] or "x")


def listed(user: Any = None, **choices: Choice) -> Listing:
    """The import list."""
    return listing(LibreNMSAPI(), user=user or admin())


def import_all(
    wanted: Iterable[int] | None = None,
    *,
    user: Any = None,
    choices: Mapping[int, Choice] | None = None,
    options: ImportOptions = ImportOptions(),
    expected: Mapping[int, str] | None = None,
) -> Run:
    """Import these devices, or all of the server, while the caller waits."""
    api, user, choices = LibreNMSAPI(), user or admin(), choices or {}
    if wanted is None:
        wanted = [row.librenms_id for row in listing(api, user=user, choices=choices).rows]
    with request_of(user) as request:
        run = start(api, user=user, request=request, choices=choices, options=options, wanted=wanted, expected=expected)
        run_now(run, request)
    return run


def outcomes(run: Run) -> dict[str, str]:
    """Hostname → what became of the device."""
    return dict(run.items.values_list("name", "outcome"))


def reasons(run: Run) -> dict[str, list[str]]:
    """Hostname → codes of what was not written."""
    rows = run.items.exclude(issues=[])
    return {row.name: [one["code"] for one in row.issues] for row in rows}


def foreseen(user: Any = None, options: ImportOptions = ImportOptions()) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What a dry run says: outcomes and reasons by hostname."""
    found = listed(user)
    rows = with_complaints(foresee(found, found.by_id), LibreNMSAPI(), user=user or admin(), options=options)
    told = list(rows)
    return (
        {one.hostname: one.outcome for one in told},
        {one.hostname: [complaint.issue.code.value for complaint in one.complaints] for one in told if one.complaints},
    )
