"""Where the tools keep things: one ignored folder in the checkout, and sockets where sockets can be."""

import hashlib
import os
import pwd
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".dev"
VENV = STATE / "venv"
BRANCHING = STATE / "branching"
LOGS = STATE / "logs"
SERVICES = STATE / "services"
PLUGIN = ROOT / "netbox_librenms_plugin"

# A Unix socket's address holds 107 bytes on Linux and 103 elsewhere; PostgreSQL adds its file name to the folder.
_LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432.lock")


def venv_program(name: str) -> Path:
    return VENV / "bin" / name


def fingerprint(*sources: Path) -> str:
    """Changes when a file in one of the folders (or one of the files) is changed, added or removed."""
    files = [path for source in sources for path in ([source] if source.is_file() else sorted(source.rglob("*")))]
    known = [(str(path), path.stat().st_mtime_ns) for path in files if path.is_file() and path.suffix != ".pyc"]
    return hashlib.sha256(repr(known).encode()).hexdigest()


def postgres_account() -> str | None:
    """The account PostgreSQL runs under, None for one's own: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _can_be_entered_by_anyone(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents) if parent.exists())


def _suits_servers(folder: Path) -> bool:
    """Whether sockets in ``folder``/run have addresses short enough, and PostgreSQL's account can go there."""
    if len(os.fsencode(folder / "run")) > _LONGEST_SOCKET_FOLDER:
        return False
    return postgres_account() is None or _can_be_entered_by_anyone(folder)


def _recorded_runtime() -> Path | None:
    record = STATE / "runtime"
    if not record.is_file():
        return None
    folder = Path(record.read_text().strip())
    return folder if folder.is_dir() else None


def runtime() -> Path:
    """The folder of PostgreSQL's data and of the sockets: the state folder, or a private one where that does not do.

    A checkout below /root, or one that lies very deep, gets a folder in /var/tmp, noted in the state folder.
    """
    STATE.mkdir(exist_ok=True)
    if recorded := _recorded_runtime():
        return recorded
    folder = STATE
    if not _suits_servers(STATE):
        folder = Path(tempfile.mkdtemp(prefix="netbox-librenms-", dir="/var/tmp"))
        folder.chmod(0o711)
    (STATE / "runtime").write_text(f"{folder}\n")
    return folder


def remove_state() -> None:
    """Delete everything that the tools made."""
    recorded = _recorded_runtime()
    if recorded is not None and recorded != STATE:
        shutil.rmtree(recorded, ignore_errors=True)
    for traces in (STATE, ROOT / "netbox_librenms_plugin.egg-info", ROOT / "build"):
        shutil.rmtree(traces, ignore_errors=True)
