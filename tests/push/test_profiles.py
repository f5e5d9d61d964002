"""SNMP profiles of the configuration: what is understood, and what a sentence says of the rest."""

from pathlib import Path
from typing import Any

import pytest

from netbox_librenms_plugin.librenms.errors import ConfigurationError
from netbox_librenms_plugin.librenms.profiles import read_profiles

V2C = {"version": "v2c", "community": "public"}
V3 = {"version": "v3", "authlevel": "authPriv", "authname": "netbox", "authpass": "one", "cryptopass": "two"}


def test_what_librenms_is_told_of_each_version() -> None:
    profiles = read_profiles({"v2": {**V2C, "port": 1161, "transport": "udp6", "poller_group": 3}, "v3": V3}).usable
    common = {"port": 161, "transport": "udp", "port_association_mode": "ifIndex"}
    assert profiles["v2"].plain == {**common, "snmpver": "v2c", "port": 1161, "transport": "udp6"}
    assert (profiles["v2"].read_secrets(), profiles["v2"].poller_group) == ({"community": "public"}, 3)
    assert profiles["v3"].plain == {
        **common,
        "snmpver": "v3",
        "authlevel": "authPriv",
        "authalgo": "SHA",
        "cryptoalgo": "AES",
    }
    assert profiles["v3"].read_secrets() == {"authname": "netbox", "authpass": "one", "cryptopass": "two"}
    without = read_profiles({"x": {"version": "v3", "authlevel": "noAuthNoPriv", "authname": "netbox"}}).usable["x"]
    assert without.read_secrets() == {"authname": "netbox"} and "authalgo" not in without.plain
    assert read_profiles({"x": {"version": "ping"}}).usable["x"].ping_only


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"version": "v4"}, '"version" must be one of: v1, v2c, v3, ping.'),
        ({"version": "v2c"}, '"community" is missing.'),
        ({**V2C, "comunity": "x"}, '"comunity" is no option of this version.'),
        ({**V2C, "community": {"vault": "x"}}, '"community" must be a text, {"env": "NAME"} or {"file": "/path"}.'),
        ({**V2C, "community": "first\nsecond"}, '"community" is too long, or holds more than one line of text.'),
        ({**V2C, "port": 0}, '"port" must be a whole number from 1 to 65535.'),
        ({**V2C, "port": True}, '"port" must be a whole number'),
        ({**V2C, "transport": "sctp"}, '"transport" must be one of: udp, tcp, udp6, tcp6.'),
        ({**V3, "authlevel": "priv"}, '"authlevel" must be one of: noAuthNoPriv, authNoPriv, authPriv.'),
        ({**V3, "cryptopass": ""}, '"cryptopass" is missing.'),
        ({**V3, "authalgo": "ROT13"}, '"authalgo" must be one of: MD5, SHA'),
        ("public", '"x" must be a dictionary.'),
    ],
)
def test_one_that_cannot_be_used_is_told_and_keeps_no_other_from_being_used(options: Any, said: str) -> None:
    profiles = read_profiles({"x": options, "good": V2C})
    assert profiles.problems["x"].startswith(f'SNMP profile "x" in PLUGINS_CONFIG: {said}')
    assert list(profiles.usable) == ["good"] and profiles.names == ["good", "x"]
    assert "public" not in str(profiles.problems) and "second" not in str(profiles.problems)


@pytest.mark.parametrize("given", [None, {}, [], "x", 5])
def test_a_configuration_without_profiles_is_no_error(given: Any) -> None:
    assert not read_profiles(given).usable


def test_a_secret_is_read_when_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "community"
    one = read_profiles({"x": {"version": "v2c", "community": {"file": str(file)}}}).usable["x"]
    assert one.problem() == f"The file {file} cannot be read."
    file.write_text("öffentlich\n", encoding="utf-8")
    assert one.problem() == "" and one.read_secrets() == {"community": "öffentlich"}
    file.write_text("one\ntwo\n")
    assert "more than one line" in one.problem()
    other = read_profiles({"x": {"version": "v2c", "community": {"env": "LIBRENMS_TEST_NOT_SET"}}}).usable["x"]
    with pytest.raises(ConfigurationError, match="The environment variable LIBRENMS_TEST_NOT_SET is empty"):
        other.read_secrets()
    monkeypatch.setenv("LIBRENMS_TEST_NOT_SET", " public ")
    assert other.read_secrets() == {"community": "public"}


def test_no_secret_shows_in_a_representation() -> None:
    one = read_profiles({"x": {**V2C, "community": "very-secret"}}).usable["x"]
    assert "very-secret" not in repr(one) + repr(one.secrets)
