"""The developer commands, as the Makefile and the devcontainer call them."""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools import console, environment


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command lives; its module is imported once the environment that it needs is there."""

    module: str
    function: str
    help: str

    def __call__(self, arguments: Sequence[str]) -> int:
        function: Callable[[Sequence[str]], int] = getattr(importlib.import_module(self.module), self.function)
        return function(arguments)


COMMANDS = {
    "demo": Command("tools.demo", "up", "start NetBox, LibreNMS and the workers with a demo network"),
    "run": Command("tools.demo", "run", "the same with the web server in the foreground, in debug mode"),
    "reload": Command("tools.demo", "reload", "restart the web server and the workers"),
    "stop": Command("tools.demo", "stop", "end everything that was started"),
    "clean": Command("tools.demo", "clean", "stop, and delete what was made; --cache: also the cache"),
    "status": Command("tools.demo", "status", "what is running, and where"),
    "logs": Command("tools.demo", "logs", "follow the logs"),
    "manage": Command("tools.demo", "manage", "run a NetBox command on the demo's database"),
    "shell": Command("tools.demo", "shell", "NetBox's Python shell on the demo's database"),
    "test": Command("tools.testing", "run", "run the tests; takes pytest's arguments"),
    "test-branching": Command("tools.branching", "test", "run the tests with NetBox's branching plugin"),
    "bench": Command("tools.testing", "bench", "run the benchmarks on a database of their own"),
    "lint": Command("tools.lint", "check", "flake8, format, import layers, types"),
    "format": Command("tools.lint", "rewrite", "isort and black"),
    "install-chromium": Command("tools.system", "install_chromium", "have Chromium for the browser tests"),
    "check-package": Command("tools.package", "check", "build the package, install it elsewhere and check it there"),
}
# These only take away, so nothing is installed for their sake.
_NEED_NO_ENVIRONMENT = ("stop", "clean")


def usage() -> str:
    lines = [f"  {name:<18}{command.help}" for name, command in COMMANDS.items()]
    return "\n".join(["Usage: tools/dev COMMAND [ARGUMENTS]", *lines])


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit status."""
    name = arguments[0] if arguments else "help"
    if name not in COMMANDS:
        print(usage())
        return 0 if name in ("help", "-h", "--help") else 2
    if name not in _NEED_NO_ENVIRONMENT:
        environment.ensure(list(arguments))
    return COMMANDS[name](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except console.ToolError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain about it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
