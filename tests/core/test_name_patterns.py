"""Patterns of names with wildcards."""

import pytest

from netbox_librenms_plugin.models.settings import LONGEST_PATTERN, MOST_PATTERNS, UNRECORDED, LibreNMSSettings
from netbox_librenms_plugin.sync.core.name_patterns import first_fitting

USUAL = UNRECORDED.splitlines()


def patterns(text: str) -> list[str]:
    return LibreNMSSettings(unrecorded_neighbours=text).unrecorded_patterns


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("SEP0011AABBCCDD", ""),
        ("sep0011aabbccdd", "Cisco IP Phone 8841"),
        ("reception", "Cisco IP Phone 8841"),
        ("SIP-T46S", ""),
        ("DESKTOP-4F2K9QL", ""),
        ("Johns-MacBook-Pro.local", ""),
        ("00:11:22:33:44:55", ""),
    ],
)
def test_the_usual_ones_are_phones_and_laptops(name: str, platform: str) -> None:
    assert first_fitting(USUAL, name, platform)


@pytest.mark.parametrize("name", ["SEPARATOR-SW1", "core-01", "phone-sw-01", "desktop-sw", "SEP1", ""])
def test_network_devices_are_none_of_them(name: str) -> None:
    assert first_fitting(USUAL, name, "cisco C9500-48Y4C") == ""


def test_the_pattern_that_decided_is_told() -> None:
    assert first_fitting(patterns("lab-*\n  ap-??\n\n"), "AP-07") == "ap-??"


def test_what_is_beyond_the_bounds_is_left_out() -> None:
    many = "\n".join(f"name-{number}" for number in range(MOST_PATTERNS + 5))
    assert len(patterns(many)) == MOST_PATTERNS and patterns("a" * (LONGEST_PATTERN + 1)) == []


def test_brackets_are_themselves() -> None:
    assert first_fitting(["lab [1]*"], "lab [1] printer") and not first_fitting(["lab [1]*"], "lab 1 printer")


def test_a_hostile_pattern_takes_no_time() -> None:
    assert first_fitting(["*a" * 50], "a" * 127 + "b") == ""
