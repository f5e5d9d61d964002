"""Switches that can be imported as they are, and a worker that is there and takes nothing."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django_rq
from dcim.models import Site
from django.core.cache import cache
from rq import Worker

from netbox_librenms_plugin.models import LocationMapping
from simulator.server import Simulator
from tests.imports.support import known_to_netbox
from tests.librenms import add_switch


def add(simulator: Simulator, name: str = "sw", **columns: Any) -> int:
    """A switch of two ports in LibreNMS, at the mapped location Lab, whose texts NetBox knows; gives its id."""
    location = simulator.state.add_location("Lab", 1, 1)
    device_id = add_switch(simulator.state, 2, hostname=name)
    said = {"sysName": name, "hardware": "Model X", "os": "ios", "type": "network", "serial": f"S-{name}"}
    simulator.state.devices[device_id] |= {**said, "location_id": location, **columns}
    site, _made = Site.objects.get_or_create(name="Here", slug="here")
    LocationMapping.objects.get_or_create(librenms_location="Lab", site=site)
    known_to_netbox()
    cache.clear()
    return device_id


@contextmanager
def a_worker() -> Iterator[None]:
    """Somebody who is registered for the queue, and takes nothing."""
    worker = Worker(["default"], connection=django_rq.get_connection("default"), name=uuid.uuid4().hex)
    worker.register_birth()
    try:
        yield
    finally:
        worker.register_death()
        django_rq.get_queue("default").empty()
