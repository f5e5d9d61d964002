"""The virtual environment with NetBox, the plugin and the tools; imports nothing but the standard library.

It runs under whatever Python the launcher found, before anything is installed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from functools import partial
from pathlib import Path

from tools import console, paths, system
from tools.lock import locked

NETBOX = "netbox~=4.7.0"
EXTRAS = "test,dev,docs"


def _fingerprint() -> str:
    """Changes when what has to be installed changes: the project's metadata, NetBox's version, this Python."""
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())
    relevant = [project["project"], project["build-system"], project["tool"]["setuptools"]]
    text = json.dumps([relevant, NETBOX, EXTRAS, sys.version_info[:2], str(paths.ROOT)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _stamp() -> Path:
    return paths.VENV / "installed"


def _is_current() -> bool:
    return _stamp().is_file() and _stamp().read_text() == _fingerprint()


def is_inside() -> bool:
    """Whether this very process runs on the project's virtual environment."""
    return Path(sys.prefix).resolve() == paths.VENV.resolve()


def _venv_works() -> bool:
    """Whether there is an environment whose Python still runs; the one that it was made from may be gone."""
    python = paths.venv_program("python")
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def _make_venv() -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    console.say(f"Making a virtual environment with Python {version}")
    shutil.rmtree(paths.VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", paths.VENV], capture_output=True, text=True)
    if done.returncode:
        minor = f"python3.{sys.version_info[1]}-venv"
        raise console.ToolError(f"Python {version} could not make a virtual environment: install the package {minor}.")


def installer(python: Path) -> list[str]:
    """The command that installs packages into the environment of ``python``: uv where it is, for its speed."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", str(python), "--compile-bytecode"]
    return [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]


def _absent_headers() -> list[str]:
    """Debian's names of what building NetBox's database driver needs and this machine lacks."""
    needed = {"pg_config": "libpq-dev", "cc": "gcc"}
    absent = [package for program, package in needed.items() if not shutil.which(program)]
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        absent.append(f"python3.{sys.version_info[1]}-dev")
    return absent


def _install() -> None:
    """Install everything; where that fails for want of a compiler or PostgreSQL's headers, get those and try again."""
    command = [*installer(paths.venv_program("python")), NETBOX, "--editable", f"{paths.ROOT}[{EXTRAS}]"]
    what, log = "Installing NetBox, the plugin and the tools", paths.LOGS / "install.log"
    console.say(f"{what} (a minute or two)")
    # From another folder than the checkout, where pip would find traces of an installation.
    run = partial(console.run_quietly, command, what=what, log=log, cwd=paths.STATE)
    try:
        run()
    except console.ToolError:
        absent = _absent_headers()
        if not absent:
            raise
        system.install_packages(absent, why="to build NetBox's database driver")
        run()


def ensure(arguments: list[str]) -> None:
    """Return inside an up-to-date environment; a process outside of it is replaced by one inside, same arguments."""
    if not (is_inside() and _is_current()):
        with locked():
            if not _venv_works():
                _make_venv()
            elif not is_inside():
                _replace_process(arguments)
            if not _is_current():
                _install()
                _stamp().write_text(_fingerprint())
        _replace_process(arguments)


def _replace_process(arguments: list[str]) -> None:
    python = str(paths.venv_program("python"))
    os.execv(python, [python, "-m", "tools.cli", *arguments])
