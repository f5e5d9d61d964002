"""Runs the tests: servers up, a database and a Redis of the run's own, then pytest."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tools import console, databases, memory, netbox_env, paths, postgres, redis_server
from tools.lock import locked

_RUNS_AT_ONCE = 24


@contextmanager
def slot() -> Iterator[int]:
    """A number that no other running test run of this checkout has, for the names of its databases."""
    folder = paths.STATE / "slots"
    folder.mkdir(exist_ok=True)
    for number in range(_RUNS_AT_ONCE):
        with (folder / str(number)).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
    raise console.ToolError(f"{_RUNS_AT_ONCE} test runs are going on in this checkout; wait for one to end.")


def start_servers() -> None:
    """PostgreSQL and Redis up."""
    with locked():
        postgres.start()
        redis_server.start()


def prepare() -> str:
    """Servers up and the template database there; the template's name."""
    start_servers()
    with locked():
        return databases.ensure_template()


def environment_of(number: int, template: str) -> dict[str, str]:
    """The environment of the test run with this number: a database from the template, and an empty Redis."""
    first = redis_server.FIRST_TEST + number * redis_server.PER_TEST_RUN
    for database in range(first, first + redis_server.PER_TEST_RUN):
        redis_server.flush(database)
    return netbox_env.build(database=f"run{number}", redis=first, template=template, test_database=f"test_run{number}")


def whole_suite() -> list[str]:
    """pytest's arguments for all tests: on all processors, and each takes over what another has not come to yet."""
    processors = min(os.cpu_count() or 1, redis_server.PER_TEST_RUN // redis_server.PER_PROCESS)
    parallel = ["-n", str(processors), "--dist", "worksteal"] if processors > 1 else []
    return [*parallel, "--durations=10"]


def run(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments, all tests without any; its exit status."""
    arguments = arguments or whole_suite()
    template = prepare()
    with slot() as number:
        with memory.in_memory(template, f"run{number}") as copy:
            env = environment_of(number, copy)
            return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=paths.ROOT, env=env)


def bench(arguments: Sequence[str]) -> int:
    """Run ``tools.bench`` on a fresh copy of the template, which is dropped afterwards; its exit status."""
    template = prepare()
    with slot() as number:
        database = f"bench{number}"
        first = redis_server.FIRST_TEST + number * redis_server.PER_TEST_RUN
        for redis in (first, first + 1):
            redis_server.flush(redis)
        postgres.clone(template, database)
        try:
            env = netbox_env.build(database=database, redis=first)
            return subprocess.call([sys.executable, "-m", "tools.bench", *arguments], cwd=paths.ROOT, env=env)
        finally:
            postgres.drop(database)
