"""Template databases: NetBox's tables are made once, in minutes; every database after that is a copy, in a blink.

Two levels: NetBox alone, by its version, and NetBox with the plugin, by the plugin's migrations. A changed migration
of the plugin therefore costs seconds.
"""

import hashlib
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from tools import console, kept, netbox_env, paths, postgres

_KEPT = 3  # templates of other states of the plugin, for those who switch branches


def netbox_template() -> str:
    """Name of the template with NetBox alone, of the version that is here."""
    return "tpl_netbox_" + re.sub(r"\W", "_", version("netbox"))


def _schema_sources() -> list[Path]:
    """The plugin's files that decide what is in a new database: migrations, and what runs after them."""
    modules = sorted(paths.PLUGIN.rglob("*.py"))
    return [path for path in modules if path.parent.name == "migrations" or b"post_migrate" in path.read_bytes()]


def schema_hashes() -> dict[str, str]:
    """SHA-256 of every file that decides what is in a new database, by path below the plugin."""
    return {
        str(path.relative_to(paths.PLUGIN)): hashlib.sha256(path.read_bytes()).hexdigest() for path in _schema_sources()
    }


def plugin_template() -> str:
    """Name of the template for the plugin as it is on disk now."""
    text = repr([version("netbox"), sorted(schema_hashes().items())])
    return f"tpl_plugin_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def migrate(database: str, *, plugin: bool, what: str, branching: bool = False) -> None:
    """Apply what is left to apply. ``branching``: also the migrations of NetBox's branching plugin."""
    env = netbox_env.build(database=database, plugin=plugin)
    console.run_quietly(
        [sys.executable, "-m", "tools.migrate"],
        what=what,
        log=paths.LOGS / f"migrate-{database}.log",
        env=env | netbox_env.with_branching() if branching else env,
        cwd=paths.ROOT,
    )


@contextmanager
def _building(template: str, *, source: str) -> Iterator[str]:
    """A copy of ``source`` that becomes the template at the end: it has a passing name until then, so that a build that
    was broken off leaves none behind."""
    building = f"building_{template}"
    start = time.monotonic()
    postgres.clone(source, building)
    yield building
    postgres.sql(f'ALTER DATABASE "{building}" RENAME TO "{template}"')
    postgres.seal(template)
    console.detail(f"done in {time.monotonic() - start:.0f} s")


def _build_netbox(template: str) -> None:
    """Make the template with NetBox alone: from what another checkout kept, or by all of NetBox's migrations."""
    with _building(template, source="template1") as building:
        if kept.load(template, building):
            return
        # Loading may have broken off half-way
        postgres.clone("template1", building)
        console.say("Creating NetBox's tables: once on this machine, and it takes three to five minutes")
        migrate(building, plugin=False, what="Migrating NetBox")
        kept.keep(template, building)


def _forget_old_templates() -> None:
    for kind in ("plugin", "branching"):
        like = f"SELECT datname FROM pg_database WHERE datname LIKE 'tpl\\_{kind}\\_%' ORDER BY oid"
        for name in postgres.sql(like)[:-_KEPT]:
            postgres.drop(name)


def ensure_template() -> str:
    """Make the template for the plugin as it is now, unless it is there; its name."""
    netbox, plugin = netbox_template(), plugin_template()
    if postgres.exists(plugin):
        return plugin
    if not postgres.exists(netbox):
        _build_netbox(netbox)
    console.say("Adding the plugin's tables (half a minute)")
    with _building(plugin, source=netbox) as building:
        migrate(building, plugin=True, what="Migrating the plugin")
    _forget_old_templates()
    return plugin


def ensure_branching_template() -> str:
    """The same with the tables of NetBox's branching plugin, which is installed; the template's name."""
    source = ensure_template()
    record = next(paths.BRANCHING.glob("*.dist-info"), paths.BRANCHING).name
    digest = hashlib.sha256(f"{source} {record}".encode()).hexdigest()
    template = f"tpl_branching_{digest[:16]}"
    if not postgres.exists(template):
        console.say("Adding the branching plugin's tables (half a minute)")
        with _building(template, source=source) as building:
            migrate(building, plugin=True, what="Migrating the branching plugin", branching=True)
        _forget_old_templates()
    return template
