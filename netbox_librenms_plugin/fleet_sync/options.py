"""What is chosen for all objects of a sync: which resources, which fields not, and whether to create or to change."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from ..engine import Selection
from ..resources import Resource, chosen_resources
from ..sync.core.plan import SYNCABLE, Outcome

# What a sync can do; it never deletes
CREATE, CHANGE = Outcome.MISSING, Outcome.CHANGED


class UnknownFieldError(LookupError):
    """Somebody leaves out a field that does not exist; the text is a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """``resources``: their names, None for all. ``exclude_fields``: fields that are left alone, by the names of
    policies. ``outcomes``: what is written, objects that NetBox lacks (``missing``) and values that differ
    (``changed``). ``refresh``: LibreNMS is asked anew."""

    resources: tuple[str, ...] | None = None
    exclude_fields: tuple[str, ...] = ()
    outcomes: Collection[Outcome] = SYNCABLE
    refresh: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps them."""
        names = kept.get("resources")
        return cls(
            resources=None if names is None else tuple(names),
            exclude_fields=tuple(kept.get("exclude_fields") or ()),
            outcomes=frozenset(Outcome(one) for one in kept.get("outcomes") or SYNCABLE),
            refresh=bool(kept.get("refresh")),
        )

    def as_json(self) -> dict[str, Any]:
        """To be kept with a run."""
        return {
            "what": "sync",
            "resources": None if self.resources is None else list(self.resources),
            "exclude_fields": list(self.exclude_fields),
            "outcomes": sorted(one.value for one in self.outcomes),
            "refresh": self.refresh,
        }

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
                exclude_fields=self.exclude_fields,
                outcomes=self.outcomes,
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
