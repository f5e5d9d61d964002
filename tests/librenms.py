"""The LibreNMS of tests: simulated, known to the plugin, with devices in it; and records as the plugin makes them.

Importable without Django, for the tests of the pure core and of the simulator.
"""

import copy
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from netbox_librenms_plugin.librenms.records import Device, InventoryItem
from netbox_librenms_plugin.sync.chassis.stacks import Stack, StackMember
from simulator.data import Dataset
from simulator.server import Simulator

PLUGIN = "netbox_librenms_plugin"


@contextmanager
def librenms_servers(servers: Mapping[str, Mapping[str, Any]], **options: Any) -> Iterator[None]:
    """Let the plugin know these servers, and these further options, instead of those it was started with.

    What it had cached of others is forgotten, before and after.
    """
    from django.conf import settings
    from django.core.cache import cache
    from django.test import override_settings

    configuration = copy.deepcopy(settings.PLUGINS_CONFIG)
    configuration[PLUGIN] |= {"servers": {key: dict(server) for key, server in servers.items()}, **options}
    cache.clear()
    with override_settings(PLUGINS_CONFIG=configuration):
        yield
    cache.clear()


def server_entry(simulator: Simulator, *, token: str | None = None, **options: Any) -> dict[str, Any]:
    """The configuration of one server that points at the simulator, with a fully entitled token unless told."""
    entry = {
        "display_name": "Simulated LibreNMS",
        "librenms_url": simulator.url,
        "api_token": token or simulator.tokens.admin,
    }
    return entry | options


@contextmanager
def simulated_librenms(
    data: str | Dataset = "company", *, version: str = "26.7", key: str = "default", **options: Any
) -> Iterator[Simulator]:
    """A running simulator that is the plugin's only server, named ``key``; ``options`` go into its configuration.

    In a test case of NetBox's: ``self.simulator = self.enterContext(simulated_librenms(data))``.
    """
    with Simulator(data=data, version=version) as simulator:
        with librenms_servers({key: server_entry(simulator, **options)}):
            yield simulator


@contextmanager
def asked_by_somebody_else(*names: str) -> Iterator[None]:
    """Somebody waits for LibreNMS's answer to each of these (``device:5``, ``snapshot:5``, ``devices`` …)."""
    from netbox_librenms_plugin.librenms.cache import Shelf
    from netbox_librenms_plugin.librenms.config import configured_servers

    shelf = Shelf(next(iter(configured_servers().values())))
    with ExitStack() as held:
        for name in names:
            held.enter_context(shelf.alone(name))
        yield


# What LibreNMS watches


def add_switch(state: Dataset, ports: int, *, vlans: tuple[int, ...] = (10, 20), hostname: str = "switch") -> int:
    """A switch with access and trunk ports, an aggregate and a sub-interface; gives its id."""
    device_id = state.add_device(hostname=hostname)
    aggregate = state.add_port(device_id, ifName="Po1", ifType="ieee8023adLag", ifSpeed=20_000_000_000)
    for number in range(1, ports):
        port_id = state.add_port(
            device_id,
            ifName=f"Gi1/0/{number}",
            ifType="ethernetCsmacd",
            ifSpeed=1_000_000_000,
            ifMtu=1500,
            ifAlias=f"desk {number}",
            ifDuplex="fullDuplex",
            ifAdminStatus="up",
        )
        if vlans:
            state.add_port_vlan(port_id, vlans[0], untagged=True)
        for vid in vlans[1:] if number % 2 else ():
            state.add_port_vlan(port_id, vid)
        if number <= 2:
            state.add_stack(aggregate, port_id)
    return device_id


def add_switches(state: Dataset, number: int, *, first: int = 1, ports: int = 2, **columns: Any) -> list[int]:
    """So many switches that say all about themselves; NetBox knows what they refer to after ``known_to_netbox``."""
    ids = []
    for n in range(first, first + number):
        known = {
            "sysName": f"switch-{n:04}",
            "hardware": "C9300-48P",
            "os": "linux",
            "type": "network",
            "serial": f"SN{n:05}",
            "location": "Site A",
        }
        device_id = state.add_device(hostname=f"switch-{n:04}.example.net", **{**known, **columns})
        for port in range(1, ports + 1):
            state.add_port(device_id, ifName=f"eth{port}", ifType="ethernetCsmacd", ifSpeed=1_000_000_000)
        ids.append(device_id)
    return ids


def add_router(state: Dataset, *addresses: str, hostname: str = "router", ip: str = "192.0.2.250") -> int:
    """A router with one port for each address (eth0, eth1, …); gives its id."""
    device_id = state.add_device(hostname=hostname, ip=ip)
    for number, address in enumerate(addresses):
        state.add_address(state.add_port(device_id, ifName=f"eth{number}"), address)
    return device_id


def add_chassis_units(state: Dataset, device_id: int, *serials: str, **columns: Any) -> None:
    """The inventory of a stack: a chassis for each serial number, numbered from 1."""
    state.add_inventory(device_id, entPhysicalIndex=1, entPhysicalClass="stack", entPhysicalName="Stack")
    for number, serial in enumerate(serials, 1):
        state.add_inventory(
            device_id,
            entPhysicalIndex=1000 * number,
            entPhysicalClass="chassis",
            entPhysicalName=f"Switch {number}",
            entPhysicalSerialNum=serial,
            entPhysicalContainedIn=1,
            **columns,
        )


# The records that the plugin makes of answers


def device_record(device_id: int = 1, **columns: Any) -> Device:
    """A device; columns as the record names them."""
    named = {"hostname": "switch.example.net", "sys_name": "switch.example.net"}
    return Device(**{"device_id": device_id, **named, **columns})


def chassis_record(index: int, serial: str | None, name: str = "", **columns: Any) -> InventoryItem:
    """A chassis of the inventory."""
    return InventoryItem(**{"index": index, "serial": serial, "name": name, "class_": "chassis", **columns})


def stack_record(*serials: str, first: int = 1, master: int = 0, model: str = "C9300") -> Stack:
    """A stack by its inventory: a unit for each serial number, in the order of their positions."""
    return Stack(
        tuple(
            StackMember(
                position=first + at, serial=serial, model=model, name=f"Switch {first + at}", is_master=at == master
            )
            for at, serial in enumerate(serials)
        )
    )
