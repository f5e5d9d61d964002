"""NetBox's web server and its workers: started, looked after, restarted when their code changed."""

import hashlib
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools import console, netbox_env, paths, ports, processes, redis_server

WEB = "web"
WORKERS = "workers"
ALL = (WEB, WORKERS)
_NUMBER_OF_WORKERS = 2
_PATIENCE = 120.0  # seconds for a first start on a slow machine


def _settings() -> str:
    """Changes when a server has to be restarted: other code, other LibreNMS servers, another environment."""
    servers = Path(netbox_env.servers_file())
    known = [
        paths.fingerprint(paths.PLUGIN, paths.ROOT / "tools" / "configuration.py", paths.VENV / "installed"),
        servers.read_text() if servers.is_file() else "",
        netbox_env.profile().database,
    ]
    return hashlib.sha256(repr(known).encode()).hexdigest()


def _netbox(*arguments: str) -> list[str | Path]:
    return [sys.executable, "-m", "netbox", *arguments]


def page_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=20) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _registered_workers() -> set[int]:
    """Process numbers of the workers that have signed in with Redis."""
    from redis import Redis
    from rq import Worker

    connection = Redis(unix_socket_path=str(redis_server.socket_path()), db=netbox_env.profile().redis)
    return {worker.pid for worker in Worker.all(connection=connection) if worker.pid}


def _workers_answer(entry: processes.Running) -> bool:
    return len(_registered_workers().intersection(processes.members(entry))) >= _NUMBER_OF_WORKERS


def _is_healthy(name: str, settings: str) -> bool:
    entry = processes.running(name)
    if entry is None or entry.settings != settings:
        return False
    return page_answers(entry.port or 0) if name == WEB else _workers_answer(entry)


def choose_port() -> int:
    return ports.choose(WEB, preferred=8000)


def _start(name: str, settings: str) -> None:
    env = netbox_env.demo()
    if name == WEB:
        port = choose_port()
        command = _netbox("runserver", f"127.0.0.1:{port}", "--noreload", "--insecure", "--skip-checks")
        processes.start(name, command, env=env, port=port, settings=settings)
    else:
        command = [sys.executable, "-m", "tools.workers", str(_NUMBER_OF_WORKERS)]
        processes.start(name, command, env=env, settings=settings)


def _wait(name: str, settings: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if processes.running(name) is None:
            break
        if _is_healthy(name, settings):
            return
        time.sleep(0.2)
    print(console.tail(processes.log_of(name)), file=sys.stderr)
    raise console.ToolError(f"NetBox's {name} did not start; the lines above are the end of {processes.log_of(name)}.")


def ensure(names: tuple[str, ...] = ALL) -> None:
    """Have these servers running and healthy with the code as it is now; those that are not are started anew."""
    settings = _settings()
    due = [name for name in names if not _is_healthy(name, settings)]
    if not due:
        return
    console.say(f"Starting NetBox's {', '.join(due)}")
    processes.stop(due)
    for name in due:
        _start(name, settings)
    with console.Heartbeat("Waiting for NetBox"):
        for name in due:
            _wait(name, settings)


def address() -> str:
    """The address of the running web server; empty when there is none."""
    entry = processes.running(WEB)
    return f"http://127.0.0.1:{entry.port}/" if entry else ""
