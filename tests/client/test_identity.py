"""The custom field's value: every form that is read, the one that is written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.identity import bare_key, named_servers, read_id, with_id, without_id


@pytest.mark.parametrize(
    ("value", "server", "expected"),
    [
        ({"main": 42}, "main", 42),
        ({"main": "42"}, "main", 42),
        ({"main": " 42 "}, "main", 42),
        ({"main": {"id": 42, "by": "other tool"}}, "main", 42),
        ({"main": {"id": "42"}}, "main", 42),
        ({"main": 42}, "other", None),
        (42, "default", 42),
        ("42", "default", 42),
        (42, "main", None),
        (None, "default", None),
        ("", "default", None),
        ({}, "default", None),
        ({"main": None}, "main", None),
        ({"main": True}, "main", None),
        (True, "default", None),
        (0, "default", None),
        (-1, "default", None),
        ("-1", "default", None),
        (4.2, "default", None),
        (42.0, "default", None),
        ("42.0", "default", None),
        ("0x2a", "default", None),
        ("٤٢", "default", None),
        ("²", "default", None),
        ("9" * 400, "default", None),
        (2**63, "default", None),
        ([42], "default", None),
        ({"main": [42]}, "main", None),
        ({"main": {"id": {"id": 42}}}, "main", None),
    ],
)
def test_reading(value: Any, server: str, expected: int | None) -> None:
    assert read_id(value, server, "default") == expected


def test_a_bare_id_belongs_to_nobody_without_servers() -> None:
    assert read_id(42, "main", None) is None


@pytest.mark.parametrize(("keys", "expected"), [(["a", "default"], "default"), (["b", "a"], "b"), ([], None)])
def test_the_server_of_bare_ids(keys: list[str], expected: str | None) -> None:
    assert bare_key(keys) == expected


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, {"main": 7}),
        ({"main": 42}, {"main": 7}),
        ({"other": 5, "note": "x"}, {"other": 5, "note": "x", "main": 7}),
        ({"main": {"id": 42, "by": "x"}}, {"main": {"id": 7, "by": "x"}}),
        (42, {"default": 42, "main": 7}),
        ("42", {"default": 42, "main": 7}),
        ("garbage", {"main": 7}),
        ([1], {"main": 7}),
    ],
)
def test_writing_keeps_what_belongs_to_others(value: Any, written: dict[str, Any]) -> None:
    assert with_id(value, "main", 7, default_key="default") == written


def test_a_bare_id_of_the_same_server_is_replaced() -> None:
    assert with_id(42, "default", 7, default_key="default") == {"default": 7}


KEYS = st.sampled_from(["main", "other", "default"])
IDS = st.integers(1, 2**63 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | KEYS, inner),
    max_leaves=8,
)


@given(value=JSON, key=KEYS, number=IDS)
def test_what_is_written_is_read_again_and_others_stay(value: Any, key: str, number: int) -> None:
    written = with_id(value, key, number, default_key="default")
    assert read_id(written, key, "default") == number
    for other in {"main", "other", "default"} - {key}:
        assert read_id(written, other, "default") == read_id(value, other, "default")


@given(value=JSON, key=KEYS)
def test_reading_never_fails_and_gives_a_positive_number_or_none(value: Any, key: str) -> None:
    found = read_id(value, key, "default")
    assert found is None or (type(found) is int and found > 0)


@pytest.mark.parametrize(
    ("value", "servers"),
    [
        ({"main": 42, "old": {"id": "7"}, "odd": "x"}, {"main": 42, "old": 7, "odd": None}),
        (42, {"main": 42}),
        ("x", {}),
        (None, {}),
    ],
)
def test_every_entry_is_named(value: Any, servers: dict[str, int | None]) -> None:
    assert named_servers(value, default_key="main") == servers


@pytest.mark.parametrize(
    ("value", "server", "left"),
    [
        ({"main": 42, "old": {"id": 7}}, "old", {"main": 42}),
        ({"old": 7}, "old", None),
        ({"main": 42}, "old", {"main": 42}),
        (42, "main", None),
        (42, "old", 42),
    ],
)
def test_an_entry_is_taken_out_and_the_others_stay(value: Any, server: str, left: Any) -> None:
    assert without_id(value, server, default_key="main") == left
    assert read_id(left, server, "main") is None
