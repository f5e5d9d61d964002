"""Which room of the plugin may import what: the table of the design, checked against the source."""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import paths

PLUGIN = "netbox_librenms_plugin"
HTTP = ("aiohttp", "http.client", "httpx", "requests", "urllib.request", "urllib3")
FACES = tuple(
    f"{PLUGIN}.{name}"
    for name in (
        *(
            "api",
            "forms",
            "graphql",
            "graphql_extensions",
            "jobs",
            "management",
            "metrics",
            "navigation",
            "search",
            "tables",
        ),
        *("template_content", "urls", "views", "widgets"),
    )
)
HTML = ("django.forms", "django.http", "django.shortcuts", "django.template", "django_tables2")
STANDARD_LIBRARY = tuple(sys.stdlib_module_names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the modules of one room may or may not import.

    ``allowed`` is all that a room may import (None: anything that is not forbidden). A name stands for itself and for
    everything below it, and the longer name wins where both lists hold one.
    """

    room: tuple[str, ...]
    reason: str
    allowed: tuple[str, ...] | None = None
    forbidden: tuple[str, ...] = ()
    except_room: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """One import that its room may not have."""

    path: Path
    line: int
    module: str
    imported: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.module} imports {self.imported}: {self.reason}"


# Each speaks with somebody else; the building blocks of pages are one face together.
PAGES = tuple(
    f"{PLUGIN}.{name}" for name in ("forms", "navigation", "tables", "template_content", "urls", "views", "widgets")
)
OTHER_FACES = {
    "REST": (f"{PLUGIN}.api",),
    "GraphQL": (f"{PLUGIN}.graphql", f"{PLUGIN}.graphql_extensions"),
    "metrics": (f"{PLUGIN}.metrics",),
    "search": (f"{PLUGIN}.search",),
    "the commands": (f"{PLUGIN}.management",),
    "jobs": (f"{PLUGIN}.jobs",),
    "pages": PAGES,
}
PURE_IMPORT = tuple(
    f"{PLUGIN}.import_utils.{name}"
    for name in ("rows", "rules", "holders", "listed_devices", "matching", "planning", "filters")
)
CLIENT = (f"{PLUGIN}.librenms", f"{PLUGIN}.librenms_api")
# Rules of texts and names that are no room's own: the standard library, nothing else
TEXTS = tuple(f"{PLUGIN}.{name}" for name in ("texts", "member_names", "place_names"))
# The one that knows an engine of regular expressions which takes no more time than the text is long
LOCATION_PATTERN = (f"{PLUGIN}.location_pattern",)
CORE = (*STANDARD_LIBRARY, f"{PLUGIN}.sync", f"{PLUGIN}.librenms.records", *TEXTS)
USE_CASES = tuple(
    f"{PLUGIN}.{name}"
    for name in (
        *("deviations", "engine", "fleet_sync", "import_utils", "maintenance", "monitoring", "push", "resources"),
        *("runs", "schedules", "site_sync", "status_lists", "undo_runs"),
    )
)
PURE_MONITORING = tuple(f"{PLUGIN}.monitoring.{name}" for name in ("graphs", "ports", "states"))
BELOW_USE_CASES = (f"{PLUGIN}.engine", f"{PLUGIN}.resources")
# What work on many objects stands on, whatever the work is
OF_RUNS = (
    *STANDARD_LIBRARY,
    *("core", "dcim", "django", "django_rq", "netbox", "redis", "rq", "users", "utilities", "virtualization"),
    *(f"{PLUGIN}.{name}" for name in ("branching", "choices", "compat", "lost_connections", "models", "runs", "words")),
    f"{PLUGIN}.engine",
    f"{PLUGIN}.orm.frame",
    f"{PLUGIN}.sync.core.issues",
)
RULES = (
    Rule(
        room=TEXTS,
        allowed=STANDARD_LIBRARY,
        forbidden=HTTP,
        reason="what everybody stands on stands on nothing",
    ),
    Rule(
        room=LOCATION_PATTERN,
        allowed=(*STANDARD_LIBRARY, *TEXTS, "re2"),
        forbidden=HTTP,
        reason="a pattern is read with its engine alone, and gives plain names",
    ),
    Rule(
        room=(PLUGIN,),
        except_room=LOCATION_PATTERN,
        forbidden=("re2",),
        reason="what is read out of a location comes as plain names",
    ),
    Rule(
        room=(f"{PLUGIN}.sync",),
        allowed=CORE,
        forbidden=HTTP,
        reason="the core is pure: the standard library, itself and the records of LibreNMS, nothing else",
    ),
    Rule(
        room=PURE_IMPORT,
        allowed=(*CORE, *PURE_IMPORT),
        forbidden=HTTP,
        reason="rows of the import are computed by pure rules, as the core's",
    ),
    Rule(
        room=CLIENT,
        forbidden=(f"{PLUGIN}.sync", f"{PLUGIN}.orm", *USE_CASES, *FACES, *HTML),
        reason="the client knows LibreNMS and nothing of what is done with its answers",
    ),
    Rule(
        room=(f"{PLUGIN}.models",),
        forbidden=(*CLIENT, f"{PLUGIN}.sync", f"{PLUGIN}.orm", *USE_CASES, *FACES),
        reason="models are what everything else stands on, so they know nothing of it",
    ),
    Rule(
        room=(f"{PLUGIN}.orm",),
        forbidden=(f"{PLUGIN}.librenms_api", *USE_CASES, *FACES, *HTML),
        reason="reading and writing NetBox needs neither HTTP nor a use case nor a face",
    ),
    Rule(
        room=(f"{PLUGIN}.resources",),
        forbidden=(*(one for one in USE_CASES if one != f"{PLUGIN}.resources"), *FACES, *HTML),
        reason="a declaration says what there is; what is done with it is for the engine and the faces",
    ),
    Rule(
        room=(f"{PLUGIN}.engine",),
        forbidden=(*(one for one in USE_CASES if one not in BELOW_USE_CASES), *FACES, *HTML),
        reason="the use cases are the same for every face, so they know none",
    ),
    Rule(
        room=(f"{PLUGIN}.import_utils",),
        forbidden=(*FACES, *HTML),
        reason="the import is the same for every face, so it knows none",
    ),
    Rule(
        room=(f"{PLUGIN}.deviations",),
        forbidden=(*FACES, *HTML),
        reason="what differs everywhere is the same for every face, so it knows none",
    ),
    Rule(
        room=(f"{PLUGIN}.fleet_sync",),
        forbidden=(f"{PLUGIN}.import_utils", f"{PLUGIN}.schedules", *FACES, *HTML),
        reason="sync of many objects is the same for every face, so it knows none, and no import",
    ),
    Rule(
        room=(f"{PLUGIN}.status_lists",),
        forbidden=(f"{PLUGIN}.import_utils", f"{PLUGIN}.schedules", *FACES, *HTML),
        reason="where objects stand is the same for every face, so it knows none, and no import",
    ),
    Rule(
        room=(f"{PLUGIN}.schedules",),
        forbidden=(f"{PLUGIN}.import_utils", *FACES, *HTML),
        reason="a schedule starts what every face could start, so it knows none, and no import",
    ),
    Rule(
        room=(f"{PLUGIN}.schedules.due",),
        allowed=STANDARD_LIBRARY,
        forbidden=HTTP,
        reason="when something is due is computed from plain values",
    ),
    Rule(
        room=(f"{PLUGIN}.monitoring",),
        forbidden=(f"{PLUGIN}.orm", f"{PLUGIN}.engine", f"{PLUGIN}.import_utils", *FACES, *HTML),
        reason="how LibreNMS sees something is read and shown: it needs no face, and nothing that writes",
    ),
    Rule(
        room=PURE_MONITORING,
        allowed=(*CORE, *PURE_MONITORING),
        forbidden=HTTP,
        reason="what state something is in, and which graphs it has, is decided by pure rules",
    ),
    Rule(
        room=(f"{PLUGIN}.site_sync",),
        forbidden=(f"{PLUGIN}.import_utils", f"{PLUGIN}.schedules", *FACES, *HTML),
        reason="sync of sites is the same for every face, so it knows none, and no import",
    ),
    Rule(
        room=(f"{PLUGIN}.undo_runs",),
        forbidden=(f"{PLUGIN}.import_utils", *FACES, *HTML),
        reason="an undo is the same for every face and whatever it undoes, so it knows none",
    ),
    Rule(
        room=(f"{PLUGIN}.maintenance",),
        forbidden=(f"{PLUGIN}.import_utils", f"{PLUGIN}.schedules", *FACES, *HTML),
        reason="maintenance in LibreNMS is the same for every face, so it knows none, and no import",
    ),
    Rule(
        room=(f"{PLUGIN}.push",),
        forbidden=(f"{PLUGIN}.import_utils", f"{PLUGIN}.schedules", *FACES, *HTML),
        reason="what LibreNMS is told is the same for every face, so it knows none, and no import",
    ),
    Rule(
        room=(f"{PLUGIN}.runs",),
        allowed=OF_RUNS,
        forbidden=HTML,
        reason="work on many objects is shared the same way whatever it is, so it knows no import and no face",
    ),
    Rule(
        room=FACES,
        forbidden=(f"{PLUGIN}.orm",),
        reason="a face turns clicks and calls into the engine's compare and apply; it does not write by itself",
    ),
    *(
        Rule(
            room=room,
            forbidden=tuple(one for name, rooms in OTHER_FACES.items() if name != face for one in rooms),
            reason=f"a face uses no other one, and this one is {face}",
        )
        for face, room in OTHER_FACES.items()
    ),
    Rule(
        room=(PLUGIN,),
        except_room=CLIENT,
        forbidden=HTTP,
        reason="only the client of LibreNMS speaks HTTP",
    ),
)


def _length_of_match(name: str, prefixes: Sequence[str]) -> int:
    """Length of the longest of ``prefixes`` that ``name`` is or lies below, 0 for none."""
    return max((len(prefix) for prefix in prefixes if name == prefix or name.startswith(f"{prefix}.")), default=0)


def _breaks(rule: Rule, imported: str) -> bool:
    forbidden = _length_of_match(imported, rule.forbidden)
    if rule.allowed is None:
        return forbidden > 0
    return forbidden >= _length_of_match(imported, rule.allowed)


def _applies(rule: Rule, module: str) -> bool:
    return _length_of_match(module, rule.room) > 0 and not _length_of_match(module, rule.except_room)


def _module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, module: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that a file imports, also inside functions.

    ``from a import b`` counts as ``a.b``: b may be a module, and if it is not, a name below ``a`` falls under the
    same rules.
    """
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def check(root: Path = paths.ROOT) -> list[Violation]:
    """Every import below ``root``/netbox_librenms_plugin that the rules do not allow, once for each reason."""
    found = []
    for path in sorted((root / PLUGIN).rglob("*.py")):
        module = _module_name(path, root)
        rules = [rule for rule in RULES if _applies(rule, module)]
        for line, imported in _imports(path, module):
            found += [
                Violation(path.relative_to(root), line, module, imported, rule.reason)
                for rule in rules
                if _breaks(rule, imported)
            ]
    return found


def main() -> int:
    violations = check()
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
