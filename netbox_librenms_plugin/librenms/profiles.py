"""Profiles of ``PLUGINS_CONFIG["netbox_librenms_plugin"]["snmp_profiles"]``: how LibreNMS is to speak with new devices.

    {"campus": {"version": "v2c", "community": {"env": "SNMP_COMMUNITY"}, "poller_group": 2},
     "core": {"version": "v3", "authlevel": "authPriv", "authname": "netbox", "authpass": {"file": "/run/secrets/auth"},
              "authalgo": "SHA", "cryptopass": {"file": "/run/secrets/crypto"}, "cryptoalgo": "AES"},
     "guests": {"version": "ping"}}

A secret is read when a device is added, and goes into that one call. A profile that cannot be used does not keep the
others from being used.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .checks import place_of
from .config import PLUGIN
from .errors import ConfigurationError, Sentence
from .secret import LONGEST_SECRET, Kept

__all__ = ("PING", "Credential", "Profile", "Profiles", "configured_profiles", "read_profiles")

PING = "ping"
VERSIONS = ("v1", "v2c", "v3", PING)
TRANSPORTS = ("udp", "tcp", "udp6", "tcp6")
PORT_MODES = ("ifIndex", "ifName", "ifDescr", "ifAlias")
LEVELS = ("noAuthNoPriv", "authNoPriv", "authPriv")
AUTH_ALGORITHMS = ("MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512")
CRYPTO_ALGORITHMS = ("DES", "AES", "AES-192", "AES-256", "AES-256-C")
LONGEST_NAME = 50
MOST_PROFILES = 200
# As LibreNMS has it where nothing is said
PORT, TRANSPORT, PORT_MODE = 161, "udp", "ifIndex"

_OPTIONS: Mapping[str, tuple[str, ...]] = {
    PING: ("version", "poller_group"),
    "v1": ("version", "community", "port", "transport", "port_association_mode", "poller_group"),
    "v2c": ("version", "community", "port", "transport", "port_association_mode", "poller_group"),
    "v3": (
        *("version", "authlevel", "authname", "authpass", "authalgo", "cryptopass", "cryptoalgo"),
        *("port", "transport", "port_association_mode", "poller_group"),
    ),
}


class Credential(Kept):
    """A community, a name or a password that a device knows."""

    def read(self) -> str:
        """It as it is now. Raises ``ConfigurationError`` where it cannot be read or used."""
        found = self.held(encoding="utf-8")
        if not 0 < len(found) <= LONGEST_SECRET or not found.isprintable():
            raise ConfigurationError(
                _("%(place)s is empty, too long, or holds more than one line of text."), place=self.place
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How LibreNMS speaks with a device. ``plain``: what is no secret, as LibreNMS's API names it; ``secrets``: the
    rest, which shows in no ``repr``."""

    name: str
    version: str
    poller_group: int = 0
    plain: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Credential] = field(default_factory=dict, repr=False)

    @property
    def ping_only(self) -> bool:
        """Whether the device is only pinged."""
        return self.version == PING

    def read_secrets(self) -> dict[str, str]:
        """The secrets as they are now. Raises ``ConfigurationError``, which says where one cannot be read."""
        return {name: secret.read() for name, secret in self.secrets.items()}

    def problem(self) -> str:
        """Why a secret of it cannot be read; empty where all can."""
        try:
            self.read_secrets()
        except ConfigurationError as error:
            return error.message
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """The profiles that can be used, and for each of the others a sentence that says why not."""

    usable: Mapping[str, Profile] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All names, in order."""
        return sorted((*self.usable, *self.problems))


def configured_profiles() -> Profiles:
    """The profiles of Django's settings."""
    return read_profiles((getattr(settings, "PLUGINS_CONFIG", {}).get(PLUGIN) or {}).get("snmp_profiles"))


def read_profiles(given: Any) -> Profiles:
    """The profiles of a configuration, checked; nothing is raised."""
    if not given:
        return Profiles()
    if not isinstance(given, Mapping) or len(given) > MOST_PROFILES:
        return Profiles(
            problems={"snmp_profiles": str(_('"snmp_profiles" in PLUGINS_CONFIG must be a dictionary of profiles.'))}
        )
    usable: dict[str, Profile] = {}
    problems: dict[str, str] = {}
    for name, options in given.items():
        try:
            usable[str(name)] = _profile(name, options)
        except ConfigurationError as error:
            problems[str(name)[:LONGEST_NAME]] = error.message
    return Profiles(usable=usable, problems=problems)


def _fail(name: Any, option: Any, reason: Sentence) -> ConfigurationError:
    sentence = _('SNMP profile "%(name)s" in PLUGINS_CONFIG: "%(option)s" %(reason)s.')
    return ConfigurationError(sentence, name=str(name)[:LONGEST_NAME], option=str(option)[:LONGEST_NAME], reason=reason)


def _profile(name: Any, options: Any) -> Profile:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise _fail(name, "name", _("must be a text of 1 to 50 characters"))
    if not isinstance(options, Mapping):
        raise _fail(name, name, _("must be a dictionary"))
    version = _one_of(name, options, "version", VERSIONS, "")
    for option in options:
        if option not in _OPTIONS[version]:
            raise _fail(name, option, _("is no option of this version"))
    group = _number(name, options, "poller_group", 0, 0, 2**31 - 1)
    if version == PING:
        return Profile(name=name, version=version, poller_group=group)
    plain = _plain(name, options)
    wanted = ["community"]
    if version == "v3":
        level = _one_of(name, options, "authlevel", LEVELS, "")
        plain |= {"authlevel": level}
        wanted = ["authname"]
        if level != "noAuthNoPriv":
            wanted.append("authpass")
            plain["authalgo"] = _one_of(name, options, "authalgo", AUTH_ALGORITHMS, "SHA")
        if level == "authPriv":
            wanted.append("cryptopass")
            plain["cryptoalgo"] = _one_of(name, options, "cryptoalgo", CRYPTO_ALGORITHMS, "AES")
    return Profile(
        name=name,
        version=version,
        poller_group=group,
        plain={"snmpver": version, **plain},
        secrets=_credentials(name, options, wanted),
    )


def _plain(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """What all versions have, as far as LibreNMS has to be told."""
    return {
        "port": _number(name, options, "port", PORT, 1, 65_535),
        "transport": _one_of(name, options, "transport", TRANSPORTS, TRANSPORT),
        "port_association_mode": _one_of(name, options, "port_association_mode", PORT_MODES, PORT_MODE),
    }


def _credentials(name: str, options: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Credential]:
    return {option: _credential(name, option, options.get(option)) for option in wanted}


def _credential(name: str, option: str, value: Any) -> Credential:
    if value is None or value == "":
        raise _fail(name, option, _("is missing"))
    if isinstance(value, str):
        if len(value) > LONGEST_SECRET or not value.isprintable():
            raise _fail(name, option, _("is too long, or holds more than one line of text"))
        return Credential(text=value)
    if (place := place_of(value)) is not None:
        return Credential(**place)
    raise _fail(name, option, _('must be a text, {"env": "NAME"} or {"file": "/path"}'))


def _one_of(name: str, options: Mapping[str, Any], option: str, choices: tuple[str, ...], default: str) -> str:
    value = options.get(option, default)
    if not isinstance(value, str) or value not in choices:
        raise _fail(name, option, _("must be one of: %s") % ", ".join(choices))
    return value


def _number(name: str, options: Mapping[str, Any], option: str, default: int, least: int, most: int) -> int:
    value = options.get(option, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _fail(name, option, _("must be a whole number from {least} to {most}").format(least=least, most=most))
    return value
