"""Servers in the background: started in sessions of their own, remembered in files, ended with all their children."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tools import console, paths


@dataclass(frozen=True, slots=True)
class Running:
    """A started server. ``started`` tells it from another process that was given the same number later."""

    pid: int
    started: str
    port: int | None
    settings: str


@dataclass(frozen=True, slots=True)
class _Status:
    """What the system knows of a process: its state letter, its session and its time of start."""

    state: str
    session: int
    started: str


def _status(pid: int) -> _Status | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None if Path("/proc/self").exists() else _status_by_ps(pid)
    # The program's name is in brackets and may hold anything; the fields are counted from behind it.
    fields = text.rpartition(")")[2].split()
    return _Status(state=fields[0], session=int(fields[3]), started=fields[19])


def _status_by_ps(pid: int) -> _Status | None:
    done = subprocess.run(["ps", "-o", "state=,sess=,lstart=", "-p", str(pid)], capture_output=True, text=True)
    fields = done.stdout.split()
    if done.returncode or len(fields) < 3:
        return None
    return _Status(state=fields[0][0], session=os.getsid(pid), started=" ".join(fields[2:]))


def _all_pids() -> Iterator[int]:
    if Path("/proc/self").exists():
        yield from (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return
    done = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True)
    yield from map(int, done.stdout.split())


def _is_alive(pid: int, started: str) -> bool:
    status = _status(pid)
    return status is not None and status.state != "Z" and status.started == started


def _record(name: str) -> Path:
    return paths.SERVICES / f"{name}.json"


def log_of(name: str) -> Path:
    return paths.LOGS / f"{name}.log"


def known() -> list[str]:
    """Names of all servers that were started and not stopped since, dead ones too."""
    return sorted(path.stem for path in paths.SERVICES.glob("*.json"))


def running(name: str) -> Running | None:
    """The server of this name if it is alive."""
    try:
        entry = Running(**json.loads(_record(name).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return entry if _is_alive(entry.pid, entry.started) else None


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    port: int | None = None,
    settings: str = "",
) -> Running:
    """Start a server; its session holds its children too, so that none is left behind when it is stopped.

    ``settings`` names what it was started with: a caller compares it to know whether a restart is due.
    """
    paths.SERVICES.mkdir(parents=True, exist_ok=True)
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with log_of(name).open("a") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=paths.ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    status = _status(process.pid)
    if status is None:
        raise console.ToolError(f"{name} ended at once; see {log_of(name)}.")
    entry = Running(pid=process.pid, started=status.started, port=port, settings=settings)
    _record(name).write_text(json.dumps(asdict(entry)))
    # Popen would warn about a child that outlives it; this one is meant to.
    process.returncode = 0
    return entry


def members(entry: Running) -> list[int]:
    """Process numbers of a server and of everything that it started."""
    return _session_members(entry.pid)


def _session_members(session: int) -> list[int]:
    members = []
    for pid in _all_pids():
        status = _status(pid)
        if status is not None and status.session == session and status.state != "Z":
            members.append(pid)
    return members


def _signal(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _wait_for_end(session: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _reap()
        if not _session_members(session):
            return True
        time.sleep(0.05)
    return not _session_members(session)


def _reap() -> None:
    """Take in the exit status of ended children of this very process, so that they do not linger."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def stop(names: Sequence[str], *, patience: float = 5.0) -> None:
    """End these servers and everything in their sessions: asked first, after ``patience`` seconds made to."""
    entries = {name: entry for name in names if (entry := running(name)) is not None}
    for entry in entries.values():
        _signal(_session_members(entry.pid), signal.SIGTERM)
    for entry in entries.values():
        if not _wait_for_end(entry.pid, patience):
            _signal(_session_members(entry.pid), signal.SIGKILL)
            _wait_for_end(entry.pid, patience)
    for name in names:
        _record(name).unlink(missing_ok=True)
