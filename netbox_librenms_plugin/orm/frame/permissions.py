"""What the user may write, checked as NetBox checks it: the action on the model, then its constraints on each row."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from utilities.permissions import get_permission_for_model


class NotAllowedError(Exception):
    """The user may not do this to one of the objects; the text names what."""


def refusal(model: Any, action: str) -> NotAllowedError:
    """The error that names the missing permission in words."""
    actions = {"add": _("add"), "change": _("change"), "delete": _("delete")}
    return NotAllowedError(f"{actions[action]} {model._meta.verbose_name_plural}")


def viewable(queryset: Any, user: Any) -> Any:
    """What the user may view; everything for None, who reads for everybody: what comes of that is filtered when it is
    shown, and nothing is written by it."""
    return queryset.all() if user is None else queryset.restrict(user, "view")


def sees_all(user: Any) -> bool:
    """Whether nothing is hidden from the user, so that nothing need be asked for again to find out what is."""
    return user is None or bool(user.is_superuser)


def require(user: Any, action: str, model: Any) -> None:
    """Refuse who has no such permission at all."""
    if not user.has_perm(get_permission_for_model(model, action)):
        raise refusal(model, action)


def require_rows(user: Any, action: str, model: Any, ids: Sequence[int], *, using: str) -> None:
    """Refuse when a written row is outside what the user's constraints allow."""
    if user.is_superuser or not ids:
        return
    allowed = model.objects.using(using).restrict(user, action).filter(pk__in=ids).count()
    if allowed != len(set(ids)):
        raise refusal(model, action)
