"""Which NetBox objects carry a LibreNMS id already, read from the custom field in one query a model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Interface
from django.db.models import CharField, Func, Q, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
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
        rows = list(queryset.values_list("pk", "name", f"{owner}__name", "_bound", "_bound_as_id", "_bare"))
        visible = _visible(candidate, [row[0] for row in rows], scope)
        for primary_key, name, owner_name, *found in rows:
            label = f"{name} ({owner_name})" if primary_key in visible else _("an interface you may not see")
            holders.update((int(one), label) for one in found if one in ids)
    return holders


def carrying(model: Any, ids: Sequence[str], scope: Scope) -> Any:
    """The interfaces that hold one of these ids, as ``with_librenms_id`` annotates them."""
    return with_librenms_id(model.objects.all(), scope).filter(holding(model, ids, scope))


def holding(model: Any, ids: Sequence[str], scope: Scope) -> Q:
    """``has_librenms_id`` for interfaces, without a look at each of them where an index knows them."""
    return has_librenms_id(ids, scope) if scope.index is None else Q(pk__in=scope.index.carriers(model, ids))


def _visible(model: Any, ids: Sequence[int], scope: Scope) -> set[int]:
    if not ids:
        return set()
    return set(viewable(model.objects, scope.user).filter(pk__in=ids).values_list("pk", flat=True))


def with_librenms_id(queryset: Any, scope: Scope) -> Any:
    """The stored id in its three forms, ``{server: 5}``, ``{server: {"id": 5}}`` and a bare ``5``, as the digits that
    ``read_id`` reads; what is no id stays what it is, and equals none."""
    stored = KeyTransform(scope.server, KeyTransform(FIELD_NAME, "custom_field_data"))
    return queryset.annotate(
        _bound=_digits(KeyTextTransform(scope.server, KeyTransform(FIELD_NAME, "custom_field_data"))),
        _bound_as_id=_digits(KeyTextTransform("id", stored)),
        _bare=_digits(KeyTextTransform(FIELD_NAME, "custom_field_data")),
    )


def _digits(text: KeyTextTransform) -> Func:
    """A text as ``read_id`` understands it, if it is an id at all: trimming costs a fifth of a regular expression, and
    every interface of NetBox is looked at."""
    trimmed = Func(text, Value(SPACE), function="BTRIM", output_field=CharField())
    return Func(trimmed, Value("0"), function="LTRIM", output_field=CharField())


def has_librenms_id(ids: Sequence[str], scope: Scope) -> Q:
    """The condition on objects of ``with_librenms_id`` that they hold one of these ids, given as texts."""
    bound = Q(_bound__in=ids) | Q(_bound_as_id__in=ids)
    return bound | Q(_bare__in=ids) if scope.server == scope.bare_key else bound
