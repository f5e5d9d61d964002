"""The environment in which NetBox runs: everything that tools/configuration.py reads."""

import os
from dataclasses import dataclass

from tools import paths, postgres, redis_server


@dataclass(frozen=True, slots=True)
class Profile:
    """One of the two demos, and what keeps it apart from the other one."""

    name: str
    database: str
    redis: int


SIMULATED = Profile(name="simulated", database="demo", redis=redis_server.DEMO)
REAL = Profile(name="real", database="demo_real", redis=redis_server.DEMO_REAL)


def profile() -> Profile:
    """The demo that was started last: with the simulator, or with a real LibreNMS."""
    record = paths.STATE / "profile"
    return REAL if record.is_file() and record.read_text() == REAL.name else SIMULATED


def choose_profile(chosen: Profile) -> None:
    (paths.STATE / "profile").write_text(chosen.name)


def servers_file() -> str:
    """Where the demo keeps the addresses and tokens of its LibreNMS servers (readable by its owner only)."""
    return str(paths.STATE / "servers.json")


def build(
    *,
    database: str = SIMULATED.database,
    redis: int = redis_server.DEMO,
    plugin: bool = True,
    template: str = "",
    test_database: str = "",
    demo_servers: bool = False,
    debug: bool = False,
) -> dict[str, str]:
    """The environment of a NetBox process on ``database`` and the Redis databases ``redis`` and the one after it."""
    root = paths.STATE / "netbox"
    for folder in ("media", "reports", "scripts", "static"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    chosen = {
        "DJANGO_SETTINGS_MODULE": "netbox.settings",
        "NETBOX_CONFIGURATION": "tools.configuration",
        "NETBOX_ROOT": str(root),
        "PYTHONPATH": str(paths.ROOT),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(paths.STATE / "hypothesis"),
        "DEV_DB": database,
        "DEV_POSTGRES_SOCKETS": str(postgres.sockets()),
        "DEV_REDIS_SOCKET": str(redis_server.socket_path()),
        "DEV_REDIS_DB": str(redis),
        "DEV_WITHOUT_PLUGIN": "" if plugin else "1",
        "DEV_TEMPLATE_DB": template,
        "DEV_TEST_DB": test_database,
        "DEV_SERVERS_FILE": servers_file() if demo_servers else "",
        "DEV_DEBUG": "1" if debug else "",
    }
    # The token of a real LibreNMS reaches NetBox through the servers file alone.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DEV_", "LIBRENMS_"))}
    return inherited | chosen


def with_branching() -> dict[str, str]:
    """What makes an environment one with NetBox's branching plugin."""
    return {"DEV_BRANCHING": "1", "PYTHONPATH": os.pathsep.join((str(paths.ROOT), str(paths.BRANCHING)))}


def demo(*, debug: bool = False) -> dict[str, str]:
    """The environment of the demo that was started last."""
    chosen = profile()
    return build(database=chosen.database, redis=chosen.redis, demo_servers=True, debug=debug)
