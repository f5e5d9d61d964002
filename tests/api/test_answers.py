"""Real answers of every address, with what LibreNMS's simulator has, are what the OpenAPI schema says of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from dcim.models import Device, DeviceType, Platform, Site
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.response import Response
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.engine.undo import plan_undo
from netbox_librenms_plugin.models import Run, SyncRun
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.factories import admin, make_device, make_vm, request_of
from tests.imports.fleet import a_worker, add
from tests.librenms import librenms_servers, server_entry
from tests.schedules.support import work_off

from .support import ROOT, Caller, plugin_schema

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


def as_json_schema(part: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema. What has named properties has no others: an answer with more is one that nobody
    described."""
    if isinstance(part, list):
        return [as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: as_json_schema(value) for name, value in part.items() if name != "nullable"}
    if isinstance(part.get("properties"), dict) and "additionalProperties" not in part:
        made["additionalProperties"] = False
    return {"anyOf": [made, {"type": "null"}]} if part.get("nullable") is True else made


def names_in(part: Any) -> set[str]:
    """The parts of the schema that this one refers to."""
    if isinstance(part, list):
        return {name for one in part for name in names_in(one)}
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"].rpartition("/")[2]} if isinstance(part.get("$ref"), str) else set()
    return own | {name for one in part.values() for name in names_in(one)}


@dataclass
class Witness:
    """Calls the API, holds each answer against the schema, and remembers which of the described calls were made."""

    caller: Caller
    schema: Mapping[str, Any]
    made: set[tuple[str, str]] = field(default_factory=set)

    def _validator(self, described: Mapping[str, Any]) -> Draft202012Validator:
        """With the parts that it refers to, of the thousands that NetBox has."""
        parts = self.schema["components"]["schemas"]
        known: dict[str, Any] = {}
        open_ones = names_in(described)
        while open_ones:
            name = open_ones.pop()
            known[name] = as_json_schema(parts[name])
            open_ones |= names_in(parts[name]) - known.keys()
        root = {**as_json_schema(described), "components": {"schemas": known}}
        return Draft202012Validator(root, format_checker=FormatChecker())

    @property
    def described(self) -> set[tuple[str, str]]:
        """(method, address) of every call to the plugin."""
        paths = {path: calls for path, calls in self.schema["paths"].items() if path.startswith(ROOT)}
        return {(method, path) for path, calls in paths.items() for method in METHODS if method in calls}

    def call(
        self, method: str, address: str, *, pk: int | None = None, body: Any = None, status: int = 200, **query: Any
    ) -> Any:
        """The answer's content, which is as the schema says of this status."""
        path = f"{ROOT}/{address.replace('<id>', str(pk))}"
        template = f"{ROOT}/{address.replace('<id>', '{id}')}"
        answer = self.caller.send(method, path, body=body, **query)
        assert answer.status_code == status, (method, path, answer.status_code, answer.content)
        self._check(self.schema["paths"][template][method]["responses"][str(status)], answer, f"{method} {path}")
        self.made.add((method, template))
        return answer.json() if answer.content else None

    def _check(self, described: Mapping[str, Any], answer: Response, what: str) -> None:
        if "content" not in described:
            assert not answer.content or answer.status_code >= 400, what
            return
        errors = self._validator(described["content"]["application/json"]["schema"]).iter_errors(answer.json())
        assert [f"{what}: {one.json_path}: {one.message[:300]}" for one in errors] == []


def crud(witness: Witness, name: str, body: dict[str, Any], change: dict[str, Any], second: dict[str, Any]) -> None:
    """All of NetBox's calls of a model; ``second`` is what a second object differs in."""
    single = witness.call("post", f"{name}/", body=body, status=201)
    other = witness.call("post", f"{name}/", body={**body, **second}, status=201)
    witness.call("get", f"{name}/")
    witness.call("get", f"{name}/<id>/", pk=single["id"])
    witness.call("patch", f"{name}/<id>/", pk=single["id"], body=change)
    witness.call("put", f"{name}/<id>/", pk=single["id"], body=body)
    witness.call("put", f"{name}/", body=[{"id": single["id"], **body}])
    witness.call("patch", f"{name}/", body=[{"id": single["id"], **change}])
    witness.call("delete", f"{name}/<id>/", pk=single["id"], status=204)
    witness.call("delete", f"{name}/", body=[{"id": other["id"]}], status=204)


def models(witness: Witness) -> None:
    """The plugin's own objects."""
    site = Site.objects.first()
    kind, platform = DeviceType.objects.first(), Platform.objects.first()
    change = {"description": "changed"}
    mapped = {"librenms_hardware": "C9300", "device_type": kind.pk}
    crud(witness, "device-type-mappings", mapped, change, {"librenms_hardware": "C9400"})
    mapped = {"librenms_os": "ios", "platform": platform.pk}
    crud(witness, "platform-mappings", mapped, change, {"librenms_os": "junos"})
    mapped = {"librenms_location": "Cellar", "site": site.pk}
    crud(witness, "location-mappings", mapped, change, {"librenms_location": "Roof"})
    mapped = {"librenms_type": "ethernetCsmacd", "netbox_type": "1000base-t", "librenms_speed": 1_000_000}
    crud(witness, "interface-type-mappings", mapped, change, {"librenms_speed": None})
    policy = {"resource": "interfaces", "field": "mtu", "policy": "report_only"}
    crud(witness, "field-policies", policy, {"policy": "ignore"}, {"field": "speed"})
    rule = {"name": "Switches", "weight": 10, "librenms_os": "ios", "site": site.pk}
    crud(witness, "import-rules", rule, {"enabled": False}, {"name": "Routers"})
    ignored = {"server": "default", "librenms_id": 5, "hostname": "five"}
    crud(witness, "import-ignores", ignored, {"hostname": "six"}, {"librenms_id": 6})
    witness.call("get", "settings/")
    witness.call("patch", "settings/", body={"strip_domain": False})
    witness.call("get", "settings/")


def syncs(witness: Witness, company: Simulator) -> None:
    """Comparing and syncing devices and VMs, and what can go wrong."""
    hosts = {pk: row for pk, row in company.state.devices.items() if row.get("parent_id") is None}
    guests = {pk: row for pk, row in company.state.devices.items() if row.get("parent_id") is not None}
    assert guests
    for pk in list(hosts)[:3]:
        device = make_device(f"device-{pk}", librenms_id=pk)
        _one(witness, "devices", device.pk)
    for pk in list(guests)[:2]:
        machine = make_vm(f"guest-{pk}", librenms_id=pk, site=Site.objects.first())
        _one(witness, "virtual-machines", machine.pk)
    stranger = make_device("stranger")
    witness.call("get", "devices/<id>/compare/", pk=stranger.pk, status=404)
    witness.call("get", "devices/<id>/compare/", pk=0, status=404)
    witness.call("get", "devices/<id>/compare/", pk=device.pk, status=400, resource="modules")
    witness.call("post", "devices/<id>/sync/", pk=device.pk, body={"resources": ["modules"]}, status=400)
    run, *_others = SyncRun.objects.all()
    witness.call("get", "sync-runs/", limit=50)
    witness.call("get", "sync-runs/<id>/", pk=run.pk)
    undoing(witness)


def undoing(witness: Witness) -> None:
    """All runs, and undoing them."""
    one = next(one for one in SyncRun.objects.all() if plan_undo(one, user=witness.caller.user).ready)
    witness.call("get", "sync-runs/<id>/undo/", pk=one.pk)
    witness.call("post", "sync-runs/<id>/undo/", pk=one.pk, body={"dry_run": True})
    witness.call("post", "sync-runs/<id>/undo/", pk=one.pk, body={})
    witness.call("post", "sync-runs/<id>/undo/", pk=one.pk, body={}, status=409)
    by = Run.objects.get(kind="undo")
    witness.call("get", "runs/<id>/undo/", pk=by.pk)
    witness.call("post", "runs/<id>/undo/", pk=by.pk, body={"dry_run": True})
    witness.call("post", "runs/<id>/undo/", pk=by.pk, body={"expected": "another"}, status=409)
    witness.call("post", "runs/<id>/undo/", pk=by.pk, body={"background": True}, status=503)
    with a_worker():
        told = witness.call("post", "runs/<id>/undo/", pk=by.pk, body={"background": True}, status=202)
    witness.call("get", "jobs/<id>/status/", pk=told["job"])
    witness.call("post", "runs/<id>/cancel/", pk=told["run"], body={"force": False})
    witness.call("get", "runs/", limit=50)
    for run in Run.objects.all():
        witness.call("get", "runs/<id>/", pk=run.pk)
        witness.call("get", "runs/<id>/items/", pk=run.pk)


def _one(witness: Witness, kind: str, pk: int) -> None:
    compared = witness.call("get", f"{kind}/<id>/compare/", pk=pk)
    names = [one["resource"] for one in compared["plans"]]
    assert "interfaces" in names
    witness.call("post", f"{kind}/<id>/sync/", pk=pk, body={"resources": names, "dry_run": True})
    witness.call("post", f"{kind}/<id>/sync/", pk=pk, body={"resources": names})
    witness.call("get", f"{kind}/<id>/compare/", pk=pk)


def fleets(witness: Witness) -> None:
    """Many objects in one call: looked at, written while one waits and in the background, and what is refused."""
    for kind, model in (("devices", Device), ("virtual-machines", VirtualMachine)):
        address = f"{kind}/sync/"
        ids = list(model.objects.order_by("pk").values_list("pk", flat=True)[:3])
        witness.call("post", address, body={"ids": ids, "dry_run": True})
        witness.call("post", address, body={"ids": ids})
        witness.call("post", address, body={"filter": {"name": ["nobody"]}, "dry_run": True})
        witness.call("post", address, body={"filter": {"colour": ["red"]}}, status=400)
        witness.call("post", address, body={"ids": ids, "background": True}, status=503)
        with a_worker():
            witness.call("post", address, body={"ids": ids, "background": True}, status=202)


def pushes(witness: Witness, company: Simulator) -> None:
    """Push rules, and what LibreNMS is told by them."""
    profiles = {"campus": {"version": "v2c", "community": "c"}}
    kept = make_device("kept", librenms_id=company.state.add_device(hostname="kept"), description="new")
    with librenms_servers({"default": server_entry(company)}, snmp_profiles=profiles):
        rule = {"name": "All", "profile": "campus", "address": "name"}
        crud(witness, "push-rules", rule, {"enabled": False}, {"name": "Others", "site": Site.objects.first().pk})
        witness.call("post", "push-rules/", body=rule, status=201)
        body = {"ids": [make_device("not-known-yet").pk, make_device("no hostname").pk]}
        plan = witness.call("post", "push/", body={**body, "dry_run": True})
        witness.call("post", "push/", body={**body, "expected": "another"}, status=409)
        witness.call("post", "push/", body={**body, "background": True}, status=503)
        witness.call("post", "push/", body={**body, "expected": plan["digest"]})
        with a_worker():
            witness.call("post", "push/", body={**body, "background": True}, status=202)
        witness.call("post", "push/", body={"filter": {"colour": ["red"]}}, status=400)
        witness.call("patch", "settings/", body={"kept_fields": {"notes": "netbox_wins"}})
        plan = witness.call("post", "push/", body={"ids": [kept.pk], "dry_run": True})
        assert plan["results"][0]["fields"]
        witness.call("post", "push/", body={"ids": [kept.pk], "change": True})


def windows(witness: Witness, company: Simulator) -> None:
    """Maintenance in LibreNMS."""
    known = next(iter(company.state.devices))
    body = {"ids": [make_device("under-maintenance", librenms_id=known).pk], "minutes": 30, "note": "x"}
    witness.call("post", "maintenance/", body={**body, "dry_run": True})
    witness.call("post", "maintenance/", body={**body, "expected": "another"}, status=409)
    witness.call("post", "maintenance/", body={**body, "background": True}, status=503)
    witness.call("post", "maintenance/", body=body)
    with a_worker():
        witness.call("post", "maintenance/", body={**body, "background": True}, status=202)
    witness.call("post", "maintenance/", body={**body, "end": "2099-01-01T00:00:00Z"}, status=400)


def statuses(witness: Witness, company: Simulator) -> None:
    """Where objects stand, and the links of those that were found."""
    found = add(company, "found-switch")
    make_device("found-switch")
    make_device("patch-panel")
    for kind in ("devices", "virtual-machines"):
        address = f"status/{kind}/"
        witness.call("get", address, limit=1000, refresh="true", sort="-uptime")
        witness.call("get", address, status=400, colour="red")
        witness.call("post", f"{address}link/", body={"filter": {"name": ["nobody"]}, "dry_run": True})
        witness.call("post", f"{address}link/", body={"filter": {"colour": ["red"]}}, status=400)
    told = witness.call("post", "status/devices/link/", body={"filter": {"name": ["found-switch", "patch-panel"]}})
    assert (told["linked"], told["results"][0]["librenms_id"]) == (1, found)


def imports(witness: Witness, company: Simulator) -> None:
    """The list, an import while one waits, one in the background, and their records."""
    number = add(company, "new-switch")
    later = add(company, "later-switch")
    witness.call("get", "import/", limit=200)
    witness.call("get", "import/", status=400, colour="red")
    some = [{"librenms_id": pk} for pk in list(company.state.devices)[:20]]
    witness.call("post", "import/", body={"devices": some, "dry_run": True})
    witness.call("post", "import/", body={"devices": [{"librenms_id": number}, *some[:1]]})
    witness.call("post", "import/", body={"devices": [{"librenms_id": later}], "background": True}, status=503)
    with a_worker():
        body = {"devices": [{"librenms_id": later}], "background": True}
        told = witness.call("post", "import/", body=body, status=202)
        witness.call("get", "jobs/<id>/status/", pk=told["job"])
        witness.call("post", "jobs/<id>/sync-status/", pk=told["job"])
        witness.call("post", "jobs/<id>/cancel/", pk=told["job"], body={"force": False})
        witness.call("get", "jobs/<id>/status/", pk=told["job"])
        witness.call("get", "jobs/<id>/status/", pk=0, status=404)
    witness.call("get", "import-runs/")
    for run in Run.objects.all():
        witness.call("get", "import-runs/<id>/", pk=run.pk)
        witness.call("get", "import-runs/<id>/rows/", pk=run.pk)


def deviations(witness: Witness) -> None:
    """What differs everywhere, what is decided about it, and the comparison of everything."""
    with a_worker():
        told = witness.call("post", "network/compare/", body={"complete": True}, status=202)
        witness.call("get", "network/")
    run = Run.objects.get(pk=told["run"])
    with request_of(witness.caller.user) as request:
        run_now(run, request)
    witness.call("get", "network/")
    witness.call("post", "network/compare/", body={}, status=503)
    for name in ("deviations", "causes", "compared-objects"):
        rows = witness.call("get", f"{name}/", limit=1000)["results"]
        assert rows, name
        witness.call("get", f"{name}/<id>/", pk=rows[0]["id"])
    chosen = {"filter": {"state": "open"}}
    witness.call("post", "deviations/accept/", body={**chosen, "until": "2099-01-31", "reason": "because"})
    witness.call("get", "deviations/", state="accepted", limit=1000)
    witness.call("post", "deviations/accept/", body={"until": "2099-01-31", "reason": "because"}, status=400)
    witness.call("post", "deviations/take-back/", body={"filter": {"state": "accepted"}})
    witness.call("post", "deviations/take-back/", body={"filter": {}}, status=400)


def schedules(witness: Witness) -> None:
    """Schedules: what one would do, a run of it in shadow, and the question whether it may write."""
    when = {"devices": "all", "minutes": 60, "shadow_runs": 1}
    body = {"name": "Nightly", "server": "default", "action": "sync", "resources": ["interfaces"], **when}
    crud(witness, "schedules", body, {"description": "changed"}, {"name": "Weekly", "minutes": None, "at": "02:00:00"})
    pk = witness.call("post", "schedules/", body=body, status=201)["id"]
    witness.call("get", "schedules/<id>/preview/", pk=pk)
    witness.call("get", "schedules/<id>/preview/", pk=0, status=404)
    witness.call("post", "schedules/<id>/run/", pk=pk, body={}, status=503)
    witness.call("post", "schedules/<id>/arm/", pk=pk, status=409)
    with a_worker():
        told = witness.call("post", "schedules/<id>/run/", pk=pk, body={"force": ""}, status=202)
        witness.call("post", "schedules/<id>/run/", pk=pk, body={}, status=409)
    work_off(Run.objects.get(pk=told["run"]))
    assert witness.call("post", "schedules/<id>/arm/", pk=pk)["state"] == "armed"
    witness.call("get", "schedules/<id>/", pk=pk)


def sites(witness: Witness, company: Simulator) -> None:
    """Sites and locations: the list, what would be done, what is done at once and in the background."""
    company.state.add_location("New place", 48.85, 2.35)
    company.state.add_location("Newer place", 48.86, 2.36)
    Site.objects.create(name="Only here", slug="only-here", latitude="52.1", longitude="4.9")
    listed = witness.call("get", "sites/", limit=500, refresh=True)["results"]
    missing = [one["key"] for one in listed if one["outcome"] == "missing"]
    alone = next(one["key"] for one in listed if one["name"] == "Only here")
    body = {"keys": [missing[0], alone], "actions": ["create_site", "create_in_librenms"]}
    witness.call("post", "sites/sync/", body={**body, "dry_run": True})
    witness.call("post", "sites/sync/", body=body)
    witness.call("post", "sites/sync/", body={"keys": ["location:0"], "direction": "netbox"}, status=400)
    later = {"keys": missing[1:2], "direction": "netbox", "background": True}
    witness.call("post", "sites/sync/", body=later, status=503)
    with a_worker():
        witness.call("post", "sites/sync/", body=later, status=202)


def notices(witness: Witness, company: Simulator) -> None:
    """LibreNMS calls."""
    template = f"{ROOT}/hook/{{server}}/"
    described = witness.schema["paths"][template]["post"]["responses"]["202"]
    with librenms_servers({"default": server_entry(company, webhook_secret="known-to-LibreNMS")}):
        answer = witness.caller.post(
            f"{ROOT}/hook/default/", {"device_id": 1}, **{"X-LibreNMS-Secret": "known-to-LibreNMS"}
        )
    assert answer.status_code == 202
    witness._check(described, answer, template)
    witness.made.add(("post", template))


@pytest.mark.slow
def test_every_answer_is_what_the_schema_says(company: Simulator) -> None:
    witness = Witness(Caller(admin()), plugin_schema())
    imports(witness, company)
    models(witness)
    syncs(witness, company)
    fleets(witness)
    pushes(witness, company)
    windows(witness, company)
    statuses(witness, company)
    deviations(witness)
    schedules(witness)
    sites(witness, company)
    notices(witness, company)
    assert witness.described - witness.made == set(), "every call that is described was made"


def test_an_answer_that_nobody_described_would_be_found() -> None:
    part = {"type": "object", "properties": {"name": {"type": "string", "nullable": True}}, "required": ["name"]}
    validator = Draft202012Validator(as_json_schema(part))
    assert validator.is_valid({"name": None}) and validator.is_valid({"name": "one"})
    for wrong in ({}, {"name": 1}, {"name": "one", "more": 2}):
        assert not validator.is_valid(wrong), wrong
