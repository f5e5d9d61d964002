"""A database in which another plugin of the same name has made its tables: said in plain words, and left alone."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from django.db import connection

from netbox_librenms_plugin.foreign_tables import FIRST, FOREIGN, OWN, is_foreign
from tests.librenms import PLUGIN
from tools import databases, netbox_env, postgres

OLDEST = [
    FIRST,
    FOREIGN,
    "0003_interfacetypemapping_librenms_speed_and_more",
    "0004_librenmssettings",
    "0005_remove_librenmssettings_created_and_more",
    "0006_interfacetypemapping_description",
]
NEWEST = [
    *OLDEST,
    "0007_librenmssettings_vc_member_name_pattern",
    "0008_librenmssettings_import_defaults",
    "0009_convert_librenms_id_to_json",
    "0010_inventory_and_mapping_models",
    "0011_renormalize_device_type_mappings",
    "0012_normalize_device_serials",
    "0013_portstacklagpattern",
    "0014_portstacklagpattern_ci_unique",
    "0015_locationmapping",
    "0015_librenmssettings_remember_interface_name_per_platform",
    "0016_portstacklagpattern_sap_name_pattern",
    "0017_inventory_class_include_rule",
    "0018_device_serial_trim_index",
    "0019_portstacklagpattern_bridge_name_pattern",
]
TABLES = {
    "interfacetypemapping": "librenms_type varchar(100), netbox_type varchar(50), librenms_speed bigint",
    "librenmssettings": "selected_server varchar(100), vc_member_name_pattern varchar(100)",
    "devicetypemapping": "librenms_hardware varchar(255), description text, netbox_device_type_id bigint",
}
# One process for all commands: NetBox's start is most of what they take
COMMANDS = """
import sys, traceback
import django
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError

django.setup()
print("started", flush=True)
for words in sys.argv[1].split(","):
    print(f"{words}:", file=sys.stderr, flush=True)
    try:
        execute_from_command_line(["netbox", *words.split()])
        status = 0
    except SystemExit as end:
        status = end.code
    print(f"{words}={status}", flush=True)
"""
MIGRATING = (
    "migrate",
    "migrate --no-input",
    f"migrate {PLUGIN}",
    f"migrate {PLUGIN} zero",
    "migrate sessions",
    "migrate --skip-checks",
    f"migrate {PLUGIN} --skip-checks",
    "upgrade --no-input --skip-static --skip-reindex",
)


@pytest.fixture
def foreign(db: None) -> Iterator[str]:
    """A database of NetBox's in which something is left to migrate; its name."""
    name = f"foreign_{connection.settings_dict['NAME']}"
    postgres.clone(databases.netbox_template(), name)
    # What a newer NetBox would bring: had it been applied now, it would be recorded
    postgres.sql("DELETE FROM django_migrations WHERE app = 'sessions'", database=name)
    yield name
    postgres.drop(name)


def leave_behind(database: str, records: Sequence[str]) -> None:
    """Put into a database what the other plugin leaves there."""
    for name in records:
        statement = f"INSERT INTO django_migrations (app, name, applied) VALUES ('{PLUGIN}', '{name}', now())"
        postgres.sql(statement, database=database)
    for name, columns in TABLES.items():
        postgres.sql(f"CREATE TABLE {PLUGIN}_{name} (id bigint PRIMARY KEY, {columns})", database=database)
    postgres.sql(f"INSERT INTO {PLUGIN}_devicetypemapping VALUES (1, 'c9300', '', 1)", database=database)


def contents(database: str) -> list[list[str]]:
    """Tables with their columns, migration records, and the other plugin's rows."""
    columns = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    ask = partial(postgres.sql, database=database)
    records = ask("SELECT app, name FROM django_migrations ORDER BY 1, 2")
    return [ask(columns), records, ask(f"SELECT * FROM {PLUGIN}_devicetypemapping")]


def run(database: str, commands: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Command → exit status, and command → what it said on standard error."""
    env = netbox_env.build(database=database, redis=int(os.environ["DEV_REDIS_DB"]))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMMANDS, ",".join(commands)], env=env, capture_output=True, text=True
    )
    statuses = dict(line.rsplit("=", 1) for line in done.stdout.splitlines() if "=" in line)
    said = {}
    for words in commands:
        _before, _line, rest = done.stderr.partition(f"{words}:\n")
        said[words] = min((rest.partition(f"{other}:\n")[0] for other in commands), key=len)
    return statuses, said


@pytest.mark.parametrize("records", [OLDEST, NEWEST, []], ids=["0006", "0019", "none"])
def test_every_way_of_migrating_is_refused_in_plain_words_and_changes_nothing(
    foreign: str, records: Sequence[str]
) -> None:
    leave_behind(foreign, records)
    before = contents(foreign)
    commands = MIGRATING if records is NEWEST else MIGRATING[:1]
    statuses, said = run(foreign, commands)
    assert statuses == dict.fromkeys(commands, "1")
    for words, text in said.items():
        assert "another plugin has made, which is also called netbox_librenms_plugin" in text, words
        assert "Nothing was changed" in text
        assert "migrate netbox_librenms_plugin zero" in text
        assert "Traceback" not in text
        assert text.count("Nothing was changed") == 1
    assert contents(foreign) == before


@pytest.mark.slow
def test_once_they_are_gone_the_plugin_migrates(foreign: str) -> None:
    leave_behind(foreign, NEWEST)
    postgres.sql(f"DELETE FROM django_migrations WHERE app = '{PLUGIN}'", database=foreign)
    for name in TABLES:
        postgres.sql(f"DROP TABLE {PLUGIN}_{name}", database=foreign)
    statuses, said = run(foreign, [f"migrate {PLUGIN}", f"migrate {PLUGIN} 0001", f"migrate {PLUGIN} zero"])
    assert set(statuses.values()) == {"0"}, said


def test_whose_tables_they_are() -> None:
    ours = {OWN, f"{PLUGIN}_syncrun"}
    theirs = {f"{PLUGIN}_interfacetypemapping"}
    assert not is_foreign(set(), {"dcim_device"})
    assert not is_foreign({FIRST}, ours)
    assert not is_foreign({FIRST, "0002_device_naming_and_cables", "0099_of_a_later_release"}, ours)
    assert is_foreign({FIRST, FOREIGN}, theirs)
    assert is_foreign({FIRST}, theirs)
    assert is_foreign(set(), theirs)
    assert is_foreign({FIRST, FOREIGN}, theirs | ours)
