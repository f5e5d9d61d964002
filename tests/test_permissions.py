"""Every address of the plugin, walked for each kind of visitor.

``TABLE`` says for each address and method which status the visitors get, in the order of ``VISITORS``. An address that
is not in the table fails ``test_every_address_is_in_the_table``: add a line for it. A new tab part on devices and
virtual machines is a line in ``OBJECT_TAB``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from core.models import Job, ObjectChange, ObjectType
from dcim.models import Device, Interface, MACAddress, Platform, VirtualChassis
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from users.models import ObjectPermission
from virtualization.models import VirtualMachine, VMInterface

from netbox_librenms_plugin.compat import STRICT_LISTS
from netbox_librenms_plugin.import_utils.stack_counts import remember_stacks
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import (
    Cause,
    ComparedObject,
    Deviation,
    DeviceTypeMapping,
    FieldPolicy,
    ImportIgnore,
    ImportRule,
    InterfaceTypeMapping,
    LibreNMSSettings,
    LocationMapping,
    PlatformMapping,
    PushRule,
    Run,
    Schedule,
    SyncRun,
)
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, token_header
from tests.librenms import add_switch

pytestmark = pytest.mark.django_db

PLUGIN = "netbox_librenms_plugin"
LOGIN = 302  # pages send who is not logged in to the login page; that it is this page is checked
MAPPINGS = ("devicetypemapping", "interfacetypemapping", "locationmapping", "platformmapping")
# What has NetBox's usual pages and calls
USUAL = (*MAPPINGS, "fieldpolicy", "importignore", "importrule", "pushrule")
# Everything that a comparison and its writing touch
LABELS = (
    *(f"{PLUGIN}.{one}" for one in ("librenmssettings", "syncrun", "run", "schedule", *USUAL)),
    *("dcim.device", "dcim.virtualchassis", "dcim.interface", "dcim.macaddress", "virtualization.virtualmachine"),
    *("dcim.devicetype", "dcim.manufacturer", "dcim.platform", "dcim.site", "dcim.location"),
    *("virtualization.vminterface", "core.objectchange", "extras.journalentry"),
)
# reader: may view everything. constrained: may do everything, but to objects that do not exist.
# The superuser's own calls only read: what he may write, other tests write.
VISITORS = ("anonymous", "stranger", "reader", "constrained", "admin")
# A superuser whose token may not write; only REST knows tokens.
READ_ONLY_TOKEN = "read-only token"

Statuses = tuple[int, int, int, int, int | None]
Rules = dict[str, Statuses]

LIST: Rules = {"get": (LOGIN, 403, 200, 200, 200)}
OBJECT: Rules = {"get": (LOGIN, 403, 200, 404, 200)}
# NetBox's own views: an object that may not be viewed is not there
HISTORY: Rules = {"get": (LOGIN, 404, 200, 404, 200)}
ADD: Rules = {"get": (LOGIN, 403, 403, 200, 200), "post": (LOGIN, 403, 403, 200, None)}
WRITE: Rules = {"get": (LOGIN, 403, 403, 404, 200), "post": (LOGIN, 403, 403, 404, None)}
BULK: Rules = {"get": (LOGIN, 403, 403, 302, 302), "post": (LOGIN, 403, 403, 302, None)}
API_LIST: Rules = {
    "get": (403, 403, 200, 200, 200),
    "post": (403, 403, 403, 403, None),
    "put": (403, 403, 403, 400 if STRICT_LISTS else 200, None),
    "patch": (403, 403, 403, 400, None),
    "delete": (403, 403, 403, 400, None),
}
API_OBJECT: Rules = {
    "get": (403, 403, 200, 404, 200),
    "put": (403, 403, 403, 404, None),
    "patch": (403, 403, 403, 404, None),
    "delete": (403, 403, 403, 404, None),
}
FLEET_SYNC: Rules = {"post": (403, 403, 403, 400, None)}
API_READ: Rules = {"get": (403, 403, 200, 200, 200), "post": (403, 403, 403, 405, 405)}
UNDO = ("run-undo", "syncrun-undo")
DECISIONS = ("deviation_accept", "deviation_sync", "deviation_take_back")
COMPARE: Rules = {"get": (403, 403, 200, 404, 200)}
SYNC: Rules = {"post": (403, 403, 403, 404, None)}


def pages_of(model: str) -> dict[str, Rules]:
    """NetBox's usual pages of a model."""
    return {
        f"{model}_list": LIST,
        f"{model}_add": ADD,
        f"{model}_bulk_import": ADD,
        f"{model}_bulk_edit": BULK,
        f"{model}_bulk_delete": BULK,
        model: OBJECT,
        f"{model}_edit": WRITE,
        f"{model}_delete": WRITE,
        f"{model}_changelog": HISTORY,
        f"{model}_journal": HISTORY,
    }


# What only asks LibreNMS anew, or keeps a preference of the user's, needs no more than the right to view.
LOOK: Rules = {"get": (LOGIN, 403, 405, 405, 405), "post": (LOGIN, 403, 200, 404, None)}
# The same for a page that is about no object.
ANYONES: Rules = {"get": (LOGIN, 403, 405, 405, 405), "post": (LOGIN, 403, 200, 200, 200)}
OBJECT_TAB: dict[str, Rules] = {
    "librenms_sync": OBJECT,
    "librenms_sync_header": OBJECT,
    "librenms_sync_overview": OBJECT,
    "librenms_sync_everything": WRITE,
    "librenms_sync_history": OBJECT,
    "librenms_sync_counts": OBJECT,
    "librenms_sync_refresh": LOOK,
    "librenms_sync_link": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 404, None)},
    "librenms_sync_relink": {"get": (LOGIN, 403, 403, 404, None), "post": (LOGIN, 403, 403, 405, 405)},
    "librenms_sync_unlink": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 404, None)},
    "librenms_sync_confirm": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 404, None)},
    "librenms_sync_names": {"get": (LOGIN, 403, 405, 405, 405), "post": (LOGIN, 403, 204, 404, None)},
    "librenms_sync_panel": OBJECT,
    "librenms_sync_panel_refresh": LOOK,
    "librenms_sync_apply": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 404, None)},
    "librenms_sync_remove": WRITE,
}
# A schedule: who may change it may have it run, too
SCHEDULES: dict[str, Rules] = {
    **{name: rules for name, rules in pages_of("schedule").items() if name != "schedule_bulk_import"},
    "schedule_preview": OBJECT,
    **{f"schedule_{part}": {"post": (LOGIN, 403, 403, 404, None)} for part in ("run", "disarm", "enable")},
    "schedule_arm": WRITE,
}
MONITORED = ("device", "interface", "virtualmachine", "vminterface")
TABLE: dict[str, Rules] = {
    **SCHEDULES,
    **{f"{model}_librenms_monitoring": OBJECT for model in (*MONITORED, "virtualchassis")},
    **{f"{model}_librenms_graph": OBJECT for model in MONITORED},
    "monitoring": LIST,
    "monitoring_heard": {"get": (LOGIN, 403, 204, 204, 204)},
    "settings": {"get": (LOGIN, 403, 200, 200, 200), "post": (LOGIN, 403, 403, 200, None)},
    "settings_policies": {"get": (LOGIN, 403, 302, 302, 302), "post": (LOGIN, 403, 403, 200, None)},
    "member_names_preview": {"get": (LOGIN, 403, 200, 200, 200)},
    "location_pattern_preview": {"get": (LOGIN, 403, 200, 200, 200)},
    "connection_test": {"get": (LOGIN, 403, 200, 200, 200)},
    "webhook_test": {"get": (LOGIN, 403, 302, 302, 302), "post": (LOGIN, 403, 403, 200, None)},
    "accept_fewer": {"get": (LOGIN, 403, 302, 302, 302), "post": (LOGIN, 403, 403, 200, None)},
    **{name: rules for model in USUAL for name, rules in pages_of(model).items()},
    **{f"{model}_{part}": rules for model in ("device", "virtualmachine") for part, rules in OBJECT_TAB.items()},
    "virtualchassis_librenms_sync": {"get": (LOGIN, 403, 302, 404, 302)},
    "api-root": {"get": (403, 200, 200, 200, 200)},
    "librenmssettings": {"get": (403, 403, 200, 403, 200), "patch": (403, 403, 403, 403, None)},
    **{f"{model}-list": API_LIST for model in USUAL},
    **{f"{model}-detail": API_OBJECT for model in USUAL},
    # There is no SNMP profile that the body could name
    "pushrule-list": {**API_LIST, "post": (403, 403, 403, 400, None)},
    **{f"librenms_import{part}": LIST for part in ("", "_list", "_filters", "_details", "_stack")},
    **{f"librenms_import_{part}": ANYONES for part in ("refresh", "choose", "choose_many", "set")},
    # Nothing is left to ask, so nothing is written
    "librenms_import_stacks": {**LIST, "post": (LOGIN, 403, 403, 200, 200)},
    "librenms_import_ignore": {"get": (LOGIN, 403, 405, 405, 405), "post": (LOGIN, 403, 403, 200, None)},
    "librenms_import_review": {"get": (LOGIN, 403, 200, 200, 200), "post": (LOGIN, 403, 302, 302, 302)},
    "librenms_import_review_totals": {"get": (LOGIN, 403, 200, 200, 200)},
    "librenms_import_review_members": {"get": (LOGIN, 403, 200, 200, 200)},
    "librenms_import_start": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 302, 302)},
    **{name: LIST for name in ("network", "network_progress", "network_compare")},
    **{name: LIST for name in ("deviation_list", "cause_list", "comparedobject_list")},
    # Nothing is chosen, so nothing is decided
    **{name: {"get": (LOGIN, 403, 302, 302, 302), "post": (LOGIN, 403, 403, 302, None)} for name in DECISIONS},
    "importrun_list": LIST,
    # Somebody else's import is not there
    **{name: {"get": (LOGIN, 404, 200, 404, 200)} for name in ("importrun", "importrun_rows", "importrun_progress")},
    "importrun_continue": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 404, None)},
    "importrun_again": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 404, None)},
    # From NetBox's lists: what is chosen there is kept, and nothing is written
    "fleet_compare": {"get": (LOGIN, 403, 200, 200, 200), "post": (LOGIN, 403, 302, 302, 302)},
    "fleet_compare_rows": {"get": (LOGIN, 403, 200, 200, 200), "post": (LOGIN, 403, 405, 405, 405)},
    "fleet_sync": {"get": (LOGIN, 403, 403, 200, 200), "post": (LOGIN, 403, 403, 302, 302)},
    "fleet_totals": {"get": (LOGIN, 403, 403, 200, 200)},
    "fleet_start": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 302, 302)},
    "fleet_push": {"get": (LOGIN, 403, 403, 200, 200), "post": (LOGIN, 403, 403, 302, 302)},
    # Nothing is chosen, so nothing is planned and nothing started
    "fleet_push_rows": {"get": (LOGIN, 403, 403, 200, 200)},
    "fleet_push_start": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 302, 302)},
    "fleet_maintenance": {"get": (LOGIN, 403, 403, 200, 200), "post": (LOGIN, 403, 403, 302, 302)},
    # Nothing is chosen, so nothing is planned and nothing started
    "fleet_maintenance_rows": {"get": (LOGIN, 403, 403, 200, 200)},
    "fleet_maintenance_start": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 302, 302)},
    "site_location_sync": LIST,
    "site_location_sync_list": LIST,
    "site_location_sync_refresh": ANYONES,
    # Nothing is chosen, so nothing is written
    **{
        f"site_location_sync_{part}": {"get": (LOGIN, 403, 403, 405, 405), "post": (LOGIN, 403, 403, 200, 200)}
        for part in ("confirm", "apply")
    },
    **{name: LIST for name in ("device_status", "vm_status", "status_rows", "status_filters")},
    "status_refresh": ANYONES,
    # Nothing is chosen there, so it leads back to the list
    "status_choose": {"get": (LOGIN, 403, 405, 405, 405), "post": (LOGIN, 403, 302, 302, 302)},
    "status_link": {"get": (LOGIN, 403, 403, 302, 302), "post": (LOGIN, 403, 403, 302, None)},
    "run_list": LIST,
    # Somebody else's run is not there
    **{name: {"get": (LOGIN, 404, 200, 404, 200)} for name in ("run", "run_rows")},
    "run_continue": {"get": (LOGIN, 405, 405, 405, 405), "post": (LOGIN, 403, 403, 404, None)},
    "fleet_run": {"get": (LOGIN, 301, 301, 301, 301)},
    # Without what was seen nothing is undone
    **{name: WRITE | {"get": (LOGIN, 403, 200, 404, 200)} for name in ("run_undo", "syncrun_undo")},
    # Who may see the schedule may see its runs
    "shadow_run": {"get": (LOGIN, 404, 200, 404, 200)},
    "sites": API_READ,
    "sites-sync": FLEET_SYNC,
    **{f"{one}-status": {"get": (403, 403, 200, 200, 200)} for one in ("device", "virtualmachine")},
    **{f"{one}-status-link": FLEET_SYNC for one in ("device", "virtualmachine")},
    "devices-sync": FLEET_SYNC,
    # Without objects the body cannot be followed
    "push": FLEET_SYNC,
    "maintenance": FLEET_SYNC,
    "virtualmachines-sync": FLEET_SYNC,
    # Without devices the body cannot be followed, and nothing is written
    "import": {"get": (403, 403, 200, 200, 200), "post": (403, 403, 403, 400, None)},
    "importrun-list": {"get": (403, 403, 200, 200, 200), "post": (403, 403, 403, 405, 405)},
    "importrun-detail": {"get": (403, 403, 200, 404, 200), "delete": (403, 403, 403, 405, 405)},
    "importrun-rows": {"get": (403, 403, 200, 404, 200), "post": (403, 403, 403, 404, 405)},
    "run-list": {"get": (403, 403, 200, 200, 200), "post": (403, 403, 403, 405, 405)},
    "run-detail": {"get": (403, 403, 200, 404, 200), "delete": (403, 403, 403, 405, 405)},
    "run-items": {"get": (403, 403, 200, 404, 200), "post": (403, 403, 403, 404, 405)},
    # Only its own person and superusers cancel a run
    "run-cancel": {"post": (403, 403, 404, 404, None)},
    # The reader may look; what the superuser would undo was not written
    **{name: {"get": (403, 403, 200, 404, 200), "post": (403, 403, 403, 404, None)} for name in UNDO},
    # Somebody else's job is not there
    "job-status": {"get": (403, 403, 404, 404, 200)},
    **{name: {"post": (403, 403, 404, 404, None)} for name in ("job-cancel", "job-sync-status")},
    "syncrun-list": {"get": (403, 403, 200, 200, 200), "post": (403, 403, 403, 405, 405)},
    "syncrun-detail": {"get": (403, 403, 200, 404, 200), "delete": (403, 403, 403, 405, 405)},
    **{f"{one}-list": API_READ for one in ("deviation", "cause", "comparedobject")},
    **{f"{one}-detail": {"get": (403, 403, 200, 404, 200)} for one in ("deviation", "cause", "comparedobject")},
    # Nothing is named, so nothing is decided
    **{name: {"post": (403, 403, 403, 400, None)} for name in ("deviation-accept", "deviation-take-back")},
    "schedule-list": API_LIST,
    "schedule-detail": API_OBJECT,
    "schedule-preview": COMPARE,
    **{f"schedule-{part}": SYNC for part in ("run", "arm")},
    "network-detail": {"get": (403, 403, 200, 200, 200)},
    # Nobody of NetBox's knows the secret
    "hook": {"post": (403, 403, 403, 403, 403)},
    # No worker runs, so nothing is started
    "network-compare": {"post": (403, 403, 403, 503, None)},
    "device-compare": COMPARE,
    "device-sync": SYNC,
    "virtualmachine-compare": COMPARE,
    "virtualmachine-sync": SYNC,
}
NAMES = {
    "devicetypemapping": {"device_type": "Model"},
    "locationmapping": {"site": "Site"},
    "platformmapping": {"platform": "Linux"},
}
PIECES = ("connection_test", "member_names_preview", "location_pattern_preview")
HEADERS = {name: {"HX-Request": "true"} for name in PIECES}


def addresses() -> dict[str, list[str]]:
    """Name → routes of everything below the plugin's own paths, and of its views on NetBox's objects."""
    found = defaultdict(list)
    for route, pattern in _walk(get_resolver().url_patterns, ""):
        view = pattern.callback
        view = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
        if "plugins/librenms_plugin/" in route or view.__module__.partition(".")[0] == PLUGIN:
            found[str(pattern.name)].append(route)
    return dict(found)


def _walk(patterns: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def test_every_address_is_in_the_table() -> None:
    assert sorted(addresses()) == sorted(TABLE)


@pytest.fixture
def world(simulator: Simulator) -> dict[str, Any]:
    """One object of each kind, all of them with something to sync or to delete."""
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    Interface.objects.create(device=device, name="Only in NetBox", type="other")
    guest = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(guest, ifName="eth0")
    machine = VirtualMachine.objects.create(name="guest", custom_field_data={"librenms_id": {"default": guest}})
    remember_stacks(LibreNMSAPI(), dict.fromkeys(simulator.state.devices, 0))
    compared = ComparedObject.objects.create(server="default", kind="device", object_id=device.pk, name="switch")
    about = {"resource": "interfaces", "field": "mtu", "outcome": "changed"}
    cause = Cause.objects.create(server="default", open=1, **about)
    deviation = Deviation.objects.create(compared=compared, cause=cause, key="x", first_seen=timezone.now(), **about)
    settings = LibreNMSSettings(selected_server="default")
    settings.save()
    run = SyncRun(object=device, object_repr="switch", server="default", librenms_id=1, state="completed")
    run.request_id = "00000000-0000-0000-0000-000000000001"
    run.save()
    fleet = Run.objects.create(kind="sync", request_id=run.request_id, server="default")
    return {
        "device": device,
        "comparedobject": compared,
        "cause": cause,
        "deviation": deviation,
        "virtualchassis": VirtualChassis.objects.create(name="stack"),
        "virtualmachine": machine,
        "interface": Interface.objects.create(device=device, name="Gi1/0/1", type="other"),
        "vminterface": VMInterface.objects.create(virtual_machine=machine, name="eth0"),
        "interfacetypemapping": InterfaceTypeMapping.objects.create(librenms_type="x", netbox_type="other"),
        "devicetypemapping": DeviceTypeMapping.objects.create(librenms_hardware="x", device_type=device.device_type),
        "locationmapping": LocationMapping.objects.create(librenms_location="x", site=device.site),
        "platformmapping": PlatformMapping.objects.create(
            librenms_os="x", platform=Platform.objects.create(name="Linux", slug="linux")
        ),
        "fieldpolicy": FieldPolicy.objects.create(resource="interfaces", field="mtu", policy="ignore"),
        "importignore": ImportIgnore.objects.create(server="default", librenms_id=1),
        "importrule": ImportRule.objects.create(name="x", librenms_os="x"),
        "pushrule": PushRule.objects.create(name="x", profile="x"),
        "schedule": Schedule.objects.create(name="x", server="default", devices="all", minutes=60, run_as=admin()),
        "importrun": Run.objects.create(kind="import", request_id=run.request_id, server="default"),
        "syncrun": run,
        "fleet": fleet,
        "run": fleet,
        "shadow": Run.objects.create(kind="shadow", request_id=run.request_id, server="default"),
        "job": Job.objects.create(name="Import", job_id=run.request_id, data={"librenms": "import"}),
        "librenmssettings": settings,
    }


def paths_of(name: str, world: dict[str, Any]) -> list[str]:
    """The routes of a name, filled in with the object it is about."""
    instance = world.get(re.split(r"[-_]", name)[0])
    values = {"pk": str(instance.pk) if instance else "", "resource": "interfaces", "server": "default"}
    values |= {"librenms_id": "1", "graph": "port_bits" if "interface" in name else "device_bits", "period": "day"}
    return [f"/{_filled(route, values)}" for route in addresses()[name]]


def _filled(route: str, values: dict[str, str]) -> str:
    route = re.sub(r"<\w+:(\w+)>", lambda match: values[match[1]], route)
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: values[match[1]], route)
    return route.replace("^", "").replace("$", "")


def body_of(name: str, world: dict[str, Any], *, many: bool) -> Any:
    """Something that would be written, if it were allowed."""
    bodies: dict[str, Any] = {
        "interfacetypemapping": {"librenms_type": "new", "netbox_type": "virtual"},
        "devicetypemapping": {"librenms_hardware": "new", "device_type": world["device"].device_type_id},
        "locationmapping": {"librenms_location": "new", "site": world["device"].site_id},
        "platformmapping": {"librenms_os": "new", "platform": world["platformmapping"].platform_id},
        "fieldpolicy": {"server": "", "resource": "interfaces", "field": "lag", "policy": "ignore"},
        "importignore": {"server": "default", "librenms_id": "2"},
        "importrule": {"name": "new", "librenms_os": "x", "weight": "1"},
        "pushrule": {"name": "new", "profile": "x", "weight": "1", "address": "primary"},
        "schedule": {"name": "new", "server": "default", "devices": "all", "minutes": 5, "enabled": "0", "seen": "-"},
        "device": {"resources": ["interfaces"], "librenms_id": "2", "name_field": "ifDescr", "all": "1"},
        "virtualmachine": {"resources": ["interfaces"], "librenms_id": "2", "name_field": "ifDescr", "all": "1"},
        "settings": {
            "selected_server": "",
            "interface_name_field": "ifDescr",
            "device_name_source": "sysName",
            "member_name_pattern": "{name}-{position}",
            "policy-interfaces.lag": "ignore",
            "initial-policy-interfaces.lag": "",
        },
        "librenmssettings": {"interface_name_field": "ifDescr"},
    }
    model = re.split(r"[-_]", name)[0]
    body = dict(bodies.get(model, {}))
    if many:
        return [{"id": world[model].pk, **body}]
    if "bulk" in name:
        body |= {"pk": [world[model].pk], "_apply": "1", "_confirm": "1", "confirm": "true"}
    if name.endswith("bulk_import"):
        # Imports know related objects by their names
        line = bodies[model] | NAMES.get(model, {})
        text = f"{','.join(line)}\n{','.join(line.values())}"
        body = {"data": text, "format": "csv", "csv_delimiter": ","}
    if name.endswith("_delete"):
        body |= {"confirm": "true"}
    return body


def visitor(who: str) -> Any:
    """The user behind a kind of visitor; None for nobody."""
    if who == "anonymous":
        return None
    if who in ("admin", READ_ONLY_TOKEN):
        return admin()
    actions = {"stranger": [], "reader": ["view"], "constrained": ["view", "add", "change", "delete"]}[who]
    user = get_user_model().objects.create(username=who)
    permission = ObjectPermission.objects.create(
        name=who, actions=actions, constraints={"pk": 0} if who == "constrained" else None
    )
    permission.object_types.set([ObjectType.objects.get_by_natural_key(*label.split(".")) for label in LABELS])
    permission.users.add(user)
    return user


def client_as(who: str, *, rest: bool) -> Client:
    """Somebody in front of pages with a session, or of REST with a token."""
    user = visitor(who)
    if user is None:
        return Client()
    if rest:
        return Client(headers=token_header(user, writes=who != READ_ONLY_TOKEN))
    return client_of(user)


def everything() -> dict[str, Any]:
    """All that a call could have written."""
    models = (
        *(DeviceTypeMapping, InterfaceTypeMapping, LocationMapping, PlatformMapping, FieldPolicy),
        *(ImportIgnore, ImportRule, PushRule, Run, Deviation, Schedule),
        *(LibreNMSSettings, SyncRun, Interface, VMInterface, MACAddress),
    )
    held: dict[str, Any] = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    for model in (Device, VirtualMachine):
        held[model.__name__] = list(model.objects.order_by("pk").values("pk", "name", "custom_field_data"))
    return held | {"changes": ObjectChange.objects.count()}


def call(client: Client, method: str, path: str, body: Any, *, rest: bool, headers: dict[str, str]) -> Any:
    if method == "get":
        return client.get(path, headers=headers)
    kind = {"content_type": "application/json"} if rest else {}
    return getattr(client, method)(path, body, headers=headers, **kind)


@pytest.mark.parametrize("name", TABLE)
def test_each_visitor_gets_what_he_may(name: str, world: dict[str, Any]) -> None:
    paths = paths_of(name, world)
    rest = paths[0].startswith("/api/")
    before = everything()
    for who in (*VISITORS, READ_ONLY_TOKEN) if rest else VISITORS:
        client = client_as(who, rest=rest)
        for method, statuses in TABLE[name].items():
            wanted = status_for(who, method, statuses)
            if wanted is None:
                continue
            many = rest and name.endswith("-list") and method != "post"
            body = body_of(name, world, many=many)
            for path in paths:
                answer = call(client, method, path, body, rest=rest, headers=HEADERS.get(name, {}))
                assert answer.status_code == wanted, (who, method, path, answer.content[-500:])
                if who == "anonymous" and not rest:
                    assert answer.url.startswith("/login/"), (method, path)
    assert everything() == before


@pytest.mark.slow
def test_no_method_of_http_is_a_fault(world: dict[str, Any]) -> None:
    """OPTIONS and HEAD are for everybody who may look; what an address does not take is refused in HTTP's own words."""
    page = client_as("reader", rest=False)
    rest = Client(headers=token_header(get_user_model().objects.get(username="reader"), writes=True))
    clients = {False: page, True: rest}
    for one in clients.values():
        one.raise_request_exception = False
    before = everything()
    for name in TABLE:
        for path in paths_of(name, world):
            client = clients[path.startswith("/api/")]
            for method in ("options", "head", "put", "patch", "delete", "trace"):
                answer = getattr(client, method)(path, headers=HEADERS.get(name, {}))
                assert answer.status_code < 500, (method, path)
                if method == "options" and answer.status_code == 200:
                    assert "OPTIONS" in answer.headers["Allow"], path
    assert everything() == before


def status_for(who: str, method: str, statuses: Statuses) -> int | None:
    """The status in the table; None for what is not tried."""
    if who == READ_ONLY_TOKEN:
        return statuses[VISITORS.index("admin")] if method == "get" else 403
    return statuses[VISITORS.index(who)]


def test_the_rules_hold_for_the_menu_too(world: dict[str, Any]) -> None:
    shown = client_as("reader", rest=False).get("/").content.decode()
    hidden = client_as("stranger", rest=False).get("/").content.decode()
    lists = ("interface-type-mappings", "field-policies", "import-rules", "import-ignores")
    for path in (f"{page}/" for page in ("librenms-import", "settings", *lists)):
        assert f'href="/plugins/librenms_plugin/{path}"' in shown
        assert f'href="/plugins/librenms_plugin/{path}"' not in hidden
        assert f'href="/plugins/librenms_plugin/{path}add/"' not in shown
