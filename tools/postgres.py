"""A private PostgreSQL, reached over a Unix socket only, and the few statements that the tools send it."""

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tools import console, paths, system

OLDEST = 15  # NetBox 4.7 asks for it
OWNER = "netbox"
# Nothing in it outlives the checkout, so it need not survive a crash of the machine; tests are twice as fast for it.
_OPTIONS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
)
_USUAL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_WHAT_IS_NEEDED = "PostgreSQL 15 or newer with ICU and its contrib modules"


def data() -> Path:
    return paths.runtime() / "postgres"


def sockets() -> Path:
    return paths.runtime() / "run"


def _major(binaries: Path) -> int:
    """Major version of the server in this folder, 0 where there is none."""
    try:
        done = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r"\b(\d+)", done.stdout)
    return int(found.group(1)) if found else 0


def _candidates() -> list[Path]:
    """Folders with PostgreSQL's programs, new enough, newest first."""
    folders = [Path(path) for pattern in _USUAL_FOLDERS for path in glob.glob(pattern)]
    if (on_path := shutil.which("postgres")) is not None:
        folders.append(Path(on_path).resolve().parent)
    usable = {folder for folder in folders if _major(folder) >= OLDEST and (folder / "initdb").exists()}
    return sorted(usable, key=_major, reverse=True)


def _initialised_by() -> int:
    """Major version that made the data folder, 0 where there is none yet."""
    version = data() / "PG_VERSION"
    return int(version.read_text()) if version.is_file() else 0


@cache
def binaries() -> Path:
    """The folder of the programs to use: those that made the data, else the newest; installed where allowed."""
    found = _candidates()
    if not found:
        system.install_packages(["postgresql"], why=f"since NetBox needs {_WHAT_IS_NEEDED}")
        found = _candidates()
    if not found:
        raise console.ToolError(f"{_WHAT_IS_NEEDED} is needed: install a package postgresql of version 15 or newer.")
    made_by = _initialised_by()
    return next((folder for folder in found if _major(folder) == made_by), found[0])


def _as_owner(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run one of the server's own programs under the account that owns the data."""
    account = paths.postgres_account()
    # The server inherits what we hold open; a pipe to us would never close, hence files and no pipes.
    log = paths.LOGS / "postgres-tools.log"
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with log.open("w") as sink:
        done = subprocess.run(
            [str(part) for part in command],
            cwd="/",
            user=account,
            extra_groups=[] if account else None,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return subprocess.CompletedProcess(done.args, done.returncode, stdout=log.read_text(), stderr="")


def _make_folders() -> None:
    account = paths.postgres_account()
    for folder, mode in ((data(), 0o700), (sockets(), 0o755)):
        folder.mkdir(parents=True, exist_ok=True)
        if account:
            shutil.chown(folder, user=account)
        folder.chmod(mode)


def _initialise() -> None:
    if _initialised_by() not in (0, _major(binaries())):
        console.say("The PostgreSQL that made the databases is gone; making them anew with the one that is here")
        shutil.rmtree(data())
    _make_folders()
    if _initialised_by():
        return
    done = _as_owner(
        [
            *(binaries() / "initdb", "-D", data(), "-U", OWNER),
            *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        ]
    )
    if done.returncode:
        raise console.ToolError(f"PostgreSQL's initdb failed: {done.stdout.strip().splitlines()[-1]}")


def is_up() -> bool:
    command = [str(binaries() / "pg_isready"), "-q", "-h", str(sockets()), "-U", OWNER, "-d", "postgres", "-t", "2"]
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0


def is_started() -> bool:
    """Whether the server answers; asks nothing and installs nothing where no database was ever made."""
    return _initialised_by() > 0 and is_up()


def start() -> None:
    """Make sure that the server answers. Raises ToolError with its last words when it does not come up."""
    if is_started():
        return
    _initialise()
    options = " ".join([f"-k '{sockets()}'", *(f"-c {option}" for option in _OPTIONS)])
    log = sockets() / "postgres.log"
    done = _as_owner([binaries() / "pg_ctl", "-D", data(), "-w", "-t", "60", "-l", log, "-o", options, "start"])
    if done.returncode or not is_up():
        raise console.ToolError(f"PostgreSQL did not start; {log} ends with: {console.tail(log, 3)}")
    _check_features()


def _check_features() -> None:
    if not sql("SELECT 1 FROM pg_collation WHERE collprovider = 'i' LIMIT 1"):
        raise console.ToolError(
            f"The PostgreSQL in {binaries()} was built without ICU: install the package postgresql."
        )
    if not sql("SELECT 1 FROM pg_available_extensions WHERE name = 'ltree'"):
        raise console.ToolError(f"The PostgreSQL in {binaries()} lacks ltree: install the package postgresql-contrib.")


def stop() -> None:
    if _initialised_by() and (data() / "postmaster.pid").exists():
        _as_owner([binaries() / "pg_ctl", "-D", data(), "-m", "fast", "-w", "-t", "30", "stop"])


def sql(statement: str, *, database: str = "postgres") -> list[str]:
    """Run one statement; the rows, their columns joined by ``|``."""
    command = [
        *(binaries() / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1"),
        *("-h", sockets(), "-U", OWNER, "-d", database, "-c", statement),
    ]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=dict(os.environ))
    if done.returncode:
        raise console.ToolError(f"PostgreSQL refused '{statement[:80]}': {done.stderr.strip()}")
    return done.stdout.splitlines()


def exists(database: str) -> bool:
    return bool(sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def drop(database: str) -> None:
    sql(f'ALTER DATABASE "{database}" IS_TEMPLATE false' if exists(database) else "SELECT 1")
    sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def clone(template: str, database: str) -> None:
    """Make ``database`` anew as a copy of ``template``."""
    drop(database)
    sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')


def seal(database: str) -> None:
    """Make a template of a database: nobody connects to it any more, so that it can be copied at any time."""
    sql(f'ALTER DATABASE "{database}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')
