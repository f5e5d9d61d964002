"""Servers from PLUGINS_CONFIG: both forms, and one clear sentence for each mistake."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms.config import load_servers, read_config
from netbox_librenms_plugin.librenms.errors import ConfigurationError

TOKEN = "0123456789abcdef0123456789abcdef"


def servers(**options: Any) -> dict[str, Any]:
    return {"servers": {"main": {"librenms_url": "https://nms.example.net", "api_token": TOKEN, **options}}}


def test_a_server_has_sensible_defaults() -> None:
    server = load_servers(servers())["main"]
    assert (server.key, server.display_name, server.url) == ("main", "main", "https://nms.example.net")
    assert (server.token, server.cache_timeout, server.verify_ssl) == (TOKEN, 300, True)
    assert (server.timeout, server.interface_name_field) == ((5.0, 60.0), None)
    assert (server.page_timeout, server.job_timeout, server.failure_pause) == (60.0, 600.0, 5)
    assert (server.page_max_mb, server.job_max_mb) == (128, 512)


def test_every_option_is_taken() -> None:
    options = {
        "display_name": "Main site",
        "cache_timeout": 60,
        "verify_ssl": "/etc/ssl/ca.pem",
        "timeout": [2, 30.5],
        "page_timeout": 20,
        "job_timeout": 900.5,
        "page_max_mb": 64,
        "job_max_mb": 1024,
        "failure_pause": 0,
        "interface_name_field": "ifDescr",
        "time_zone": "Europe/Amsterdam",
    }
    server = load_servers(servers(**options))["main"]
    assert (server.display_name, server.cache_timeout, server.verify_ssl) == ("Main site", 60, "/etc/ssl/ca.pem")
    assert (server.timeout, server.interface_name_field) == ((2.0, 30.5), "ifDescr")
    assert (server.page_timeout, server.job_timeout, server.failure_pause) == (20.0, 900.5, 0)
    assert (server.page_max_mb, server.job_max_mb) == (64, 1024)
    assert server.time_zone == "Europe/Amsterdam"


def test_one_number_is_the_time_to_read() -> None:
    assert load_servers(servers(timeout=30))["main"].timeout == (5.0, 30.0)
    assert load_servers(servers(timeout=2))["main"].timeout == (2.0, 2.0)


@pytest.mark.parametrize("suffix", ["", "/", "/api/v0", "/api/v0/"])
def test_the_address_may_end_in_a_slash_or_in_the_api(suffix: str) -> None:
    url = f"http://nms.example.net:8000/librenms{suffix}"
    assert load_servers(servers(librenms_url=url))["main"].url == "http://nms.example.net:8000/librenms"


def test_the_older_form_is_the_server_default() -> None:
    config = {"librenms_url": "http://nms", "api_token": TOKEN, "verify_ssl": False, "cache_timeout": 10, "other": 1}
    loaded = load_servers(config)
    assert list(loaded) == ["default"]
    assert (loaded["default"].url, loaded["default"].verify_ssl, loaded["default"].cache_timeout) == (
        "http://nms",
        False,
        10,
    )


def test_servers_keep_their_order_and_share_what_stands_at_the_root() -> None:
    config: dict[str, Any] = {"servers": {}, "cache_timeout": 7, "interface_name_field": "ifDescr", "page_timeout": 9}
    for key in ("b", "a"):
        config["servers"][key] = {"librenms_url": f"https://{key}", "api_token": TOKEN}
    config["servers"]["a"]["cache_timeout"] = 8
    loaded = load_servers(config)
    assert list(loaded) == ["b", "a"]
    assert [server.cache_timeout for server in loaded.values()] == [7, 8]
    assert {server.interface_name_field for server in loaded.values()} == {"ifDescr"}
    assert {server.page_timeout for server in loaded.values()} == {9.0}


@pytest.mark.parametrize("config", [{}, {"servers": {}}, {"servers": None, "cache_timeout": 5}])
def test_no_server_at_all_is_no_mistake(config: dict[str, Any]) -> None:
    assert load_servers(config) == {}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("librenms_url", None),
        ("librenms_url", ""),
        ("librenms_url", 5),
        ("librenms_url", "nms.example.net"),
        ("librenms_url", "ftp://nms.example.net"),
        ("librenms_url", "https://"),
        ("librenms_url", "https://nms:99999"),
        ("librenms_url", "https://admin:secret@nms.example.net"),
        ("librenms_url", "https://nms.example.net/?api_token=1"),
        ("librenms_url", "https://nms.example.net/#x"),
        ("librenms_url", "https://nms example"),
        ("librenms_url", "https://nms\r\nX: y"),
        ("librenms_url", "https://" + "n" * 600),
        ("api_token", None),
        ("api_token", ""),
        ("api_token", 12345),
        ("api_token", "with\nbreak"),
        ("api_token", "tökén"),
        ("api_token", "t" * 300),
        ("cache_timeout", "300"),
        ("cache_timeout", -1),
        ("cache_timeout", True),
        ("cache_timeout", 10**9),
        ("verify_ssl", "false"),
        ("verify_ssl", ""),
        ("verify_ssl", 0),
        ("timeout", 0),
        ("timeout", "5"),
        ("timeout", [1, 2, 3]),
        ("timeout", [1, None]),
        ("timeout", float("nan")),
        ("timeout", True),
        ("page_timeout", 0),
        ("page_timeout", [1, 2]),
        ("job_timeout", "600"),
        ("job_timeout", 3601),
        ("page_max_mb", 0),
        ("page_max_mb", 0.5),
        ("job_max_mb", 10**6),
        ("job_max_mb", True),
        ("failure_pause", -1),
        ("failure_pause", 1.5),
        ("failure_pause", 301),
        ("interface_name_field", "ifAlias"),
        ("interface_name_field", 1),
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", 2),
        ("display_name", 3),
        ("display_name", "x" * 101),
        ("display_name", "two\nlines"),
    ],
)
def test_a_mistake_names_server_and_option_but_no_secret(option: str, value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_servers(servers(**{option: value}))
    message = str(caught.value)
    assert '"main"' in message and f'"{option}"' in message
    assert TOKEN not in message and "secret" not in message
    assert caught.value.code == "configuration"


@pytest.mark.parametrize("key", ["", "with blank", "x" * 51, "ümlaut", "a/b", 5, None])
def test_a_key_has_plain_characters_only(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="1 to 50 letters"):
        load_servers({"servers": {key: {"librenms_url": "https://nms", "api_token": TOKEN}}})


@pytest.mark.parametrize("value", [["a"], "a", 5])
def test_servers_must_be_a_dictionary(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="dictionary"):
        load_servers({"servers": value})
    with pytest.raises(ConfigurationError, match="dictionary"):
        load_servers({"servers": {"main": value}})


def test_what_is_ignored_is_said() -> None:
    config = servers(verfy_ssl=False) | {"librenms_url": "https://old", "run_retention_days": 90}
    warnings = read_config(config).warnings
    assert len(warnings) == 2
    assert any('"verfy_ssl"' in warning and '"main"' in warning for warning in warnings)
    assert any('"librenms_url"' in warning for warning in warnings)
    assert read_config(servers()).warnings == ()


def test_no_repr_shows_the_token() -> None:
    config = read_config(servers())
    assert TOKEN not in repr(config) and TOKEN not in str(config.servers["main"])


def test_the_fingerprint_changes_with_the_address_and_not_with_the_token() -> None:
    first = load_servers(servers())["main"].fingerprint
    assert load_servers(servers(api_token="f" * 32))["main"].fingerprint == first
    assert load_servers(servers(librenms_url="https://other"))["main"].fingerprint != first


@pytest.mark.parametrize(
    ("given", "text", "env", "file"),
    [
        ("known-to-LibreNMS", "known-to-LibreNMS", "", ""),
        ({"env": "HOOK_SECRET"}, "", "HOOK_SECRET", ""),
        ({"file": "/run/secrets/hook"}, "", "", "/run/secrets/hook"),
    ],
)
def test_the_secret_of_librenms_calls_is_in_one_of_three_places(given: Any, text: str, env: str, file: str) -> None:
    server = load_servers(servers(webhook_secret=given))["main"]
    assert server.webhook_secret is not None
    assert (server.webhook_secret.text, server.webhook_secret.env, server.webhook_secret.file) == (text, env, file)
    assert "known-to-LibreNMS" not in repr(server) + repr(server.webhook_secret) + server.fingerprint


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_secret_there_is_none(nothing: Any) -> None:
    assert load_servers(servers(webhook_secret=nothing))["main"].webhook_secret is None
    assert load_servers({"librenms_url": "http://nms", "api_token": TOKEN})["default"].webhook_secret is None


@pytest.mark.parametrize(
    "wrong",
    ["fifteen-letters", "with blanks in between", "\u00e9" * 20, "x" * 256, 5, ["a"], {}, {"env": ""}, {"env": 5}]
    + [{"env": "A", "file": "B"}, {"path": "x"}],
)
def test_a_secret_that_cannot_be_used_is_named_and_not_shown(wrong: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_servers(servers(webhook_secret=wrong))
    assert '"main"' in caught.value.message and '"webhook_secret"' in caught.value.message
    if isinstance(wrong, str):
        assert wrong not in caught.value.message
