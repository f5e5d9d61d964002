"""Who runs the command, and which objects it is about."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Q
from django.utils.translation import gettext as _
from users.models import User
from utilities.permissions import get_permission_for_model

from ...models import LibreNMSSettings

USAGE = 2
LARGEST_ID = 2**63 - 1


def usage_error(sentence: str) -> CommandError:
    """The command cannot be run as it was called."""
    return CommandError(sentence, returncode=USAGE)


def find_user(name: str | None, *, writes: bool) -> Any:
    """The active user of this name, else the first active superuser; must have the plugin's right for the work."""
    active = User.objects.filter(is_active=True)
    user = active.filter(username=name).first() if name else active.filter(is_superuser=True).order_by("pk").first()
    if user is None:
        if name:
            raise usage_error(_("There is no active user “{name}”.").format(name=name))
        raise usage_error(_("There is no active superuser. Name a user with --user."))
    permission = get_permission_for_model(LibreNMSSettings, "change" if writes else "view")
    if not user.has_perm(permission):
        sentence = _("{name} may not do this: the permission {permission} is missing.")
        raise usage_error(sentence.format(name=user.username, permission=permission))
    return user


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
