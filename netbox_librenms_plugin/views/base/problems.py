"""States in which there is nothing to compare: what happened, and what a person can do about it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...librenms import errors
from ...librenms.errors import LibreNMSError

# The first class that fits names the state
_TITLES: tuple[tuple[type[LibreNMSError], Any, str], ...] = (
    (errors.ConfigurationError, _("LibreNMS is not configured"), "mdi-cog-off-outline"),
    (errors.Busy, _("LibreNMS is being asked already"), "mdi-timer-sand"),
    (errors.Resting, _("LibreNMS is left alone for a moment"), "mdi-timer-sand"),
    (errors.TimedOut, _("LibreNMS did not answer in time"), "mdi-timer-sand-empty"),
    (errors.CertificateRefused, _("LibreNMS has no valid certificate"), "mdi-shield-alert-outline"),
    (errors.Interrupted, _("LibreNMS broke off"), "mdi-lan-disconnect"),
    (errors.TransportError, _("LibreNMS cannot be reached"), "mdi-lan-disconnect"),
    (errors.AuthenticationError, _("LibreNMS refuses the API token"), "mdi-key-alert-outline"),
    (errors.PermissionDenied, _("LibreNMS does not let the API token read this"), "mdi-lock-outline"),
    (errors.DeviceNotFound, _("LibreNMS does not have this device any more"), "mdi-server-off"),
    (errors.WrongDevice, _("LibreNMS answered about another device"), "mdi-alert-outline"),
    (errors.SuspiciousAnswer, _("LibreNMS answered suspiciously little"), "mdi-alert-outline"),
    (errors.UnexpectedAnswer, _("LibreNMS gave an answer that cannot be read"), "mdi-alert-outline"),
    (errors.Unavailable, _("LibreNMS is busy"), "mdi-clock-alert-outline"),
    (errors.ServerError, _("LibreNMS failed"), "mdi-alert-octagon-outline"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProblem:
    """A state for a page: a title, one sentence, and which of the remedies fit."""

    title: Any
    sentence: str
    icon: str = "mdi-alert-outline"
    code: str = ""
    retry: bool = True
    settings: bool = False
    relink: bool = False


def problem_of(error: LibreNMSError) -> PageProblem:
    """The state that an error of the client puts a page into."""
    unnamed = (_("LibreNMS could not be used"), "mdi-alert-outline")
    title, icon = next(((title, icon) for kind, title, icon in _TITLES if isinstance(error, kind)), unnamed)
    configuration = isinstance(error, errors.ConfigurationError)
    return PageProblem(
        title=title,
        sentence=error.message,
        icon=icon,
        code=error.code,
        retry=not configuration,
        settings=configuration or isinstance(error, errors.AuthenticationError | errors.SuspiciousAnswer),
        relink=isinstance(error, errors.DeviceNotFound | errors.WrongDevice),
    )
