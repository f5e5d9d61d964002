"""Free ports on the loopback address, the same ones again next time where possible, so that bookmarks last."""

import json
import socket

from tools import paths


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def choose(name: str, *, preferred: int) -> int:
    """A free port for the server ``name``: the one it had before, else ``preferred``, else any."""
    record = paths.STATE / "ports.json"
    known: dict[str, int] = json.loads(record.read_text()) if record.is_file() else {}
    tried = (known.get(name, preferred), preferred)
    known[name] = next((port for port in tried if _is_free(port)), 0) or _any_free()
    record.write_text(json.dumps(known))
    return known[name]
