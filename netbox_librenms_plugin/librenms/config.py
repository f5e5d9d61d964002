"""The LibreNMS servers of ``PLUGINS_CONFIG``, checked and typed.

Two forms are read::

    {"servers": {"main": {"librenms_url": …, "api_token": …, "display_name": …, …}, …}}
    {"librenms_url": …, "api_token": …, …}                      # one server, known as "default"

In the first form the options of ``SHARED_KEYS`` may also stand at the root, where they hold for every server that does
not set them itself. Configuration is read at call time, so a change of the settings needs no new objects.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .checks import (
    LONGEST_CACHE,
    LONGEST_PAUSE,
    check_choice,
    check_limit,
    check_megabytes,
    check_seconds,
    check_secret,
    check_time_zone,
    check_timeout,
    check_token,
    check_url,
    check_verify,
)
from .errors import ConfigurationError
from .secret import Secret

__all__ = ("DEFAULT_KEY", "Config", "ServerConfig", "configured_servers", "load_servers", "read_config")

PLUGIN = "netbox_librenms_plugin"
DEFAULT_KEY = "default"
INTERFACE_NAME_FIELDS = ("ifName", "ifDescr")
SHARED_KEYS = (
    "cache_timeout",
    "verify_ssl",
    "timeout",
    "page_timeout",
    "job_timeout",
    "page_max_mb",
    "job_max_mb",
    "failure_pause",
    "interface_name_field",
    "time_zone",
)
SERVER_KEYS = ("display_name", "librenms_url", "api_token", "webhook_secret", *SHARED_KEYS)

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,50}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """One LibreNMS server. ``cache_timeout``, ``timeout`` (connect, read) and ``failure_pause`` are seconds.

    ``page_timeout`` and ``job_timeout`` bound one call as a whole, in seconds, ``page_max_mb`` and ``job_max_mb`` its
    answer, unpacked; ``page_…`` where somebody waits, ``job_…`` in background jobs and commands (see ``limits``).
    ``verify_ssl`` is True, False or the path of a CA file; ``interface_name_field`` is the server's own choice of
    ``ifName`` or ``ifDescr``, or None; ``time_zone`` that of its times ("Europe/Amsterdam"), where it has to be said.
    ``webhook_secret`` is what LibreNMS has to know to call NetBox; without one it cannot. Neither that nor the token
    shows in a ``repr``.
    """

    key: str
    display_name: str
    url: str
    token: str = field(repr=False)
    cache_timeout: int = 300
    verify_ssl: bool | str = True
    timeout: tuple[float, float] = (5.0, 60.0)
    page_timeout: float = 60.0
    job_timeout: float = 600.0
    page_max_mb: int = 128
    job_max_mb: int = 512
    failure_pause: int = 5
    interface_name_field: str | None = None
    time_zone: str = ""
    webhook_secret: Secret | None = field(default=None, repr=False)

    @property
    def fingerprint(self) -> str:
        """Name of this server in cache keys: changes with its address, holds nothing secret."""
        return hashlib.sha256(f"{self.key}\n{self.url}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The configured servers in their order, and sentences about what was ignored."""

    servers: dict[str, ServerConfig]
    warnings: tuple[str, ...] = ()


def configured_servers() -> dict[str, ServerConfig]:
    """Servers by key from Django's settings, first the one that is configured first; empty when there are none."""
    return load_servers(getattr(settings, "PLUGINS_CONFIG", {}).get(PLUGIN) or {})


def load_servers(plugins_config: Mapping[str, Any]) -> dict[str, ServerConfig]:
    """Servers by key from the plugin's part of ``PLUGINS_CONFIG``; ConfigurationError names server and key."""
    return read_config(plugins_config).servers


def read_config(plugins_config: Mapping[str, Any]) -> Config:
    """Servers and warnings from the plugin's part of ``PLUGINS_CONFIG``; ConfigurationError names server and key."""
    servers = plugins_config.get("servers")
    if servers:
        return _many(servers, plugins_config)
    if plugins_config.get("librenms_url") or plugins_config.get("api_token"):
        options = {name: plugins_config[name] for name in SERVER_KEYS if plugins_config.get(name) is not None}
        return Config(servers={DEFAULT_KEY: _server(DEFAULT_KEY, options)})
    return Config(servers={})


def _many(servers: Any, root: Mapping[str, Any]) -> Config:
    if not isinstance(servers, Mapping):
        raise ConfigurationError(_('"servers" in PLUGINS_CONFIG must be a dictionary of servers by key.'))
    shared = {name: root[name] for name in SHARED_KEYS if root.get(name) is not None}
    warnings = [
        str(_('"%(option)s" beside "servers" in PLUGINS_CONFIG is ignored.')) % {"option": option}
        for option in ("librenms_url", "api_token")
        if root.get(option)
    ]
    for key, options in servers.items():
        warnings.extend(_unknown(key, options))
    return Config(
        servers={key: _server(key, options, shared) for key, options in servers.items()}, warnings=tuple(warnings)
    )


def _unknown(key: Any, options: Any) -> list[str]:
    names = [name for name in options if name not in SERVER_KEYS] if isinstance(options, Mapping) else []
    sentence = _('Server "%(key)s" in PLUGINS_CONFIG: the unknown key "%(option)s" is ignored.')
    return [str(sentence) % {"key": str(key)[:50], "option": str(name)[:50]} for name in names]


def _server(key: Any, options: Any, shared: Mapping[str, Any] | None = None) -> ServerConfig:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ConfigurationError(
            _(
                'Server key "%(key)s" in PLUGINS_CONFIG: use 1 to 50 letters, digits, dots, hyphens and underscores '
                "(ASCII)."
            ),
            key=str(key)[:50],
        )
    if not isinstance(options, Mapping):
        raise ConfigurationError(_('Server "%(key)s" in PLUGINS_CONFIG must be a dictionary.'), key=key)
    given = {**(shared or {}), **{name: value for name, value in options.items() if value is not None}}
    return ServerConfig(
        key=key,
        display_name=_display_name(key, given),
        url=check_url(key, given.get("librenms_url")),
        token=check_token(key, given.get("api_token")),
        cache_timeout=check_seconds(key, "cache_timeout", given.get("cache_timeout", 300), LONGEST_CACHE),
        verify_ssl=check_verify(key, given.get("verify_ssl", True)),
        timeout=check_timeout(key, given.get("timeout", (5.0, 60.0))),
        page_timeout=check_limit(key, "page_timeout", given.get("page_timeout", 60.0)),
        job_timeout=check_limit(key, "job_timeout", given.get("job_timeout", 600.0)),
        page_max_mb=check_megabytes(key, "page_max_mb", given.get("page_max_mb", 128)),
        job_max_mb=check_megabytes(key, "job_max_mb", given.get("job_max_mb", 512)),
        failure_pause=check_seconds(key, "failure_pause", given.get("failure_pause", 5), LONGEST_PAUSE),
        interface_name_field=check_choice(
            key, "interface_name_field", given.get("interface_name_field"), INTERFACE_NAME_FIELDS
        ),
        time_zone=check_time_zone(key, given.get("time_zone", "")),
        webhook_secret=check_secret(key, given.get("webhook_secret")),
    )


def _display_name(key: str, options: Mapping[str, Any]) -> str:
    name = options.get("display_name", key)
    if not isinstance(name, str) or len(name) > 100 or not name.isprintable():
        raise ConfigurationError(
            _('Server "%(key)s" in PLUGINS_CONFIG: "display_name" must be a text of at most 100 characters.'), key=key
        )
    return name.strip() or key
