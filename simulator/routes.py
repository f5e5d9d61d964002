"""Every route of the simulator, in the order in which they are matched."""

from simulator import (
    routes_devices,
    routes_graphs,
    routes_ports,
    routes_resources,
    routes_system,
    writes_devices,
    writes_other,
)
from simulator.calls import ROUTES

__all__ = [
    "ROUTES",
    "routes_devices",
    "routes_graphs",
    "routes_ports",
    "routes_resources",
    "routes_system",
    "writes_devices",
    "writes_other",
]
