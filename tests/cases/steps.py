"""What is done in a case, one step after the other. A step's ``do`` is a key of ``ACTIONS``.

- ``compare``: an ``object`` (name of a device or VM) in one ``resource``, read anew from LibreNMS
- ``sync``: the ``resources`` of an ``object``, after a look at them; with ``choices``, ``exclude_fields``, ``dry_run``
- ``import_list``: all devices that could be imported
- ``import``: ``devices`` by their keys, or with more that is chosen for one (``librenms_id`` is then the key), and
  ``options``
- ``librenms``: the network moves on: ``ports`` maps paths to their new columns, or to null for a port that is gone
- ``cable``: somebody documents a cable between the two paths in ``ends``
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from rest_framework.response import Response

from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.cases import Entry
from tests.cases.librenms import MonitoredNetwork
from tests.cases.netbox import DocumentedNetwork, connect
from tests.factories import admin

SYNC_OPTIONS = ("choices", "exclude_fields", "dry_run")


@dataclass(frozen=True, slots=True)
class World:
    """Both sides of a case, and somebody who may do everything over REST."""

    librenms: MonitoredNetwork
    netbox: DocumentedNetwork
    caller: Caller

    @classmethod
    def of(cls, case: Entry, simulator: Simulator) -> Self:
        """The world as it is before the first step."""
        librenms = MonitoredNetwork(simulator.state)
        librenms.fill(case["librenms"])
        netbox = DocumentedNetwork(librenms)
        netbox.fill(case.get("netbox", {}))
        return cls(librenms, netbox, Caller(admin()))


def perform(world: World, step: Entry) -> Any:
    """Do the step and give what REST answered; None where nobody was asked. Raises KeyError for an unknown ``do``."""
    return ACTIONS[step["do"]](world, step)


def _compare(world: World, step: Entry) -> Any:
    return _body(_seen(world, step["object"], step["resource"]))


def _sync(world: World, step: Entry) -> Any:
    """Look first, as a person does: that is what a sync then holds on to."""
    _body(_seen(world, step["object"], step["resources"]))
    options = {name: step[name] for name in SYNC_OPTIONS if name in step}
    return _body(world.caller.sync(world.netbox.owners[step["object"]], resources=step["resources"], **options))


def _import_list(world: World, step: Entry) -> Any:
    return _body(world.caller.get(f"{ROOT}/import/", state="all", refresh="true", limit=0))


def _import(world: World, step: Entry) -> Any:
    devices = [_chosen(world, device) for device in step["devices"]]
    return _body(world.caller.post(f"{ROOT}/import/", {"devices": devices, "options": step.get("options", {})}))


def _change_librenms(world: World, step: Entry) -> None:
    for path, columns in step["ports"].items():
        world.librenms.change_port(path, columns)


def _connect(world: World, step: Entry) -> None:
    connect(*step["ends"])


ACTIONS: dict[str, Callable[[World, Entry], Any]] = {
    "compare": _compare,
    "sync": _sync,
    "import_list": _import_list,
    "import": _import,
    "librenms": _change_librenms,
    "cable": _connect,
}


def _seen(world: World, name: str, resource: str | list[str]) -> Response:
    return world.caller.compare(world.netbox.owners[name], resource=resource, refresh="true")


def _chosen(world: World, device: str | Entry) -> dict[str, Any]:
    chosen = {"librenms_id": device} if isinstance(device, str) else dict(device)
    return chosen | {"librenms_id": world.librenms.devices[chosen["librenms_id"]]}


def _body(answer: Response) -> Any:
    assert answer.status_code == 200, (answer.status_code, answer.content[:600])
    return answer.json()
