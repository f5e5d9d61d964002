"""NetBox's branching plugin, in a folder of its own beside the virtual environment, and the tests that need it.

It depends on nothing but NetBox, so that a folder on Python's path is as good as an environment: NetBox and all else is
the same as for the other tests, which stay without it.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import console, databases, environment, memory, netbox_env, paths, testing
from tools.lock import locked

# It follows NetBox's versions: 1.2 is for 4.7
REQUIREMENT = "netboxlabs-netbox-branching~=1.2.2"
TESTS = "tests/branching"


def _stamp() -> Path:
    return paths.BRANCHING / "installed"


def install() -> None:
    """Have it in its folder; a folder that was left half done is made anew."""
    if _stamp().is_file() and _stamp().read_text() == REQUIREMENT:
        return
    console.say("Installing NetBox's branching plugin")
    shutil.rmtree(paths.BRANCHING, ignore_errors=True)
    python = paths.venv_program("python")
    command = [*environment.installer(python), "--no-deps", "--target", str(paths.BRANCHING), REQUIREMENT]
    log = paths.LOGS / "branching-install.log"
    console.run_quietly(command, what="Installing the branching plugin", log=log, cwd=paths.STATE)
    _stamp().write_text(REQUIREMENT)


def test(arguments: Sequence[str]) -> int:
    """Run the tests of branches with these arguments of pytest, all of them without any; its exit status."""
    testing.start_servers()
    with locked():
        install()
        template = databases.ensure_branching_template()
    # A branch has a copy of each of NetBox's tables
    with testing.slot() as number, memory.in_memory(template, f"run{number}") as copy:
        env = testing.environment_of(number, copy) | netbox_env.with_branching()
        command = [sys.executable, "-m", "pytest", TESTS, *(arguments or testing.whole_suite())]
        return subprocess.call(command, cwd=paths.ROOT, env=env)
