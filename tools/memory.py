"""Databases of a test run in memory: a test that commits gets a new copy of its database, for which a disk takes ten
times as long."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import paths, postgres

# What Linux keeps in memory; elsewhere, and where it is small (in containers, mostly), the disk is used
_FOLDER = Path("/dev/shm")
_NEEDED = 4 * 1024**3


@contextmanager
def in_memory(template: str, run: str) -> Iterator[str]:
    """A copy of the template for this run, whose own copies are in memory as well; the template itself where there is
    not enough of it. What a run that was killed left behind goes first."""
    _remove(run)
    if not _is_large_enough():
        yield template
        return
    _make(run)
    copy = f"{run}_template"
    try:
        postgres.sql(f'CREATE DATABASE "{copy}" TEMPLATE "{template}" TABLESPACE "{run}" IS_TEMPLATE true')
        yield copy
    finally:
        _remove(run)


def _is_large_enough() -> bool:
    return _FOLDER.is_dir() and os.access(_FOLDER, os.W_OK) and shutil.disk_usage(_FOLDER).free >= _NEEDED


def _make(run: str) -> None:
    folder = tempfile.mkdtemp(prefix="netbox-librenms-", dir=_FOLDER)
    if account := paths.postgres_account():
        shutil.chown(folder, user=account)
    postgres.sql(f"CREATE TABLESPACE \"{run}\" LOCATION '{folder}'")


def _remove(run: str) -> None:
    """The tablespace with its databases and its folder, as far as they are there."""
    places = postgres.sql(f"SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = '{run}'")
    if not places:
        return
    of_run = f"SELECT datname FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE spcname = '{run}'"
    for database in postgres.sql(of_run):
        postgres.drop(database)
    postgres.sql(f'DROP TABLESPACE "{run}"')
    shutil.rmtree(places[0], ignore_errors=True)
