"""Builds the package, looks into it, installs it in an environment of its own with NetBox and checks it there."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools import console, environment, netbox_env, paths, postgres, redis_server, testing
from tools.lock import locked

_WORK = paths.STATE / "package"
_DATABASE = "package_check"


def _build() -> tuple[Path, Path]:
    """The wheel and the source distribution, freshly built."""
    console.say("Building the wheel and the source distribution")
    shutil.rmtree(_WORK, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--outdir", str(_WORK / "dist"), str(paths.ROOT)]
    console.run_quietly(command, what="Building", log=paths.LOGS / "build.log")
    return next((_WORK / "dist").glob("*.whl")), next((_WORK / "dist").glob("*.tar.gz"))


def _names_in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def _names_in_source(archive: Path) -> set[str]:
    """Paths in a source distribution, without the folder that holds them all."""
    with tarfile.open(archive) as opened:
        return {name.partition("/")[2] for name in opened.getnames()}


def _expected() -> set[str]:
    """Every file of the plugin in the checkout, as its path in the wheel."""
    files = (path for path in paths.PLUGIN.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {str(path.relative_to(paths.ROOT)) for path in files}


def find_faults(wheel: Iterable[str], source: Iterable[str], expected: Iterable[str]) -> list[str]:
    """What is wrong with the contents of the two archives, one sentence each; all are sets of paths."""
    wheel, source, expected = set(wheel), set(source), set(expected)
    faults = [f"{name} is missing in the wheel." for name in sorted(expected - wheel)]
    faults += [f"{name} is missing in the source distribution." for name in sorted(expected - source)]
    strangers = {name for name in wheel if not name.startswith(("netbox_librenms_plugin/", "netbox_librenms_plugin-"))}
    strangers |= {name for name in source if name.startswith(("simulator/", "tests/", "tools/"))}
    return faults + [f"{name} does not belong into the package." for name in sorted(strangers)]


def _make_environment(wheel: Path) -> Path:
    """A new virtual environment with NetBox and the wheel; its Python."""
    console.say("Installing the wheel with NetBox in a new environment")
    home = _WORK / "venv"
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    python = home / "bin" / "python"
    command = [*environment.installer(python), environment.NETBOX, str(wheel)]
    console.run_quietly(command, what="Installing the wheel", log=paths.LOGS / "package-install.log", cwd=_WORK)
    return python


def _check_environment() -> dict[str, str]:
    """NetBox's environment, with nothing of the checkout on Python's path but a copy of the configuration."""
    home = _WORK / "configuration"
    home.mkdir(parents=True)
    shutil.copy(paths.ROOT / "tools" / "configuration.py", home / "package_configuration.py")
    env = netbox_env.build(database=_DATABASE, redis=redis_server.PACKAGE)
    return env | {"PYTHONPATH": str(home), "NETBOX_CONFIGURATION": "package_configuration"}


def _run(python: Path, arguments: Sequence[str], env: dict[str, str]) -> str:
    done = subprocess.run([python, *arguments], cwd=_WORK, env=env, capture_output=True, text=True)
    print(done.stdout + done.stderr, end="", flush=True)
    if done.returncode:
        raise console.ToolError(f"'{' '.join(arguments)}' failed with the installed wheel.")
    return done.stdout


def _check_installed(python: Path) -> None:
    env = _check_environment()
    console.say("Running 'netbox check' with the installed wheel")
    _run(python, ["-m", "netbox", "check"], env)
    # NetBox starts without a plugin that it cannot load, so a passed check alone proves nothing.
    question = "import django; django.setup(); from django.apps import apps"
    answer = "print(apps.get_app_config('netbox_librenms_plugin').path)"
    where = _run(python, ["-c", f"{question}; {answer}"], env).strip()
    if not Path(where).is_relative_to(_WORK / "venv"):
        raise console.ToolError(f"NetBox loaded the plugin from {where}, not from the installed wheel.")


def check(arguments: Sequence[str] = ()) -> int:
    """Raises ToolError, or prints each fault, when the package is not what it should be; 0 when it is."""
    template = testing.prepare()
    with locked():
        postgres.clone(template, _DATABASE)
    wheel, source = _build()
    faults = find_faults(_names_in_wheel(wheel), _names_in_source(source), _expected())
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    try:
        _check_installed(_make_environment(wheel))
    finally:
        postgres.drop(_DATABASE)
    console.say(f"{wheel.name} and {source.name} are fine")
    return 0
