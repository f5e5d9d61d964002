"""Which objects of NetBox a command is about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from ..librenms.identity import LARGEST_ID
from .callers import usage_error


def find_objects(model: Any, names: Iterable[str], user: Any) -> list[Any]:
    """The objects that were named, by name or ID, among those the user may view; each must be exactly one."""
    return [_find(model, name, user) for name in names]


def _find(model: Any, name: str, user: Any) -> Any:
    wanted = Q(name=name)
    if name.isascii() and name.isdecimal() and int(name) <= LARGEST_ID:
        wanted |= Q(pk=int(name))
    found = list(model.objects.restrict(user, "view").filter(wanted).order_by("pk")[:10])
    kind = model._meta.verbose_name
    if not found:
        sentence = _("There is no {kind} “{name}” that {user} may view.")
        raise usage_error(sentence.format(kind=kind, name=name, user=user.username))
    if len(found) > 1:
        ids = ", ".join(str(one.pk) for one in found)
        raise usage_error(_("“{name}” can be several: use one of the IDs {ids}.").format(name=name, ids=ids))
    return found[0]
