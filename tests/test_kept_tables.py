"""NetBox's tables, kept by one checkout for the next one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import kept, paths, postgres

pytestmark = pytest.mark.skipif("NETBOX_CONFIGURATION" not in os.environ, reason="needs the database server")


@pytest.fixture
def databases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Two databases of the test's own, one with a table; the cache and the logs are the test's own too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
    full, empty = (f"kept_{kind}_{os.getpid()}" for kind in ("full", "empty"))
    for name in (full, empty):
        postgres.clone("template1", name)
    postgres.sql("CREATE TABLE cabinets (name text); INSERT INTO cabinets VALUES ('A1'), ('A2')", database=full)
    yield full, empty
    for name in (full, empty):
        postgres.drop(name)


def test_what_one_checkout_made_the_next_one_loads(databases: tuple[str, str]) -> None:
    full, empty = databases
    assert not kept.load("tpl_netbox_1", empty)
    kept.keep("tpl_netbox_1", full)
    assert not kept.load("tpl_netbox_2", empty), "another version's tables"
    assert kept.load("tpl_netbox_1", empty)
    assert postgres.sql("SELECT name FROM cabinets ORDER BY name", database=empty) == ["A1", "A2"]
    assert [path.name for path in kept.folder().iterdir()] == ["tpl_netbox_1.dump"], "nothing half-written stays"


def test_a_broken_file_is_deleted_and_said(databases: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    full, empty = databases
    kept.keep("tpl_netbox_1", full)
    (dump,) = kept.folder().iterdir()
    dump.write_bytes(dump.read_bytes()[:200])
    assert not kept.load("tpl_netbox_1", empty)
    assert not dump.exists()
    assert "cannot be used" in capsys.readouterr().out


def test_a_cache_that_cannot_be_written_costs_only_time(
    databases: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    kept.keep("tpl_netbox_1", databases[0])
    assert not kept.load("tpl_netbox_1", databases[1])


def test_what_is_kept_can_be_deleted(databases: tuple[str, str]) -> None:
    kept.keep("tpl_netbox_1", databases[0])
    kept.forget()
    assert not kept.folder().exists()
    kept.forget()
