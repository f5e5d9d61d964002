"""The simulator's own switchboard, `/_simulator/…`, for when it runs as a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from simulator.answers import Answer, bare, rows

if TYPE_CHECKING:
    from simulator.app import Server


def control(server: Server, name: str) -> Answer:
    """Answer `faults` (GET, POST, DELETE) and `requests` (GET, DELETE); anything else is 404."""
    if name == "faults":
        return _faults(server)
    if name == "requests":
        if request.method == "DELETE":
            server.requests.clear()
        return rows("requests", [seen._asdict() for seen in server.requests])
    return bare(404, "The simulator has the switches faults and requests.")


def _faults(server: Server) -> Answer:
    if request.method == "DELETE":
        server.faults.clear()
    elif request.method == "POST":
        asked: Any = request.get_json(silent=True)
        try:
            server.faults.add(**(asked if isinstance(asked, dict) else {}))
        except (TypeError, ValueError) as problem:
            return bare(400, str(problem))
    active = [
        {"path": fault.path, "kind": fault.kind, "method": fault.method, "times": fault.times, **fault.options}
        for fault in server.faults.active
    ]
    return rows("faults", active)
