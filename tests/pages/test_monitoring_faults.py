"""Every fault of LibreNMS at every address of monitoring, and of pages about both sides: an answer at once, in plain
words, without the token.

An address that is new is in here by its name.
"""

import re
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from virtualization.models import VMInterface

from simulator.data import Dataset
from simulator.server import Simulator
from tests.factories import admin, client_of, make_chassis, make_device, make_interface, make_vm
from tests.librenms import simulated_librenms
from tests.pages.support import HTMX, words
from tests.test_permissions import addresses

pytestmark = pytest.mark.django_db

# Read limits in seconds: what is slow is so soon
QUICK = {"timeout": 0.3, "page_timeout": 0.4, "failure_pause": 0}
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "401": ("status", {"status": 401}),
    "403": ("status", {"status": 403}),
    "404": ("status", {"status": 404, "message": "This API route doesn't exist."}),
    "500 with a path": ("status", {"status": 500, "message": "Error: opening '/opt/librenms/rrd/sw/x.rrd'"}),
    "503": ("status", {"status": 503, "retry_after": 60}),
    "html page": ("html", {"status": 200}),
    "gateway's html page": ("html", {"status": 504}),
    "truncated": ("truncated", {"abort": True}),
    "dropped": ("drop", {}),
    "redirect": ("redirect", {}),
    "slow": ("delay", {"seconds": 2}),
    "dripping": ("drip", {"seconds": 0.05, "drops": 40}),
}
# Those that answer with a body of their own, which needs a list of rows
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "wrong types": ("wrong_types", {}),
    "hostile": ("hostile", {}),
    "empty": ("empty", {}),
}


def places(simulator: Simulator) -> list[str]:
    """The paths of all addresses of monitoring, each about an object that LibreNMS knows."""
    number = simulator.state.add_device(hostname="sw")
    simulator.state.add_port(number, ifName="eth0")
    simulator.state.add_alert(number)
    device, machine = make_device("sw", librenms_id=number), make_vm("sw", librenms_id=number)
    about = {
        "device": device,
        "virtualmachine": machine,
        "virtualchassis": make_chassis("stack", device),
        "interface": make_interface(device, "eth0"),
        "vminterface": VMInterface.objects.create(virtual_machine=machine, name="eth0"),
    }
    found = []
    for name, routes in addresses().items():
        if "monitoring" in name or "librenms_graph" in name:
            kind = name.partition("_")[0]
            graph = "port_bits" if "interface" in kind else "device_bits"
            pk = str(about[kind].pk) if kind in about else ""
            filled = {"pk": pk, "graph": graph, "period": "day"}
            found += [f"/{re.sub(r'<\w+:(\w+)>', lambda part: filled[part[1]], route)}" for route in routes]
    return found


@pytest.mark.parametrize("name", [*FAULTS, *SHAPES])
def test_a_fault_is_said_and_holds_nobody_up(name: str) -> None:
    kind, options = (FAULTS | SHAPES)[name]
    client = client_of(admin())
    with simulated_librenms(Dataset.empty(), **QUICK) as simulator:
        paths = places(simulator)
        assert len(paths) >= 11, paths
        simulator.faults.add("/api/", kind, **options)
        for path in paths:
            cache.clear()
            answer = client.get(path, headers=HTMX)
            content = answer.content.decode()
            assert simulator.tokens.admin not in content, path
            assert "/opt/" not in content and "<script>alert" not in content, path
            if "librenms-graph" in path:
                assert answer["Content-Type"].startswith("image/svg+xml"), path
                assert name in SHAPES or (answer.status_code in (404, 502, 504) and "No graph" in content), path
            elif answer.status_code != 204:
                assert answer.status_code == 200, path
                assert name in SHAPES or "Simulated LibreNMS" in words(content), path


# Pages that look at LibreNMS and NetBox side by side, or tell LibreNMS something
SIDE_BY_SIDE = ("push", "maintenance", "status", "site", "location_pattern")


def pages() -> list[str]:
    """The paths of their addresses, once where a view is there for devices and for virtual machines."""
    found = [
        one for name, routes in addresses().items() if any(word in name for word in SIDE_BY_SIDE) for one in routes
    ]
    once = [one for one in found if "virtual-machines/" not in one and "vm-status/" not in one]
    return [f"/{route}" for route in once if "<" not in route and not route.startswith("api/")]


@pytest.mark.parametrize("name", [*FAULTS, *SHAPES])
def test_a_fault_is_said_on_pages_about_both_sides(name: str) -> None:
    """And in what they ask for afterwards."""
    kind, options = (FAULTS | SHAPES)[name]
    client = client_of(admin())
    asked: set[str] = set()
    with simulated_librenms(Dataset.empty(), **QUICK) as simulator:
        make_device("sw", librenms_id=simulator.state.add_device(hostname="sw"))
        simulator.faults.add("/api/", kind, **options)
        for path in pages():
            cache.clear()
            more = _looked_at(client.get(path), simulator, path)
            for part in more:
                _looked_at(client.get(part, headers=HTMX), simulator, part)
            asked.update(part.partition("?")[0] for part in more)
    assert {
        "/plugins/librenms_plugin/devices/maintenance/rows/",
        "/plugins/librenms_plugin/devices/push/rows/",
    } <= asked


def _looked_at(answer: Any, simulator: Simulator, path: str) -> list[str]:
    """What the page asks for when it is there."""
    content = answer.content.decode()
    assert answer.status_code < 500, (path, answer.status_code)
    assert simulator.tokens.admin not in content, path
    assert "/opt/" not in content and "<script>alert" not in content, path
    return [unescape(one) for one in re.findall(r'hx-get="(/plugins/librenms_plugin/[^"]+)"', content)]
