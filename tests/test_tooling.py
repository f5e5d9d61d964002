"""The developer tools: import layers, background processes, folders, package contents, the launcher."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import console, layers, librenms, lint, lock, package, paths, ports, processes, system


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own; whatever is started in it is ended."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setattr(paths, "STATE", folder)
    monkeypatch.setattr(paths, "LOGS", folder / "logs")
    monkeypatch.setattr(paths, "SERVICES", folder / "services")
    yield folder
    processes.stop(processes.known(), patience=1)


def write_modules(root: Path, **sources: str) -> None:
    """Write modules of a make-believe plugin; ``sync__names`` is sync/core/names.py."""
    for name, source in sources.items():
        path = root / layers.PLUGIN / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("sync__interfaces", "import django"),
        ("sync__interfaces", "from django.db import models"),
        ("sync__interfaces", "import msgspec"),
        ("sync__interfaces", "from ..orm import interfaces"),
        ("sync__interfaces", "from .. import engine"),
        ("sync__interfaces", "from netbox_librenms_plugin.librenms.session import Session"),
        ("sync__interfaces", "def late():\n    import requests"),
        ("sync__interfaces", "import urllib.request"),
        ("librenms__client", "from ..sync.plan import Plan"),
        ("librenms_api", "from .views import sync"),
        ("orm__interfaces", "from netbox_librenms_plugin.librenms_api import LibreNMSAPI"),
        ("orm__interfaces", "from ..tables.interfaces import InterfaceTable"),
        ("orm__interfaces", "import requests"),
        ("engine", "from django.shortcuts import render"),
        ("engine", "from .forms import SettingsForm"),
        ("runs__worker", "from ..import_utils.importing import import_device"),
        ("runs__worker", "from ..librenms_api import LibreNMSAPI"),
        ("runs__worker", "from ..orm.interfaces.write import write"),
        ("runs__worker", "from ..jobs import ImportDevicesJob"),
        ("engine", "from .runs.worker import Worker"),
        ("views__sync", "from ..orm.interfaces import write"),
        ("views__sync", "import requests"),
        ("management__commands__librenms_sync", "from netbox_librenms_plugin import orm"),
        ("utils", "import requests.adapters"),
    ],
)
def test_import_against_the_layers_is_found(tmp_path: Path, module: str, source: str) -> None:
    write_modules(tmp_path, **{module: source})
    violations = layers.check(tmp_path)
    assert violations
    assert str(violations[0].path) == f"{layers.PLUGIN}/{module.replace('__', '/')}.py"
    assert str(violations[0].line) in str(violations[0])


def test_imports_that_the_layers_allow_pass(tmp_path: Path) -> None:
    write_modules(
        tmp_path,
        sync____init__="from . import names\nfrom .plan import Plan",
        sync__names="from __future__ import annotations\nimport re\nfrom ..librenms.records import Port",
        librenms__session="import requests\nfrom urllib3.util import Retry\nfrom django.core.cache import cache",
        librenms_api="import requests\nfrom .librenms.session import Session",
        orm__interfaces="from dcim.models import Interface\nfrom ..sync.plan import Plan",
        engine="from . import librenms_api, orm, sync",
        views__sync="from ..engine import compare\nfrom django.shortcuts import render",
    )
    assert layers.check(tmp_path) == []


def test_the_plugin_keeps_its_layers() -> None:
    assert [str(violation) for violation in layers.check()] == []


# A worker of RQ starts a child in a process group of its own, so the group is not enough to find it again.
FAMILY = """
import os, sys, time
if os.fork() == 0:
    os.setpgrp()
open(sys.argv[1] + "." + str(os.getpid()), "w").close()
time.sleep(60)
"""

STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(60)
"""


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_stop_ends_a_server_and_children_that_left_its_process_group(state: Path, tmp_path: Path) -> None:
    marks = tmp_path / "mark"
    entry = processes.start("family", [sys.executable, "-c", FAMILY, str(marks)], env=dict(os.environ), port=1234)
    assert wait_until(lambda: len(list(tmp_path.glob("mark.*"))) == 2)
    members = [int(path.suffix[1:]) for path in tmp_path.glob("mark.*")]
    assert processes.running("family") == entry
    assert entry.pid in members

    processes.stop(["family"])

    assert [pid for pid in members if not is_gone(pid)] == []
    assert processes.running("family") is None
    assert processes.known() == []


def test_a_server_that_ignores_the_request_to_end_is_ended_all_the_same(state: Path, tmp_path: Path) -> None:
    entry = processes.start("stubborn", [sys.executable, "-c", STUBBORN, str(tmp_path / "mark")], env=dict(os.environ))
    assert wait_until((tmp_path / "mark").exists)
    processes.stop(["stubborn"], patience=0.3)
    assert is_gone(entry.pid)


def test_a_process_that_was_given_an_old_number_is_left_alone(state: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        record = {"pid": bystander.pid, "started": "1", "port": None, "settings": ""}
        (state / "services").mkdir()
        (state / "services" / "web.json").write_text(json.dumps(record))
        assert processes.running("web") is None
        processes.stop(["web"])
        assert bystander.poll() is None
    finally:
        bystander.send_signal(signal.SIGKILL)
        bystander.wait()


def test_a_port_is_kept_for_the_next_start_and_left_when_it_is_taken(state: Path) -> None:
    import socket

    first = ports.choose("web", preferred=0)
    assert ports.choose("web", preferred=0) == first
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        assert ports.choose("web", preferred=first) != first


def test_a_second_command_waits_for_the_first(state: Path) -> None:
    holder = (
        "import sys, time\nfrom tools import lock, paths\nfrom pathlib import Path\npaths.STATE = Path(sys.argv[1])\n"
    )
    holder += "with lock.locked():\n    print('held', flush=True)\n    time.sleep(1)\n    print('done', flush=True)\n"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(state)], stdout=subprocess.PIPE, text=True, cwd=paths.ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with lock.locked():
            assert select.select([process.stdout], [], [], 0)[0], "it had the lock while the other was at work"


def test_a_very_deep_checkout_gets_its_sockets_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("deep" * 25)
    deep.mkdir()
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "STATE", deep)
    folder = paths.runtime()
    try:
        assert folder != deep
        assert len(str(folder / "run" / ".s.PGSQL.5432.lock")) < 103
        assert paths.runtime() == folder, "the choice is kept"
    finally:
        paths.remove_state()
    assert not folder.exists()
    assert not deep.exists()


def test_a_failing_step_shows_the_end_of_its_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], state: Path
) -> None:
    log = tmp_path / "step.log"
    with pytest.raises(console.ToolError, match="Counting failed"):
        console.run_quietly(["sh", "-c", "echo one; echo two >&2; exit 3"], what="Counting", log=log)
    assert capsys.readouterr().err == "one\ntwo\n"


def test_long_work_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with console.Heartbeat("Migrating", every=0.05) as heartbeat:
        heartbeat.note = "3 of 300: dcim.0001_initial"
        time.sleep(0.2)
    assert "Migrating, 0 s: 3 of 300: dcim.0001_initial" in capsys.readouterr().out


def test_half_of_a_real_librenms_is_refused_in_one_sentence() -> None:
    assert librenms.is_real({"LIBRENMS_URL": "https://librenms.example.net", "LIBRENMS_TOKEN": "x"})
    assert not librenms.is_real({})
    with pytest.raises(console.ToolError, match="LIBRENMS_URL is set and LIBRENMS_TOKEN is not"):
        librenms.is_real({"LIBRENMS_URL": "https://librenms.example.net"})


def test_a_package_that_nobody_may_install_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(console.ToolError) as caught:
        system.install_packages(["postgresql"], why="for the database")
    assert str(caught.value) == "Install the package postgresql: needed for the database."


def test_faults_of_a_package_are_named() -> None:
    good = {"netbox_librenms_plugin/__init__.py", "netbox_librenms_plugin/templates/a.html"}
    metadata = {"netbox_librenms_plugin-0.1.0.dist-info/METADATA"}
    assert package.find_faults(good | metadata, good | {"pyproject.toml"}, good) == []
    faults = package.find_faults(
        {"netbox_librenms_plugin/__init__.py", "simulator/app.py"}, good | {"tools/cli.py"}, good
    )
    assert faults == [
        "netbox_librenms_plugin/templates/a.html is missing in the wheel.",
        "simulator/app.py does not belong into the package.",
        "tools/cli.py does not belong into the package.",
    ]


def launch(checkout: Path, path: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("sh") or "/bin/sh", checkout / "tools" / "dev", "help"],
        env={"PATH": path, "HOME": str(checkout), **environ},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without an environment yet, and a folder with just the programs that the launcher needs."""
    shutil.copytree(paths.ROOT / "tools", tmp_path / "checkout" / "tools")
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "dirname"):
        (programs / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return tmp_path / "checkout"


def test_launcher_names_what_is_missing(checkout: Path) -> None:
    done = launch(checkout, str(checkout.parent / "programs"))
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.12, 3.13 or 3.14 with its venv module is needed: install the packages")


def test_launcher_passes_over_a_python_that_is_too_old(checkout: Path) -> None:
    programs = checkout.parent / "programs"
    old = programs / "python3"
    old.write_text("#!/bin/sh\necho 3.9\n")
    old.chmod(0o755)
    assert launch(checkout, str(programs)).returncode == 1
    (programs / "python3.13").symlink_to(Path(sys.executable).resolve())
    done = launch(checkout, str(programs))
    assert done.returncode == 0
    assert "Usage: tools/dev COMMAND" in done.stdout


def test_launcher_finds_what_pyenv_installed(checkout: Path) -> None:
    versions = checkout.parent / "pyenv" / "versions" / "3.12.99" / "bin"
    versions.mkdir(parents=True)
    (versions / "python").symlink_to(Path(sys.executable).resolve())
    done = launch(checkout, str(checkout.parent / "programs"), PYENV_ROOT=str(checkout.parent / "pyenv"))
    assert done.returncode == 0


def test_every_change_of_a_model_has_its_migration(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "netbox_librenms_plugin", check=True, dry_run=True, verbosity=0)


def test_nobody_is_told_to_install_the_plugin_by_its_name() -> None:
    """On the package index the name is another project's."""
    folders = (paths.ROOT / name for name in ("docs", ".devcontainer", "netbox_librenms_plugin", "tools"))
    found = [*paths.ROOT.glob("*.md"), *(path for folder in folders for path in folder.rglob("*"))]
    texts = {path: path.read_text() for path in found if path.suffix in (".md", ".py", ".json", ".html", ".sh")}
    assert any("pip install" in text for text in texts.values())
    by_name = re.compile(r"pip3? install (?:-\S+ )*[\"']?netbox[-_]librenms[-_]plugin")
    assert [str(path) for path, text in texts.items() if by_name.search(text)] == []


def test_long_lines_of_templates_are_named(tmp_path: Path) -> None:
    (tmp_path / "inc").mkdir()
    (tmp_path / "short.html").write_text("é" * 120 + "\n", encoding="utf-8")
    (tmp_path / "inc" / "long.html").write_text("<p>\n" + "x" * 121, encoding="utf-8")
    assert lint.long_lines(tmp_path) == [f"{tmp_path}/inc/long.html:2: 121 characters"]
