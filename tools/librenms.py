"""The LibreNMS behind the demo: the simulator, or a real server named by LIBRENMS_URL and LIBRENMS_TOKEN."""

import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tools import console, netbox_env, paths, ports, processes

SIMULATOR = "simulator"


def is_real(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a real server was named. Raises ToolError when only half of it was."""
    names = ("LIBRENMS_URL", "LIBRENMS_TOKEN")
    given = [name for name in names if environ.get(name)]
    if len(given) == 1:
        absent = next(name for name in names if name not in given)
        raise console.ToolError(f"{given[0]} is set and {absent} is not: a real LibreNMS needs both.")
    return bool(given)


def _token() -> str:
    """The token of the simulator, made once and kept."""
    path = paths.STATE / "simulator.token"
    if not path.is_file():
        _write_privately(path, secrets.token_hex(16))
    return path.read_text()


def _write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner reads, and that is never half written."""
    passing = path.with_suffix(".new")
    passing.unlink(missing_ok=True)
    with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    passing.rename(path)


def _write_servers(*, display_name: str, url: str, token: str) -> None:
    server = {"display_name": display_name, "librenms_url": url, "api_token": token}
    _write_privately(Path(netbox_env.servers_file()), json.dumps({"default": server}))


def _answers(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v0/ping", headers={"X-Auth-Token": _token()})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _start_simulator(settings: str) -> processes.Running:
    processes.stop([SIMULATOR])
    port = ports.choose(SIMULATOR, preferred=8081)
    command = [sys.executable, "-m", "simulator", "--host", "127.0.0.1", "--port", str(port), "--data", "company"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("LIBRENMS_")}
    entry = processes.start(
        SIMULATOR, [*command, "--token", _token()], env=env | {"PYTHONUNBUFFERED": "1"}, port=port, settings=settings
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if processes.running(SIMULATOR) is None:
            break
        if _answers(port):
            return entry
        time.sleep(0.1)
    raise console.ToolError(f"The LibreNMS simulator did not start; see {processes.log_of(SIMULATOR)}.")


def ensure(environ: Mapping[str, str] = os.environ) -> str:
    """Have a LibreNMS that answers, and tell NetBox of it; its address."""
    if is_real(environ):
        url = environ["LIBRENMS_URL"].rstrip("/")
        processes.stop([SIMULATOR])
        _write_servers(display_name="LibreNMS", url=url, token=environ["LIBRENMS_TOKEN"])
        return url
    source = paths.fingerprint(paths.ROOT / "simulator")
    entry = processes.running(SIMULATOR)
    if entry is None or entry.settings != source or not _answers(entry.port or 0):
        console.say("Starting the LibreNMS simulator")
        entry = _start_simulator(source)
    url = f"http://127.0.0.1:{entry.port}"
    _write_servers(display_name="LibreNMS (simulator)", url=url, token=_token())
    return url
