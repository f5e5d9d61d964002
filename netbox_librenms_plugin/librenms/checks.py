"""Checks of one server's options in ``PLUGINS_CONFIG``; each returns the clean value or raises ConfigurationError."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from .errors import ConfigurationError, Sentence
from .secret import Secret, is_usable

__all__ = (
    "LONGEST_CACHE",
    "LONGEST_PAUSE",
    "check_choice",
    "check_limit",
    "check_megabytes",
    "check_seconds",
    "check_secret",
    "check_time_zone",
    "check_timeout",
    "check_token",
    "check_url",
    "check_verify",
    "place_of",
)

LONGEST_WAIT = 3600.0
LONGEST_CACHE = 86_400
LONGEST_PAUSE = 300
LARGEST_ANSWER = 4096
CONNECT = 5.0


def _fail(key: str, option: str, reason: Sentence) -> ConfigurationError:
    return ConfigurationError(
        _('Server "%(key)s" in PLUGINS_CONFIG: "%(option)s" %(reason)s.'), key=key, option=option, reason=reason
    )


def _text(key: str, option: str, value: Any, *, longest: int) -> str:
    if value is None or value == "":
        raise _fail(key, option, _("is missing"))
    if not isinstance(value, str):
        raise _fail(key, option, _("must be a text"))
    clean = value.strip()
    if not clean or len(clean) > longest or not clean.isprintable() or " " in clean:
        raise _fail(key, option, _("is empty, too long, or holds blanks or control characters"))
    return clean


def check_url(key: str, value: Any) -> str:
    """Address of LibreNMS without a trailing slash and without ``/api/v0``."""
    url = _text(key, "librenms_url", value, longest=500)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise _fail(key, "librenms_url", _("must be an address such as https://librenms.example.net"))
    _check_parts(key, parts)
    return url.rstrip("/").removesuffix("/api/v0").rstrip("/")


def _check_parts(key: str, parts: SplitResult) -> None:
    if parts.username is not None or parts.password is not None:
        raise _fail(key, "librenms_url", _("must not hold a user name or a password"))
    if parts.query or parts.fragment:
        raise _fail(key, "librenms_url", _("must not hold a query or a fragment"))


def check_token(key: str, value: Any) -> str:
    """The API token; it travels in a header, so only printable ASCII is possible."""
    token = _text(key, "api_token", value, longest=255)
    if not token.isascii():
        raise _fail(key, "api_token", _("must consist of ASCII characters"))
    return token


def check_secret(key: str, value: Any) -> Secret | None:
    """Where the secret of LibreNMS's calls is: the secret itself, ``{"env": NAME}`` or ``{"file": PATH}``; None without
    one. Environment and file are read when they are needed, as other processes may have them."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if not is_usable(value):
            raise _fail(key, "webhook_secret", _("must be 16 to 255 ASCII characters without blanks"))
        return Secret(text=value)
    if (place := place_of(value)) is not None:
        return Secret(**place)
    raise _fail(key, "webhook_secret", _('must be a text, {"env": "NAME"} or {"file": "/path"}'))


def place_of(value: Any) -> dict[str, str] | None:
    """``{"env": NAME}`` or ``{"file": PATH}`` where ``value`` is one of them, else None."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((place, name),) = value.items()
        if place in ("env", "file") and isinstance(name, str) and name.strip() and name.isprintable():
            return {place: name.strip()}
    return None


def check_seconds(key: str, option: str, value: Any, longest: int) -> int:
    """Whole seconds up to ``longest``; 0 turns off what the option is about."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= longest:
        raise _fail(key, option, _("must be a whole number of seconds from 0 to %s") % longest)
    return value


def check_limit(key: str, option: str, value: Any) -> float:
    """Seconds that one call may take in all."""
    if not _is_wait(value):
        raise _fail(key, option, _("must be seconds above 0 and up to 3600"))
    return float(value)


def check_megabytes(key: str, option: str, value: Any) -> int:
    """Size of the largest answer in MB."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_ANSWER:
        raise _fail(key, option, _("must be a whole number of MB from 1 to %s") % LARGEST_ANSWER)
    return value


def check_timeout(key: str, value: Any) -> tuple[float, float]:
    """(connect, read) in seconds from a pair, or from one number, which then is the time to read."""
    pair = value if isinstance(value, list | tuple) else (_connect(value), value)
    if len(pair) != 2 or not all(_is_wait(part) for part in pair):
        raise _fail(key, "timeout", _("must be seconds above 0 and up to 3600, or a pair of them (connect, read)"))
    return float(pair[0]), float(pair[1])


def _connect(read: Any) -> Any:
    return min(CONNECT, read) if _is_wait(read) else read


def _is_wait(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST_WAIT


def check_verify(key: str, value: Any) -> bool | str:
    """True, False, or the path of a CA file or folder. A text that reads like a switch is refused: it is no path."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.strip().lower() in ("", "true", "false", "yes", "no", "on", "off", "0", "1"):
        raise _fail(key, "verify_ssl", _("must be True, False or the path of a CA file"))
    return value


def check_choice(key: str, option: str, value: Any, choices: tuple[str, ...]) -> str | None:
    """``value`` when it is one of ``choices``, None when nothing was chosen."""
    if value is None or value == "":
        return None
    if value not in choices:
        raise _fail(key, option, _("must be one of: %s") % ", ".join(choices))
    return str(value)


def check_time_zone(key: str, value: Any) -> str:
    """The name of a time zone as the tz database has it, or empty."""
    try:
        return ZoneInfo(value).key if value else ""
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise _fail(key, "time_zone", _("must be the name of a time zone such as Europe/Amsterdam")) from None
