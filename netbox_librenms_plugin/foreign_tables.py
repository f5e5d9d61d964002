"""Refuses to migrate a database in which another plugin has made tables under this plugin's name.

Django knows migrations by app label and name alone. Those of another plugin of the same name would count as this one's,
so that some of its tables would be missing and others not what it takes them for.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

PLUGIN = "netbox_librenms_plugin"
FIRST = "0001_initial"
# The second migration of the other plugin, in every release of it
FOREIGN = "0002_interfacetypemapping_created_and_more"
# A table that this plugin's first migration makes, and nobody else's
OWN = f"{PLUGIN}_fieldpolicy"


def is_foreign(recorded: set[str], tables: set[str]) -> bool:
    """Whether the tables under this plugin's name are another one's, by the migrations recorded under its app label and
    by the names of all tables."""
    if FOREIGN in recorded:
        return True
    if FIRST in recorded:
        return OWN not in tables
    return not recorded and any(name.startswith(f"{PLUGIN}_") for name in tables)


def sentence(using: str) -> str:
    """What is wrong with a database and what can be done, empty where nothing is. It only reads."""
    connection = connections[using]
    applied = MigrationRecorder(connection).applied_migrations()
    if not is_foreign({name for app, name in applied if app == PLUGIN}, set(connection.introspection.table_names())):
        return ""
    return _(
        "The database “{database}” holds tables that another plugin has made, which is also called {plugin}. "
        "Nothing was changed. Either use another database, or make a backup, install that other plugin again, remove "
        "its tables with “migrate {plugin} zero”, and then install this plugin and migrate."
    ).format(database=connection.settings_dict["NAME"], plugin=PLUGIN)


def check_tables(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Django's check of a database: ``migrate`` asks it before it looks at any migration."""
    found = (sentence(using) for using in databases or ())
    return [Error(words, id=f"{PLUGIN}.E001") for words in found if words]


def refuse_to_migrate(*, using: str, **kwargs: Any) -> None:
    """The same where a command migrates without checks, before the first migration. Raises ``CommandError``."""
    if words := sentence(using):
        raise CommandError(words)
