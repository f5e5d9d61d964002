"""Devices that nobody wants in NetBox: kept out of the import list, and back in, with the user's permissions."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, router, transaction
from django.utils.translation import gettext as _
from utilities.exceptions import AbortRequest, PermissionsViolation

from ..librenms.records import Device
from ..models import ImportIgnore
from ..orm.frame import audit

# NetBox deletes objects one by one, a hundred in a second
MOST_STOPPED = 500


def ignore(devices: Iterable[Device], *, server: str, user: Any) -> int:
    """Make an entry for each device that has none, and give their number. Runs inside a request's event tracking.

    Raises ``PermissionsViolation``, with nothing written, where one entry is outside of the user's permission, and
    ``AbortRequest`` where somebody else ignores one of them at the same time.
    """
    using = router.db_for_write(ImportIgnore)
    wanted = {one.device_id: one for one in devices}
    with transaction.atomic(using=using):
        entries = ImportIgnore.objects.using(using).select_for_update().filter(server=server)
        held = set(entries.filter(librenms_id__in=wanted).values_list("librenms_id", flat=True))
        made = [_entry(device, server) for pk, device in wanted.items() if pk not in held]
        _insert(made, using)
        _check(made, user, using)
        audit.preset_relations(made)
        audit.log(made, created=True, message=_("Ignored in the import list"), using=using)
    audit.announce(made, created=True, using=using)
    audit.flush_when_full(using)
    return len(made)


def _entry(device: Device, server: str) -> ImportIgnore:
    entry = ImportIgnore(server=server, librenms_id=device.device_id, hostname=device.hostname[:255])
    entry.clean_fields()
    return entry


def _insert(made: Sequence[ImportIgnore], using: str) -> None:
    try:
        audit.insert(made, using=using)
    except IntegrityError as error:
        raise AbortRequest(_("Somebody else ignores one of these devices right now. Look again.")) from error


def _check(made: Collection[ImportIgnore], user: Any, using: str) -> None:
    """Whether the user's permission covers every entry, as NetBox's own pages look after saving."""
    if user.is_superuser:
        return
    allowed = ImportIgnore.objects.using(using).restrict(user, "add")
    if allowed.filter(pk__in=[one.pk for one in made]).count() != len(made):
        raise PermissionsViolation(_("You may not ignore one of these devices."))


def stop_ignoring(ids: Iterable[int], *, server: str, user: Any) -> int:
    """Delete the entries of these devices, as far as the user may, 500 at most, and give their number."""
    using = router.db_for_write(ImportIgnore)
    entries = (
        ImportIgnore.objects.using(using).restrict(user, "delete").filter(server=server, librenms_id__in=list(ids))
    )
    with transaction.atomic(using=using):
        found = list(entries[:MOST_STOPPED])
        for entry in found:
            entry.snapshot()
            entry._changelog_message = _("Not ignored any more")
            entry.delete()
    return len(found)
