"""What reading and writing need to know beside the objects: on whose behalf, for which server, with which choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .foreseen import Foreseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One call's circumstances.

    ``bare_key`` is the server that a bare number in ``librenms_id`` belongs to; ``choices`` holds what a person decided
    for single rows: resource → row key → {name: value}. ``foreseen`` is taken for written already.
    """

    user: Any
    server: str
    bare_key: str | None
    name_field: str = "ifName"
    reserved_vlans: bool = False
    choices: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    message: str = ""
    foreseen: Foreseen = Foreseen()
