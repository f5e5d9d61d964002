"""NetBox configuration of the demo, the tests and the benchmarks; every choice comes from the environment.

``tools.settings_env`` builds that environment; nothing here is meant for a real installation.
"""

import json
import os
from pathlib import Path
from typing import Any

PLUGIN = "netbox_librenms_plugin"


def _redis_database(purpose: int) -> int:
    """Number of the Redis database for ``purpose`` (0 tasks, 1 caching), apart for every parallel test worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    first = int(os.environ.get("DEV_REDIS_DB", "0"))
    return first + 2 * int(worker) + purpose


def _redis(purpose: int) -> dict[str, Any]:
    return {"URL": f"unix://{os.environ['DEV_REDIS_SOCKET']}?db={_redis_database(purpose)}"}


def _servers() -> dict[str, Any]:
    """LibreNMS servers of the demo; without a file one that nobody listens on, which tests replace."""
    path = os.environ.get("DEV_SERVERS_FILE")
    if path and Path(path).is_file():
        return dict(json.loads(Path(path).read_text()))
    return {
        "default": {
            "display_name": "Nobody",
            "librenms_url": "http://127.0.0.1:9",
            "api_token": "0" * 32,
        }
    }


ALLOWED_HOSTS = ["*"]
SECRET_KEY = "only-for-development-" + "x" * 50
API_TOKEN_PEPPERS = {1: "only-for-development-" + "y" * 50}
DATABASES = {
    "default": {
        "NAME": os.environ.get("DEV_DB", "demo"),
        "USER": "netbox",
        "PASSWORD": "",
        "HOST": os.environ["DEV_POSTGRES_SOCKETS"],
        "PORT": "",
        # The development server answers every request in a new thread; a kept connection would be lost with it.
        "CONN_MAX_AGE": 0,
        "TEST": {
            "NAME": os.environ.get("DEV_TEST_DB", "test_netbox"),
            "TEMPLATE": os.environ.get("DEV_TEMPLATE_DB"),
        },
    }
}
REDIS = {"tasks": _redis(0), "caching": _redis(1)}
DEBUG = os.environ.get("DEV_DEBUG") == "1"
DEVELOPER = True
# NetBox shows the debug toolbar to these addresses only; it would cover a third of every page.
INTERNAL_IPS = ("192.0.2.1",)
PLUGINS = [] if os.environ.get("DEV_WITHOUT_PLUGIN") == "1" else [PLUGIN]
PLUGINS_CONFIG: dict[str, Any] = {PLUGIN: {"servers": _servers()}} if PLUGINS else {}
if os.environ.get("DEV_BRANCHING") == "1":
    from netbox_branching.utilities import DynamicSchemaDict

    # As docs/installation.md says
    DATABASES = DynamicSchemaDict(DATABASES)
    DATABASE_ROUTERS = ["netbox_branching.database.BranchAwareRouter"]
    PLUGINS.append("netbox_branching")
    PLUGINS_CONFIG["netbox_branching"] = {"exempt_models": [f"{PLUGIN}.*"]}
