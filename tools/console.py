"""What the tools say to a person: steps, progress of long work, and one sentence when something is wrong."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType


class ToolError(Exception):
    """Something that a person has to mend; the text is the one sentence that says what."""


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def detail(text: str) -> None:
    print(f"    {text}", flush=True)


class Heartbeat:
    """Says every ``every`` seconds that the work goes on, with the newest ``note`` and the seconds so far."""

    def __init__(self, what: str, *, every: float = 10.0) -> None:
        self.note = ""
        self._what = what
        self._every = every
        self._start = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def _beat(self) -> None:
        while not self._done.wait(self._every):
            note = f": {self.note}" if self.note else ""
            detail(f"{self._what}, {self.seconds:.0f} s{note}"[:160])

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()


def tail(path: Path, lines: int = 25) -> str:
    """The last ``lines`` lines of a log, or nothing where there is none."""
    if not path.is_file():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def run_quietly(
    command: Sequence[str | Path],
    *,
    what: str,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    note: Callable[[str], str] = str.strip,
) -> None:
    """Run a long command, its output in ``log``; ``note`` turns a line of output into the progress shown.

    Raises ToolError, after the last lines of the log, when the command fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as sink, Heartbeat(what) as heartbeat:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None
        for line in process.stdout:
            sink.write(line)
            heartbeat.note = note(line) or heartbeat.note
        status = process.wait()
    if status:
        print(tail(log), file=sys.stderr)
        raise ToolError(f"{what} failed; the lines above are the end of {log}.")
