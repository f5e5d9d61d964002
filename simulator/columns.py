"""The `columns` and `with` parameters of the port routes, checked as LibreNMS checks them."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.answers import Refused, error, server_error
from simulator.calls import Call
from simulator.defaults import PORT_COLUMNS, PORT_RATES


def asked_columns(call: Call, default: Sequence[str], *, rates: bool = False) -> Sequence[str]:
    """The columns that a call asks for: 400 for an unknown one, 500 for a blank after a comma or an array."""
    if "columns[]" in call.args:
        raise Refused(server_error())
    text = call.args.get("columns")
    if not text:
        return default
    names = text.split(",")
    check_columns([name.strip() for name in names], rates=rates)
    if any(name != name.strip() for name in names):
        raise Refused(error(500, "Database inconsistent"))
    return names


def check_columns(names: Sequence[str], *, rates: bool = False) -> None:
    """Refuse with 400 when one of the names is no column of a port; names are case-sensitive."""
    known = {*PORT_COLUMNS, *PORT_RATES} if rates else set(PORT_COLUMNS)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Refused(error(400, f"Invalid columns: {', '.join(unknown)}"))


def with_vlans(call: Call) -> bool:
    """Whether the VLANs of ports are asked for, of a release that has them."""
    return call.version.port_vlans and call.args.get("with") == "vlans"
