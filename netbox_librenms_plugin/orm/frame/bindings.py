"""Which NetBox objects carry a LibreNMS id already, read from the custom field in one query a model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Interface
from django.db.models import CharField, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from virtualization.models import VMInterface

from ...custom_fields import FIELD_NAME
from ...librenms.identity import SPACE
from .permissions import viewable
from .scope import Scope

_OWNERS = ((Interface, "device"), (VMInterface, "virtual_machine"))


def bound_elsewhere(
    port_ids: Iterable[int], scope: Scope, *, model: Any, owner_ids: Sequence[int]
) -> Mapping[int, str]:
    """Port id → name of the interface that holds it, for interfaces outside the given owners.

    Interfaces the user may not see are found too (the id is taken all the same) but not named.
    """
    ids = [str(one) for one in port_ids]
    if not ids:
        return {}
    holders: dict[int, str] = {}
    for candidate, owner in _OWNERS:
        queryset = carrying(candidate, ids, scope)
        if candidate is model:
            queryset = queryset.exclude(**{f"{owner}_id__in": owner_ids})
        rows = list(queryset.values_list("pk", "name", f"{owner}__name", "_librenms_id"))
        visible = _visible(candidate, [row[0] for row in rows], scope)
        for primary_key, name, owner_name, found in rows:
            if found in ids:
                label = f"{name} ({owner_name})" if primary_key in visible else _("an interface you may not see")
                holders[int(found)] = label
    return holders


def carrying(model: Any, ids: Sequence[str], scope: Scope) -> Any:
    """The interfaces that hold one of these ids, as ``with_librenms_id`` annotates them. An index is as old as its
    first use: what it finds may hold another id by now, or none."""
    return with_librenms_id(model.objects.all(), scope).filter(holding(model, ids, scope))


def holding(model: Any, ids: Sequence[str], scope: Scope) -> Q:
    """``has_librenms_id`` for interfaces, without a look at each of them where an index knows them."""
    return has_librenms_id(ids) if scope.index is None else Q(pk__in=scope.index.carriers(model, ids))


def _visible(model: Any, ids: Sequence[int], scope: Scope) -> set[int]:
    if not ids:
        return set()
    return set(viewable(model.objects, scope.user).filter(pk__in=ids).values_list("pk", flat=True))


def with_librenms_id(queryset: Any, scope: Scope) -> Any:
    """The stored id in whichever of its forms it is, ``{server: {"id": 5}}``, ``{server: 5}`` or a bare ``5``, as the
    digits that ``read_id`` reads; what is no id stays what it is, and equals none. An entry of the first form is never
    one of the second, so the first that is there is the one."""
    forms = [_stored(scope.server, "id"), _stored(scope.server)]
    if scope.server == scope.bare_key:
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
    """The condition on objects of ``with_librenms_id`` that they hold one of these ids, given as texts."""
    return Q(_librenms_id__in=ids)
