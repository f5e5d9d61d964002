"""Everything that can go wrong while talking to LibreNMS, as one tree of exceptions.

    LibreNMSError                 librenms_error
    ├── ConfigurationError        configuration        PLUGINS_CONFIG names no usable server
    ├── Busy                      busy                 somebody else asks the same, and has no answer yet
    ├── TransportError            unreachable          no connection, or it broke
    │   ├── TimedOut              timeout
    │   │   └── Unfinished        timeout              the call as a whole took too long
    │   ├── CertificateRefused    certificate
    │   └── Interrupted           interrupted          the answer stopped half way
    ├── AuthenticationError       authentication       401
    ├── PermissionDenied          permission           403
    ├── NotFound                  not_found            404
    │   ├── DeviceNotFound        device_not_found
    │   └── RouteMissing          route_missing        this server has no such API call
    ├── RequestRefused            refused              other 4xx
    │   └── InvalidColumns        invalid_columns      an older server lacks a column
    ├── WriteFailed               write_failed         an error in answer to a change
    │   └── WriteDenied           write_denied         403
    ├── UnexpectedAnswer          unexpected_answer    readable JSON of another shape
    │   ├── NotJSON               not_json             HTML, an empty body, broken JSON
    │   ├── Redirected            redirect             3xx, mostly to a login page
    │   ├── WrongDevice           wrong_device         rows of a device that was not asked for
    │   └── AnswerTooLarge        too_large
    ├── ServerError               server_error         5xx
    │   └── Unavailable           unavailable          429, 503
    └── SuspiciousAnswer          suspicious           far fewer rows than before
        └── NoDevices             no_devices           an empty list of devices

``message`` is one translated sentence for people: it names the server and what to do. Neither it nor ``repr`` ever
holds the token, an address with a query, or what the server wrote. ``code`` is stable, for programs.
"""

from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = (
    "AnswerTooLarge",
    "AuthenticationError",
    "Busy",
    "CertificateRefused",
    "ConfigurationError",
    "DeviceNotFound",
    "Interrupted",
    "InvalidColumns",
    "LibreNMSError",
    "NoDevices",
    "NotFound",
    "NotJSON",
    "PermissionDenied",
    "Redirected",
    "RequestRefused",
    "RouteMissing",
    "ServerError",
    "SuspiciousAnswer",
    "TimedOut",
    "TransportError",
    "Unavailable",
    "UnexpectedAnswer",
    "Unfinished",
    "WriteDenied",
    "WriteFailed",
    "WrongDevice",
)

type Sentence = str | Promise


class LibreNMSError(Exception):
    """Root of the tree. ``server`` is the display name; ``facts`` fill the placeholders of the sentence."""

    code: ClassVar[str] = "librenms_error"
    sentence: ClassVar[Sentence] = _("LibreNMS server %(server)s could not be used.")

    def __init__(self, server: str = "", **facts: Any) -> None:
        super().__init__()
        self.server = server
        self.facts = facts

    @property
    def message(self) -> str:
        """The sentence for people, in the language of the reader."""
        return str(self.sentence) % {"server": self.server, **self.facts}

    def bare(self) -> Self:
        """The error without the frames it came through: they hold the answer, up to hundreds of megabytes, and the
        request with its token, for as long as somebody keeps the error."""
        self.__context__ = self.__cause__ = None
        return self.with_traceback(None)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, server={self.server!r})"


class ConfigurationError(LibreNMSError):
    """The configuration cannot be used; ``sentence`` says which server and which key."""

    code = "configuration"

    def __init__(self, sentence: Sentence, server: str = "", **facts: Any) -> None:
        super().__init__(server, **facts)
        self._sentence = sentence

    @property
    def message(self) -> str:
        return str(self._sentence) % {"server": self.server, **self.facts}


class Busy(LibreNMSError):
    code = "busy"
    sentence = _("NetBox is already waiting for this answer from LibreNMS server %(server)s: try again in a moment.")


class Crowded(Busy):
    sentence = _(
        "NetBox is making as many calls to LibreNMS server %(server)s already as it may at a time: try again in a "
        "moment."
    )


class TransportError(LibreNMSError):
    code = "unreachable"
    sentence = _("LibreNMS server %(server)s cannot be reached: check its address and that it is running.")


class TimedOut(TransportError):
    code = "timeout"
    sentence = _(
        "LibreNMS server %(server)s did not answer within %(seconds)s seconds: try again, or raise its timeout in the "
        "configuration."
    )


class Unfinished(TimedOut):
    """``option`` names the key of the configuration that sets the limit."""

    sentence = _(
        "LibreNMS server %(server)s did not finish its answer within %(seconds)s seconds: try again, or raise "
        "%(option)s in the configuration."
    )


class CertificateRefused(TransportError):
    code = "certificate"
    sentence = _(
        "The TLS connection to LibreNMS server %(server)s failed: check its certificate, or name its CA file in "
        "verify_ssl in the configuration."
    )


class Interrupted(TransportError):
    code = "interrupted"
    sentence = _("LibreNMS server %(server)s broke off in the middle of its answer: try again.")


class AuthenticationError(LibreNMSError):
    code = "authentication"
    sentence = _("LibreNMS server %(server)s does not accept the API token: check api_token in the configuration.")


class PermissionDenied(LibreNMSError):
    code = "permission"
    sentence = _(
        "The API token for LibreNMS server %(server)s may not read %(what)s: give its user more rights in LibreNMS."
    )


class NotFound(LibreNMSError):
    code = "not_found"
    sentence = _("LibreNMS server %(server)s does not have %(what)s: check that it still exists there.")


class DeviceNotFound(NotFound):
    code = "device_not_found"
    sentence = _(
        "LibreNMS server %(server)s has no device with ID %(device_id)s: check the LibreNMS ID and that the device "
        "still exists there."
    )


class PortsUnknown(LibreNMSError):
    """What the list of all ports could not tell of one device; the fact ``sentence`` is what was met there."""

    code = "ports_unknown"

    @property
    def message(self) -> str:
        """What was met, in the language of whoever met it."""
        return str(self.facts["sentence"])


class RouteMissing(NotFound):
    code = "route_missing"
    sentence = _(
        "LibreNMS server %(server)s does not offer %(what)s over its API: check librenms_url in the configuration and "
        "the version of LibreNMS."
    )


class RequestRefused(LibreNMSError):
    code = "refused"
    sentence = _(
        "LibreNMS server %(server)s refused to give %(what)s (status %(status)s): check that its version is supported."
    )


class InvalidColumns(RequestRefused):
    """The server's database lacks ``columns``; names are checked, so they are safe to log and to show."""

    code = "invalid_columns"

    def __init__(self, server: str = "", *, columns: tuple[str, ...], **facts: Any) -> None:
        super().__init__(server, **facts)
        self.columns = columns


class WriteFailed(LibreNMSError):
    """``what`` names what was to be done, ``status`` is the HTTP status. ``said`` is the reason that LibreNMS gave, one
    bounded line without the secrets that were sent; the sentence does not repeat it."""

    code = "write_failed"
    sentence = _(
        "LibreNMS server %(server)s answered with an error (status %(status)s) when it was to %(what)s: look into the "
        "log of LibreNMS."
    )

    @property
    def status(self) -> int:
        return int(self.facts.get("status", 500))

    @property
    def said(self) -> str:
        return str(self.facts.get("said", ""))


class WriteDenied(WriteFailed):
    code = "write_denied"
    sentence = _(
        "The API token for LibreNMS server %(server)s may not %(what)s: give its user the role admin in LibreNMS."
    )


class UnexpectedAnswer(LibreNMSError):
    code = "unexpected_answer"
    sentence = _(
        "LibreNMS server %(server)s answered %(what)s in a form that cannot be read: check that its version is "
        "supported."
    )


class NotJSON(UnexpectedAnswer):
    code = "not_json"
    sentence = _(
        "LibreNMS server %(server)s did not answer with JSON: check that librenms_url in the configuration is the "
        "address of LibreNMS itself."
    )


class Redirected(UnexpectedAnswer):
    code = "redirect"
    sentence = _(
        "LibreNMS server %(server)s redirects to another address: enter the final address (http or https, path) as "
        "librenms_url in the configuration."
    )


class WrongDevice(UnexpectedAnswer):
    code = "wrong_device"
    sentence = _(
        "LibreNMS server %(server)s answered with rows of other devices than device %(device_id)s, so nothing was "
        "used: check the LibreNMS ID."
    )


class AnswerTooLarge(UnexpectedAnswer):
    code = "too_large"
    sentence = _(
        "The answer of LibreNMS server %(server)s is larger than %(megabytes)s MB: ask for fewer devices at a time, "
        "or raise %(option)s in the configuration."
    )


class ServerError(LibreNMSError):
    """``status`` is the HTTP status, 500 and above."""

    code = "server_error"
    sentence = _(
        "LibreNMS server %(server)s failed while it read %(what)s (status %(status)s): look into the log of LibreNMS."
    )

    @property
    def status(self) -> int:
        return int(self.facts.get("status", 500))


class Unavailable(ServerError):
    code = "unavailable"
    sentence = _("LibreNMS server %(server)s is busy or under maintenance (status %(status)s): try again later.")


class SuspiciousAnswer(LibreNMSError):
    """``count`` rows of the ``list``, where ``known`` were answered before: nothing may be concluded from what is
    absent."""

    code = "suspicious"
    sentence = _(
        "LibreNMS server %(server)s lists only %(count)s entries in %(what)s where %(known)s were known, so the list "
        "was not used: check LibreNMS and the rights of its token, or accept the shorter list in the settings."
    )


class NoDevices(SuspiciousAnswer):
    code = "no_devices"
    sentence = _(
        "LibreNMS server %(server)s lists no device at all, so the list was not used: check LibreNMS and the rights "
        "of its token."
    )
