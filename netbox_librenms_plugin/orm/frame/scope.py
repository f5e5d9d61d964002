"""What reading and writing need to know beside the objects: on whose behalf, for which server, with which choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from .foreseen import ForeseenWrites
from .index import NetBoxIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One call's circumstances.

    ``bare_key`` is the server that a bare number in ``librenms_id`` belongs to; ``choices`` holds what a person decided
    for single rows: resource → row key → {name: value}. ``foreseen`` is taken for written already. ``user`` None reads
    for everybody (``permissions.viewable``). ``index`` is what many objects are compared by, None for a few.
    """

    user: Any
    server: str
    bare_key: str | None
    name_field: str = "ifName"
    reserved_vlans: bool = False
    choices: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    message: str = ""
    foreseen: ForeseenWrites = ForeseenWrites()
    index: NetBoxIndex | None = None

    def for_many(self) -> Self:
        """The same for many objects: what they have in common is read once, when it is first asked for."""
        return replace(self, index=NetBoxIndex(user=self.user, server=self.server, bare_key=self.bare_key))

    def for_writing(self) -> Self:
        """The same for what is about to be written: everything is read as it is now."""
        return replace(self, index=None)
