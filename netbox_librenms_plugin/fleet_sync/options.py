"""What is chosen for all objects of a sync: which resources, which fields not, and whether to create or to change."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.utils.translation import gettext as _

from ..engine import Selection
from ..resources import Resource, chosen_resources
from ..sync.core.plan import SYNCABLE, Outcome
from .guards import Guards

# What a sync can do; it never deletes
CREATE, CHANGE = Outcome.MISSING, Outcome.CHANGED


class UnknownFieldError(LookupError):
    """Somebody leaves out a field that does not exist; the text is a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left to somebody else of one resource: these outcomes, and these fields by the names of policies."""

    outcomes: frozenset[Outcome] = frozenset()
    fields: frozenset[str] = frozenset()

    def __or__(self, other: Self) -> "Left":
        return Left(outcomes=self.outcomes | other.outcomes, fields=self.fields | other.fields)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As an item of a run keeps it."""
        return cls(outcomes=frozenset(Outcome(one) for one in kept["outcomes"]), fields=frozenset(kept["fields"]))

    def as_json(self) -> dict[str, Any]:
        """To be kept with an item of a run."""
        return {"outcomes": sorted(one.value for one in self.outcomes), "fields": sorted(self.fields)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """``resources``: their names, None for all. ``exclude_fields``: fields that are left alone, by the names of
    policies. ``outcomes``: what is written, objects that NetBox lacks (``missing``) and values that differ
    (``changed``). ``refresh``: LibreNMS is asked anew.

    ``guards``: everything is planned first, and nothing is written where that is too much. ``left``: resource → what is
    left to somebody else, of some objects."""

    resources: tuple[str, ...] | None = None
    exclude_fields: tuple[str, ...] = ()
    outcomes: Collection[Outcome] = SYNCABLE
    refresh: bool = False
    guards: Guards | None = None
    left: Mapping[str, Left] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps them."""
        names = kept.get("resources")
        return cls(
            resources=None if names is None else tuple(names),
            exclude_fields=tuple(kept.get("exclude_fields") or ()),
            outcomes=frozenset(Outcome(one) for one in kept.get("outcomes") or SYNCABLE),
            refresh=bool(kept.get("refresh")),
            guards=Guards.of(kept["guards"]) if kept.get("guards") else None,
        )

    def as_json(self) -> dict[str, Any]:
        """To be kept with a run."""
        return {
            "what": "sync",
            "resources": None if self.resources is None else list(self.resources),
            "exclude_fields": list(self.exclude_fields),
            "outcomes": sorted(one.value for one in self.outcomes),
            "refresh": self.refresh,
            "guards": None if self.guards is None else self.guards.as_json(),
        }

    def leaving(self, kept: Mapping[str, Mapping[str, Any]]) -> Self:
        """The same for an object of which something is left to somebody else, as its item keeps it."""
        return replace(self, left={name: Left.of(one) for name, one in kept.items()}) if kept else self

    def outcomes_of(self, resource: str) -> Collection[Outcome]:
        """What is written of a resource."""
        left = self.left.get(resource)
        return self.outcomes if left is None else frozenset(self.outcomes) - left.outcomes

    def excluded_of(self, resource: str) -> tuple[str, ...]:
        """Fields of a resource that are left alone."""
        left = self.left.get(resource)
        return self.exclude_fields if left is None else (*self.exclude_fields, *sorted(left.fields))

    def require_known(self) -> None:
        """Raises ``UnknownResourceError`` and ``UnknownFieldError`` for what does not exist."""
        resources = chosen_resources(self.resources)
        known = dict.fromkeys(name for one in resources for name in field_names(one))
        for name in self.exclude_fields:
            if name not in known:
                sentence = _("There is no field “{name}” to leave out. Choose from: {known}")
                raise UnknownFieldError(sentence.format(name=name[:50], known=", ".join(known)))

    def chosen(self) -> list[Resource]:
        """The resources in their order. Raises ``UnknownResourceError``."""
        return chosen_resources(self.resources)

    def selections(
        self,
        *,
        rows: Mapping[str, Iterable[str] | Mapping[str, Sequence[str]]] | None = None,
        seen: Mapping[str, Mapping[str, str]] | None = None,
    ) -> dict[str, Selection]:
        """What to write of one object: all that can be, or only these ``rows`` (resource → keys, or key → the fields of
        it, none for all), as far as they are as they were ``seen`` (resource → key → fingerprint)."""
        names = [one.name for one in self.chosen() if rows is None or one.name in rows]
        return {
            name: Selection(
                keys=None if rows is None else list(rows[name]),
                expected=None if seen is None else seen.get(name),
                exclude_fields=self.excluded_of(name),
                outcomes=self.outcomes_of(name),
                only=_fields_of(rows[name]) if rows is not None else {},
            )
            for name in names
        }


def _fields_of(rows: Iterable[str] | Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Key → fields, of the rows of which only some are meant."""
    return {key: fields for key, fields in rows.items() if fields} if isinstance(rows, Mapping) else {}


def field_names(resource: Resource) -> Iterable[str]:
    """The names by which fields of a resource can be left out."""
    for one in (*resource.device_fields, *resource.vm_fields):
        yield from (one.policy_name, one.name)
