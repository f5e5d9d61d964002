"""Differences between NetBox 4.5, 4.6 and 4.7, all in one place.

What a version has under which name is looked up once, by ``chosen``; the rest of the plugin knows one name for each.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.db.models import Model
from netbox.search.backends import search_backend

Load = Callable[[str], Any]
Processors = Callable[[Any], AbstractContextManager[None]]
# What NetBox keeps of the request that is being worked on
CONTEXT = ("current_request", "events_queue", "query_cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What one NetBox has. ``strict_lists``: its REST refuses a list that names objects which are not there (400);
    before 4.7 it passes over them and answers 200."""

    advisory_lock: Any
    pagination: Any
    default_template: Callable[[Any], str]
    processors: Processors
    strict_lists: bool


def chosen(load: Load = import_module) -> Names:
    """What the NetBox has whose modules ``load`` gives by name; it raises ``ModuleNotFoundError`` for the others."""
    context = load("netbox.context")
    return Names(
        advisory_lock=_first(load, "django_pg_utils.advisory_lock", "django_pglocks.advisory_lock"),
        pagination=_first(
            load, "netbox.api.pagination.NetBoxPagination", "netbox.api.pagination.OptionalLimitOffsetPagination"
        ),
        default_template=_first(load, "utilities.views.get_default_template") or _default_template,
        processors=_restoring(
            _first(load, "utilities.request.apply_request_processors"),
            [getattr(context, name) for name in CONTEXT if hasattr(context, name)],
        ),
        strict_lists=_first(load, "netbox.api.viewsets.mixins.get_missing_objects_response") is not None,
    )


def _first(load: Load, *places: str) -> Any:
    """The first of these dotted names that exists, None where none does."""
    for place in places:
        module, _, name = place.rpartition(".")
        try:
            found = load(module)
        except ModuleNotFoundError as error:
            # A module that is there and lacks something is another trouble
            if error.name is None or not f"{module}.".startswith(f"{error.name}."):
                raise
            continue
        if hasattr(found, name):
            return getattr(found, name)
    return None


def _default_template(instance: Model) -> str:
    """The template of an object's page, which its tabs extend."""
    return f"{instance._meta.app_label}/{instance._meta.model_name}.html"


def _restoring(processors: Processors, variables: Sequence[ContextVar[Any]]) -> Processors:
    """NetBox's request processors, after which everything is as it was before. Before 4.7 an exception leaves the
    request current, so that whatever is written next would be written in its name; and a block inside another one
    leaves the outer one without its request."""

    @contextmanager
    def restoring(request: Any) -> Iterator[None]:
        before = [(variable, variable.get()) for variable in variables]
        try:
            with processors(request):
                yield
        finally:
            for variable, value in before:
                variable.set(value)

    return restoring


@cache
def known_columns(model: type[Model], names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names whose first part is a field of the model; before 4.7 interfaces have no channels."""
    fields = {"pk", *(name for field in model._meta.fields for name in (field.name, field.attname))}
    return tuple(name for name in names if name.partition("__")[0] in fields)


def index_for_search(objects: Iterable[Any], *, created: bool, using: str) -> None:
    """Bring NetBox's search cache up to date as ``save()`` would: deferred in 4.7, at once before."""
    for instance in objects:
        search_backend.caching_handler(type(instance), instance, created=created, using=using)


_here = chosen()
advisory_lock = _here.advisory_lock
NetBoxPagination = _here.pagination
get_default_template = _here.default_template
apply_request_processors = _here.processors
STRICT_LISTS = _here.strict_lists
