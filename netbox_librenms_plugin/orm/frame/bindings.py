"""Which NetBox objects carry a LibreNMS id already, read from the custom field in one query a model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Interface
from django.db.models import Q
from django.utils.translation import gettext as _
from virtualization.models import VMInterface

from .among import among
from .permissions import sees_all, viewable
from .scope import Scope
from .stored_ids import has_librenms_id, with_stored_id

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
        if scope.index is None:
            condition = has_librenms_id(ids)
        else:
            own = scope.index.interfaces_of(model, owner_ids) if candidate is model else frozenset()
            others = [pk for pk in scope.index.carriers(candidate, ids) if pk not in own]
            if not others:
                continue
            condition = Q(among("pk", others))
        queryset = with_librenms_id(candidate.objects.all(), scope).filter(condition)
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
    if scope.index is None:
        return has_librenms_id(ids)
    carriers = scope.index.carriers(model, ids)
    # What Django knows to be empty it does not ask for
    return Q(among("pk", carriers)) if carriers else Q(pk__in=())


def _visible(model: Any, ids: Sequence[int], scope: Scope) -> set[int]:
    if not ids or sees_all(scope.user):
        return set(ids)
    return set(viewable(model.objects, scope.user).filter(pk__in=ids).values_list("pk", flat=True))


def with_librenms_id(queryset: Any, scope: Scope) -> Any:
    """``with_stored_id`` for the server that is asked."""
    return with_stored_id(queryset, scope.server, scope.bare_key)
