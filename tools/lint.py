"""The checks and the formatters, each over the same folders."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import console, paths

# black and flake8 hold source to the same
LINE_LENGTH = 120

_FOLDERS = ("netbox_librenms_plugin", "simulator", "tests", "tools")
_CHECKS: dict[str, tuple[str, ...]] = {
    "flake8": ("flake8",),
    "black": ("black", "--check"),
    "isort": ("isort", "--check-only", "--quiet"),
}


def _folders() -> list[str]:
    return [name for name in _FOLDERS if (paths.ROOT / name).is_dir()]


def _run(title: str, command: Sequence[str]) -> bool:
    """Whether the check passed; its own output says what did not."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=paths.ROOT)
    console.say(f"{title}: {'ok' if done.returncode == 0 else 'FAILED'}")
    return done.returncode == 0


def long_lines(folder: Path, limit: int = LINE_LENGTH) -> list[str]:
    """``path:line: length`` of each line of a template that is longer than lines of source may be."""
    return [
        f"{path}:{number}: {len(line)} characters"
        for path in sorted(folder.rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > limit
    ]


def _check_templates() -> bool:
    found = long_lines(paths.ROOT / "netbox_librenms_plugin" / "templates")
    for one in found:
        console.say(one)
    console.say(f"templates: {'FAILED' if found else 'ok'}")
    return not found


def check(arguments: Sequence[str] = ()) -> int:
    """Run every check, also after one that failed; 0 when all passed."""
    results = [_run(title, [*command, *_folders()]) for title, command in _CHECKS.items()]
    results.append(_check_templates())
    results.append(_run("import layers", ["tools.layers"]))
    results.append(_run("mypy", ["mypy", "--cache-dir", str(paths.STATE / "mypy")]))
    return 0 if all(results) else 1


def rewrite(arguments: Sequence[str] = ()) -> int:
    """Put all source into its one format."""
    results = [_run(title, [title, "--quiet", *_folders()]) for title in ("isort", "black")]
    return 0 if all(results) else 1
