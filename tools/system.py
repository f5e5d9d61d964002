"""Packages of the operating system: installed where root or sudo and apt allow it, else named in one sentence."""

import os
import shutil
from collections.abc import Sequence

from tools import console, paths


def _as_root() -> list[str] | None:
    """How to run a command as root: nothing before it, sudo, or not at all (None)."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    return [sudo, "-n"] if not os.isatty(0) else [sudo]


def install_packages(packages: Sequence[str], *, why: str) -> None:
    """Install Debian packages. Raises ToolError naming them where this machine does not let us."""
    names = " ".join(packages)
    root = _as_root()
    if root is None or shutil.which("apt-get") is None:
        raise console.ToolError(f"Install the package{'s' * (len(packages) > 1)} {names}: needed {why}.")
    console.say(f"Installing {names} with apt ({why})")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log = paths.LOGS / "apt.log"
    console.run_quietly([*root, "apt-get", "update", "-qq"], what="Reading the package lists", log=log, env=env)
    install = [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    console.run_quietly(install, what=f"Installing {names}", log=log, env=env)


def install_chromium(arguments: Sequence[str] = ()) -> int:
    """Install Debian's Chromium, with a font to draw text with, unless there is one."""
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        install_packages(["chromium", "fonts-dejavu-core"], why="for the tests in a browser")
    return 0
