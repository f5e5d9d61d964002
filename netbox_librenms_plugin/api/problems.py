"""What a call is told when it cannot be answered: a sentence, and a code for programs."""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from ..engine import NotIdentifiedError
from ..librenms.errors import Busy, ConfigurationError, LibreNMSError, TimedOut
from ..lost_connections import DATABASE, ConnectionLostError
from ..resources import RESOURCES, UnknownResourceError
from ..words.sentences import identification_sentence

logger = logging.getLogger("netbox_librenms_plugin")

# Where complaints stand that are not about one field: REST framework's name for it, and NetBox's
OF_THE_WHOLE = ("non_field_errors", "__all__")


class CallProblem(Exception):
    """A call that cannot be answered as it was made."""

    def __init__(self, code: str, detail: Any, *, status_code: int = status.HTTP_400_BAD_REQUEST, **more: Any) -> None:
        super().__init__(code)
        self.status_code = status_code
        self.body = {"detail": str(detail), "code": code, **more}


def response_to(error: Exception) -> Response | None:
    """The answer to an error of the plugin's; None for one that is Django's or REST framework's to answer."""
    problem = _problem(error)
    return None if problem is None else Response(problem.body, status=problem.status_code)


def _problem(error: Exception) -> CallProblem | None:
    if isinstance(error, CallProblem):
        return error
    if isinstance(error, UnknownResourceError):
        return unknown_resource(str(error))
    if isinstance(error, NotIdentifiedError):
        return _not_identified(error.identification)
    if isinstance(error, LibreNMSError):
        return CallProblem(error.code, error.message, status_code=_status_of(error))
    if isinstance(error, ConnectionLostError):
        return CallProblem(DATABASE, error.message, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
    if isinstance(error, (OperationalError, InterfaceError)):
        logger.error("NetBox's database could not be used", exc_info=error)
        sentence = _("NetBox's database cannot be used right now. Try again.")
        return CallProblem(DATABASE, sentence, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
    if isinstance(error, ValidationError):
        return CallProblem("invalid", _first_of(error.detail), errors=error.detail)
    return None


def unknown_resource(name: str) -> CallProblem:
    """Somebody asked for something that is not compared."""
    sentence = _("There is no resource “{name}”. Choose one of: {known}")
    return CallProblem("unknown_resource", sentence.format(name=name[:50], known=", ".join(RESOURCES)))


def _status_of(error: LibreNMSError) -> int:
    if isinstance(error, Busy | ConfigurationError):
        return status.HTTP_503_SERVICE_UNAVAILABLE
    return status.HTTP_504_GATEWAY_TIMEOUT if isinstance(error, TimedOut) else status.HTTP_502_BAD_GATEWAY


def _not_identified(identification: Any) -> CallProblem:
    code, sentence = identification_sentence(identification)
    candidates = getattr(identification, "candidates", ())
    if not candidates:
        return CallProblem(code, sentence, status_code=status.HTTP_404_NOT_FOUND)
    found = [{"librenms_id": one.librenms_id, "name": one.name} for one in candidates]
    return CallProblem(code, sentence, status_code=status.HTTP_409_CONFLICT, candidates=found)


def _first_of(detail: Any, path: str = "") -> str:
    """The first complaint with the place it is about."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        own = "" if name in OF_THE_WHOLE else str(name)
        return _first_of(inner, f"{path}.{own}".strip("."))
    if isinstance(detail, list):
        # Of a list of entries, those without a complaint are empty
        for number, inner in enumerate(detail):
            if inner:
                return _first_of(inner, f"{path}.{number}" if isinstance(inner, dict) else path)
        return path
    return f"{path}: {detail}" if path else str(detail)
