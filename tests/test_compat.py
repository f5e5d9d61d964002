"""NetBox 4.5 to 4.7: what each has, as far as the plugin uses it, and that ``compat`` chooses right for each.

Only one of them is installed here. The others are stood in for by modules that hold what the table says.
"""

import ast
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dcim.models import Interface, Site
from django.conf import settings
from django.db.models import Model
from netbox.context import current_request
from utilities.request import NetBoxFakeRequest

from netbox_librenms_plugin import compat

PLUGIN = Path(compat.__file__).parent
# Names that not every version has
HAS: dict[str, set[str]] = {
    "4.5": {
        "django_pglocks.advisory_lock",
        "netbox.api.pagination.OptionalLimitOffsetPagination",
    },
    "4.6": {
        "django_pglocks.advisory_lock",
        "netbox.api.pagination.NetBoxPagination",
        "utilities.views.get_default_template",
    },
    "4.7": {
        "django_pg_utils.advisory_lock",
        "netbox.api.pagination.NetBoxPagination",
        "utilities.views.get_default_template",
        "netbox.api.viewsets.mixins.get_missing_objects_response",
        "dcim.models.Interface.channels",
        "dcim.models.Interface.channel_id",
    },
}
# Modules that are there in every version, and the names that all of them have
EVERYWHERE = {
    "netbox.api.pagination",
    "netbox.api.viewsets.mixins",
    "netbox.context.current_request",
    "netbox.context.events_queue",
    "netbox.context.query_cache",
    "utilities.request.apply_request_processors",
    "utilities.views",
}
EXPECTED: dict[str, dict[str, Any]] = {
    "4.5": {
        "advisory_lock": "django_pglocks.advisory_lock",
        "pagination": "netbox.api.pagination.OptionalLimitOffsetPagination",
        "default_template": None,
        "strict_lists": False,
    },
    "4.6": {
        "advisory_lock": "django_pglocks.advisory_lock",
        "pagination": "netbox.api.pagination.NetBoxPagination",
        "default_template": "utilities.views.get_default_template",
        "strict_lists": False,
    },
    "4.7": {
        "advisory_lock": "django_pg_utils.advisory_lock",
        "pagination": "netbox.api.pagination.NetBoxPagination",
        "default_template": "utilities.views.get_default_template",
        "strict_lists": True,
    },
}
# Before 4.7 an exception goes past the end of what NetBox does around a request
TIDIES_UP = {"4.5": False, "4.6": False, "4.7": True}


class StandIn:
    """The modules of one version; every name in them stands for itself."""

    def __init__(self, version: str) -> None:
        self.modules: dict[str, SimpleNamespace] = defaultdict(SimpleNamespace)
        for place in EVERYWHERE | HAS[version]:
            module, _, name = place.rpartition(".")
            setattr(self.modules[module], name, place)
        for place in EVERYWHERE:
            self.modules[place]
        self.request: ContextVar[Any] = ContextVar("current_request", default=None)
        self.queue: ContextVar[Any] = ContextVar("events_queue", default={})
        self.modules["netbox.context"] = SimpleNamespace(current_request=self.request, events_queue=self.queue)
        processors = _tidy if TIDIES_UP[version] else _untidy
        self.modules["utilities.request"].apply_request_processors = lambda request: processors(self, request)

    def load(self, name: str) -> Any:
        if name not in self.modules:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return self.modules[name]


@contextmanager
def _untidy(netbox: StandIn, request: Any) -> Iterator[None]:
    netbox.request.set(request)
    netbox.queue.set({})
    yield
    netbox.request.set(None)
    netbox.queue.set({})


@contextmanager
def _tidy(netbox: StandIn, request: Any) -> Iterator[None]:
    tokens = netbox.request.set(request), netbox.queue.set({})
    try:
        yield
    finally:
        netbox.request.reset(tokens[0])
        netbox.queue.reset(tokens[1])


@pytest.mark.parametrize("version", HAS)
def test_what_is_chosen_is_what_the_version_has(version: str) -> None:
    names = compat.chosen(StandIn(version).load)
    for what, expected in EXPECTED[version].items():
        if expected is not None:
            assert getattr(names, what) == expected, what
    if EXPECTED[version]["default_template"] is None:
        assert names.default_template(Site()) == "dcim/site.html"


@pytest.mark.parametrize("version", HAS)
def test_what_fails_leaves_nothing_of_its_request_to_what_comes_after_it(version: str) -> None:
    netbox = StandIn(version)
    processors = compat.chosen(netbox.load).processors
    with pytest.raises(ZeroDivisionError), processors("first"):
        assert netbox.request.get() == "first"
        netbox.queue.get()["event"] = "of the first"
        raise ZeroDivisionError
    assert (netbox.request.get(), netbox.queue.get()) == (None, {})


@pytest.mark.parametrize("version", HAS)
def test_a_request_goes_on_after_one_inside_it(version: str) -> None:
    netbox = StandIn(version)
    processors = compat.chosen(netbox.load).processors
    with processors("outer"):
        with processors("inner"):
            assert netbox.request.get() == "inner"
        assert netbox.request.get() == "outer"


def test_the_same_holds_in_this_netbox(db: None) -> None:
    empty: dict[str, Any] = {name: {} for name in ("META", "COOKIES", "GET", "POST", "FILES", "headers")}
    request = NetBoxFakeRequest({"id": uuid.uuid4(), "user": None, "path": "/", "path_info": "/", **empty})
    processors: AbstractContextManager[None] = compat.apply_request_processors(request)
    with pytest.raises(ZeroDivisionError), processors:
        assert current_request.get() is request
        raise ZeroDivisionError
    assert current_request.get() is None


def test_a_module_that_is_there_and_broken_is_no_older_version() -> None:
    netbox = StandIn("4.7")

    def load(name: str) -> Any:
        if name == "django_pg_utils":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return netbox.load(name)

    with pytest.raises(ModuleNotFoundError, match="psycopg"):
        compat.chosen(load)


@pytest.mark.parametrize("version", HAS)
def test_columns_are_those_that_the_version_has(version: str) -> None:
    later = {place.rpartition(".")[2] for place in HAS["4.7"] if place.startswith("dcim.models.Interface.")}
    held = {place.rpartition(".")[2] for place in HAS[version] if place.startswith("dcim.models.Interface.")}
    fields = [field for field in Interface._meta.fields if field.name not in later - held]
    model: Any = type("Interface", (), {"_meta": SimpleNamespace(fields=fields)})
    asked = ("pk", "name", "device__name", "device_id", "cable_id", "channel_id", "channels")
    assert compat.known_columns(model, asked) == asked[: 5 + len(held)]
    assert compat.known_columns(model, ("channel_id", "mark_connected"))[-1] == "mark_connected"


def _is_here(place: str) -> bool:
    module, _, name = place.rpartition(".")
    if module == "dcim.models.Interface":
        return any(field.name == name for field in Interface._meta.fields)
    try:
        return hasattr(import_module(module), name)
    except ModuleNotFoundError:
        return False


def test_the_table_is_true_of_the_netbox_that_is_here() -> None:
    minor = ".".join(settings.RELEASE.version.split(".")[:2])
    every = set.union(*HAS.values())
    assert {place for place in every if _is_here(place)} == HAS[minor]
    assert [place for place in EVERYWHERE if not (_is_here(place) or find_spec(place))] == []


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PLUGIN.rglob("*.py")):
        if path.name != "compat.py":
            yield path, ast.parse(path.read_text())


def test_nobody_else_takes_from_netbox_what_not_every_version_has() -> None:
    differing = set.union(*HAS.values()) | {"utilities.request.apply_request_processors"}
    taken = [
        (path.name, f"{node.module}.{name.name}")
        for path, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
        for name in node.names
    ]
    assert [one for one in taken if one[1] in differing] == []


def test_nobody_else_asks_which_version_it_is() -> None:
    asking = {"ImportError", "ModuleNotFoundError", "RELEASE"}
    found = [
        (path.name, node.lineno)
        for path, tree in _sources()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in asking)
        or (isinstance(node, ast.Attribute) and node.attr in asking)
    ]
    assert found == []


def test_a_model_without_any_of_the_columns_has_none() -> None:
    class Bare:
        _meta = SimpleNamespace(fields=[])

    model: type[Model] = Bare  # type: ignore[assignment]
    assert compat.known_columns(model, ("channels", "cable_id")) == ()
