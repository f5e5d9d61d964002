"""Real background workers for tests: NetBox is loaded once in a process of its own, which forks workers when told to.

Run as ``python -m tests.workers`` by ``Nursery``: each line of its input, ``{"servers": {...}, "burst": bool,
"modules": [...]}``, makes a worker with these LibreNMS servers and modules; the answer is its process number.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

QUEUES = ("high", "default", "low")
PLUGIN = "netbox_librenms_plugin"


class Nursery:
    """Makes workers on the test's database and Redis in a blink, and ends them."""

    def __init__(self, database: str, log: Path) -> None:
        env = os.environ | {"DEV_DB": database}
        self.log = log
        self.workers: list[int] = []
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.workers"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=env,
                text=True,
            )
        assert self._hear() == "ready", log.read_text()

    def start(self, number: int = 1, *, burst: bool = False, modules: Iterable[str] = ()) -> list[int]:
        """So many workers that know the plugin's servers as they are configured now; their process numbers.

        ``modules`` are imported in each, for what they declare.
        """
        from django.conf import settings

        order = {"servers": settings.PLUGINS_CONFIG[PLUGIN]["servers"], "burst": burst, "modules": list(modules)}
        made = [int(self._say(order)) for _ in range(number)]
        self.workers += made
        until(lambda: registered() >= set(made) or burst, what="workers that have registered")
        return made

    def end(self) -> None:
        """Kill all workers with what they are at."""
        for pid in self.workers:
            kill(pid, *horses_of(pid))
        self.workers = []

    def close(self) -> None:
        """End the nursery too."""
        self.end()
        self._process.kill()
        self._process.wait()

    def _say(self, order: Mapping[str, Any]) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def registered() -> set[int]:
    """Process numbers of the workers that RQ knows."""
    from django_rq import get_connection
    from rq import Worker

    return {int(one.pid) for one in Worker.all(connection=get_connection("default")) if one.pid}


def horses_of(worker: int) -> list[int]:
    """The processes that a worker has forked: they are in its session."""
    return [pid for pid, session in _sessions() if session == worker and pid != worker]


def _sessions() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                # The program's name is in brackets and may hold anything
                yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[3])


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


def kill(*pids: int) -> None:
    """End processes at once, those that live."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def until(happened: Callable[[], Any], *, what: str, seconds: float = 120) -> Any:
    """Wait for something; gives it."""
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end, f"There were no {what} after {seconds} seconds"
        time.sleep(0.05)
    return found


def _work(order: Mapping[str, Any]) -> None:
    from django.conf import settings
    from django_rq.workers import get_worker

    settings.PLUGINS_CONFIG[PLUGIN]["servers"] = order["servers"]
    for name in order["modules"]:
        import_module(name)
    get_worker(*QUEUES).work(burst=order["burst"], logging_level="INFO")


def _fork(order: Mapping[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(2, 1)
        try:
            _work(order)
        finally:
            os._exit(0)
    return child


def main() -> None:
    """Load NetBox, then make workers until nobody wants any more."""
    import django

    django.setup()
    from django.db import connections
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    connections.close_all()
    # The workers are not waited for
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        print(_fork(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
