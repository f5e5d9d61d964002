"""NetBox's own tables, kept as a dump for the next checkout: making them takes minutes, loading seconds.

They lie in the user's cache folder, one file for each version of NetBox; ``make clean ARGS=--cache`` deletes them.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools import console, paths, postgres


def folder() -> Path:
    """The user's cache folder for this project's tools; it need not be there."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "netbox-librenms-plugin"


def _dump_of(template: str) -> Path:
    return folder() / f"{template}.dump"


def _program(name: str) -> Path | None:
    """PostgreSQL's program of the server in use; some packages of a server come without it."""
    path = postgres.binaries() / name
    return path if path.is_file() else None


def _run(program: Path, *arguments: str | Path) -> bool:
    """Run one of them against our server; whether it did what it should. What it says goes to a log."""
    log = paths.LOGS / f"{program.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [program, "-h", postgres.sockets(), "-U", postgres.OWNER, *arguments]
    with log.open("w") as sink:
        done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
    return done.returncode == 0


def load(template: str, database: str) -> bool:
    """Fill an empty database from what is kept of ``template``; whether it is filled.

    A file that is not whole is deleted: whoever calls then makes the tables as if there had been none.
    """
    dump, program = _dump_of(template), _program("pg_restore")
    if program is None or not dump.is_file():
        return False
    console.say(f"Loading NetBox's tables from {dump}")
    if _run(program, "-d", database, "--exit-on-error", "--no-owner", dump):
        return True
    console.detail(f"that file cannot be used ({console.tail(paths.LOGS / 'pg_restore.log', 1)}); it is deleted")
    dump.unlink(missing_ok=True)
    return False


def keep(template: str, database: str) -> None:
    """Keep the tables of ``database`` as those of ``template``; where that is not possible nothing is lost but time."""
    program = _program("pg_dump")
    if program is None:
        return
    try:
        folder().mkdir(parents=True, exist_ok=True)
        # Under a passing name: another checkout may be reading at this moment
        handle, passing = tempfile.mkstemp(dir=folder(), prefix=f"{template}.")
    except OSError:
        return
    os.close(handle)
    try:
        if _run(program, "-d", database, "--format=custom", "--no-owner", "-f", passing):
            os.replace(passing, _dump_of(template))
            console.detail(f"kept in {folder()} for other checkouts; 'make clean ARGS=--cache' deletes it")
    finally:
        Path(passing).unlink(missing_ok=True)


def forget() -> None:
    """Delete what is kept."""
    shutil.rmtree(folder(), ignore_errors=True)
