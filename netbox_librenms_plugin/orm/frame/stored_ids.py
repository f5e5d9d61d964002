"""Stored LibreNMS ids as the database reads them, in the same way as ``librenms.identity.read_id``."""

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, Func, Q, Value
from django.db.models.functions import Coalesce

from ...custom_fields import FIELD_NAME
from ...librenms.identity import SPACE


def with_stored_id(queryset: Any, server: str, bare_key: str | None) -> Any:
    """As ``_librenms_id`` the stored id in whichever of its forms it is, ``{server: {"id": 5}}``, ``{server: 5}`` or a
    bare ``5``, as the digits that ``read_id`` reads; what is no id stays what it is, and equals none. An entry of the
    first form is never one of the second, so the first that is there is the one."""
    forms = [_stored(server, "id"), _stored(server)]
    if server == bare_key:
        forms.append(_stored())
    return queryset.annotate(_librenms_id=_digits(Coalesce(*forms)))


def _stored(*path: str) -> Func:
    """The text at a path within the custom field. A key of digits is a key, which Django's own transforms would take
    for a place in a list."""
    keys = (Value(one) for one in (FIELD_NAME, *path))
    return Func("custom_field_data", *keys, function="jsonb_extract_path_text", output_field=CharField())


def _digits(text: Func) -> Func:
    """A text as ``read_id`` understands it, if it is an id at all: trimming costs a fifth of a regular expression, and
    every interface of NetBox is looked at."""
    trimmed = Func(text, Value(SPACE), function="BTRIM", output_field=CharField())
    return Func(trimmed, Value("0"), function="LTRIM", output_field=CharField())


def has_librenms_id(ids: Sequence[str]) -> Q:
    """The condition on objects of ``with_stored_id`` that they hold one of these ids, given as texts."""
    return Q(_librenms_id__in=ids)
