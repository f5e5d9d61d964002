"""The location pattern: what it reads out of a text, which patterns are refused, and that none takes its time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.location_pattern import (
    LONGEST_PATTERN,
    LONGEST_TEXT,
    LocationPattern,
    PatternError,
    names_read,
)
from netbox_librenms_plugin.place_names import GROUPS, PlaceNames

PATTERN = r"(?P<site>[A-Z]{3}\d) / (?P<location>[^/]+?)(?: / rack (?P<rack>\w+))?(?: \[(?P<tenant>[^\]]*)\])?"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AMS1 / Floor 2", PlaceNames(site="AMS1", location="Floor 2")),
        ("AMS1 / Floor 2 / rack R07", PlaceNames(site="AMS1", location="Floor 2", rack="R07")),
        ("AMS1 / Floor 2 [ Acme ]", PlaceNames(site="AMS1", location="Floor 2", tenant="Acme")),
        ("AMS1 / Süd – 東 / rack R07", PlaceNames(site="AMS1", location="Süd – 東", rack="R07")),
        ("AMS1", None),
        ("in AMS1 / Floor 2", None),  # the whole text has to match
        ("AMS1 / ", None),
        ("", None),
    ],
)
def test_the_names_in_a_text(text: str, names: PlaceNames | None) -> None:
    assert LocationPattern(PATTERN).read(text) == names


def test_any_of_the_groups_is_enough_and_what_reads_no_name_does_not_match() -> None:
    for group in GROUPS:
        assert LocationPattern(f"x(?P<{group}>.*)").read("x y") == PlaceNames(**{group: "y"})
        assert LocationPattern(f"x(?P<{group}>.*)").read("x ") is None


@pytest.mark.parametrize(
    ("pattern", "kind", "detail"),
    [
        ("", "none", ""),
        (r"([A-Z]+)-(\d+)", "none", ""),
        ("(?P<site>.+)-(?P<floor>.+)-(?P<Rack>.+)", "unknown", "floor, Rack"),
        ("(?P<site>.+", "invalid", "missing ): (?P<site>.+"),
        ("(?P<site>.+)(?=x)", "invalid", "(?="),
        (r"(?P<site>.+)-\1", "invalid", "\\1"),
        ("(?P<site>a)|(?P<site>b)", "twice", ""),
        ("(?P<site>a)|(?<site>b)", "twice", ""),
        ("(?P<site>(((a{100}){100}){100}))", "invalid", ""),
        ("(?P<site>\ud800)", "invalid", ""),
        ("(?P<site>" + "a" * LONGEST_PATTERN + ")", "long", ""),
    ],
)
def test_patterns_that_cannot_be_used(pattern: str, kind: str, detail: str) -> None:
    with pytest.raises(PatternError) as refused:
        LocationPattern(pattern)
    assert refused.value.kind == kind and detail in refused.value.detail
    # Past validation it is as good as none
    assert names_read(pattern, ["a", "AMS1"]) == {}


@pytest.mark.parametrize("pattern", [r"(?P<site>(a+)+)$", r"(?P<site>(a|aa)+)$", r"(?P<site>(.*a){12})"])
def test_a_pattern_that_tries_everything_elsewhere_answers_here(pattern: str) -> None:
    text = "a" * (LONGEST_TEXT - 1)
    assert names_read(pattern, [text, f"{text}!"]) == {text: PlaceNames(site=text)}


def test_a_text_that_librenms_cannot_hold_is_not_read() -> None:
    pattern = LocationPattern("(?P<site>a+)")
    assert pattern.read("a" * LONGEST_TEXT) is not None
    assert pattern.read("a" * (LONGEST_TEXT + 1)) is None
    assert pattern.read("\ud800") is None


@given(st.text(max_size=300))
def test_every_name_is_a_part_of_the_text(text: str) -> None:
    names = LocationPattern("(?P<site>[^-]*)-(?P<location>[^-]*)(?:-(?P<rack>.*))?").read(text)
    for group in GROUPS:
        assert names is None or getattr(names, group) in text
