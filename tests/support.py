"""What tests share beside fixtures: a simulated LibreNMS that NetBox is pointed at."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

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
