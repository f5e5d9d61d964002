"""Where cables lead: far ends of NetBox's cable paths and the cables themselves, named as far as one may see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Cable, Interface
from dcim.utils import decompile_path_node
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from ...sync.cables.plan import HeldCable
from ..frame.permissions import viewable
from ..frame.scope import Scope

Place = tuple[int, int]

# What the name of something at the end of a path is made of, read with it
_PARENTS = ("device", "circuit", "power_panel")
ENDS_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The last stop of a cable path, as (content type id, object id); ``complete``: something is really there."""

    stop: tuple[Place, ...] = ()
    complete: bool = False

    @property
    def interfaces(self) -> frozenset[int]:
        """The interfaces at the end of a complete path."""
        if not self.complete:
            return frozenset()
        kind = ContentType.objects.get_for_model(Interface).pk
        return frozenset(pk for content_type, pk in self.stop if content_type == kind)


def trace_of(path: Sequence[Sequence[str]] | None, complete: bool | None) -> Trace:
    """The trace of a stored path: its last stop that is no cable."""
    if not path or len(path) < 3:
        return Trace()
    return Trace(stop=tuple(decompile_path_node(node) for node in path[-1]), complete=bool(complete))


def name_stops(traces: Iterable[Trace], scope: Scope) -> dict[Place, str]:
    """Place → its name; a query for each kind of object, of which a network has few."""
    ids: dict[int, set[int]] = defaultdict(set)
    for trace in traces:
        for content_type, pk in trace.stop:
            ids[content_type].add(pk)
    names: dict[Place, str] = {}
    for content_type in sorted(ids):
        model = ContentType.objects.get_for_id(content_type).model_class()
        visible = _named(model, ids[content_type], scope) if model is not None else {}
        names.update({(content_type, pk): visible.get(pk) or _hidden_end() for pk in ids[content_type]})
    return names


def _hidden_end() -> str:
    return _("something you may not see")


def _named(model: Any, ids: Iterable[int], scope: Scope) -> dict[int, str]:
    fields = {field.name for field in model._meta.fields}
    parents = [name for name in _PARENTS if name in fields]
    queryset = viewable(model.objects, scope.user).filter(pk__in=ids).select_related(*parents).order_by("pk")
    return {
        one.pk: " ".join(str(part) for part in (*(getattr(one, name) for name in parents), one)) for one in queryset
    }


def words_for(trace: Trace, names: Mapping[Place, str]) -> str:
    """Where a path leads, in words; empty where it ends with its first cable."""
    stops = [names[place] for place in trace.stop]
    rest = ["…"] if len(stops) > ENDS_NAMED else []
    return ", ".join([*stops[:ENDS_NAMED], *rest])


def read_cables(ids: Iterable[int], scope: Scope) -> dict[int, HeldCable]:
    """Cable id → what is to be said about it. One query."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = viewable(Cable.objects, scope.user).filter(pk__in=wanted).values("pk", "label", "status", "type")
    held = {row["pk"]: _held(row) for row in rows}
    return {pk: held.get(pk) or HeldCable(words=_("a cable that you may not see")) for pk in wanted}


def _held(row: Mapping[str, Any]) -> HeldCable:
    words = _("cable “{label}” (#{id})") if row["label"] else _("cable #{id}")
    values = {"status": row["status"], "type": row["type"] or None, "label": row["label"]}
    return HeldCable(words=words.format(id=row["pk"], label=row["label"]), values=values)
