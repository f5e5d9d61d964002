"""Whether objects are who they are linked to: NetBox's clues, who else has them, and what people confirmed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dcim.models import Device as NetBoxDevice
from django.contrib.contenttypes.models import ContentType
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ...librenms.records import Device
from ...models import IdentityConfirmation
from ...sync.core.device_identity import (
    Identity,
    KnownIdentity,
    depends_on_namesakes,
    identity_of,
    is_confirmed_by,
    names_of,
)
from ...sync.core.serials import folded_serial
from ...sync.fields.plan import RESOURCE
from .permissions import viewable
from .scope import Scope
from .subjects import Subject

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidDevice:
    """What LibreNMS says of an object: the device, and the serial numbers of its inventory's chassis."""

    device: Device
    serials: tuple[str, ...] = ()


def identities(subjects: Sequence[Subject], said: Mapping[Key, SaidDevice], scope: Scope) -> dict[Key, Identity]:
    """Subject key → what the clues say, for those of ``said``; eight queries at most for any number of subjects."""
    chosen = [one for one in subjects if one.key in said]
    numbers = {folded_serial(said[one.key].device.serial) for one in chosen if not one.virtual} - {""}
    holders = serial_holders(numbers, scope)
    found = {one.key: _identity(one, said[one.key], holders) for one in chosen}
    unsure = [one for one in chosen if depends_on_namesakes(found[one.key])]
    namesakes = _namesakes(unsure, said, scope) if unsure else {}
    found |= {one.key: _identity(one, said[one.key], holders, namesakes[one.key]) for one in unsure}
    doubted = [one for one in chosen if found[one.key].doubt is not None]
    confirmed = _confirmed(doubted, said, scope) if doubted and not says_so(scope) else set()
    settled = {
        one.key: replace(found[one.key], confirmed=True)
        for one in doubted
        if says_so(scope) or (*one.key, said[one.key].device.device_id, found[one.key].digest) in confirmed
    }
    return found | settled


def says_so(scope: Scope) -> bool:
    """Whether the person who asks confirms it with this very call."""
    return is_confirmed_by(scope.choices.get(RESOURCE, {}))


def _namesakes(subjects: Sequence[Subject], said: Mapping[Key, SaidDevice], scope: Scope) -> dict[Key, list[str]]:
    """Subject key → the other devices and VMs that are called as its LibreNMS device is; four queries at most."""
    wanted = {one.key: names_of(said[one.key].device) for one in subjects}
    lowered = sorted({name for names in wanted.values() for name in names})
    held: list[tuple[str, int, str, str]] = []
    for model in (NetBoxDevice, VirtualMachine):
        kind = str(model._meta.model_name)
        rows = list(model.objects.annotate(_lower=Lower("name")).filter(_lower__in=lowered).values_list("pk", "_lower"))
        seen = viewable(model.objects, scope.user).filter(pk__in=[pk for pk, _name in rows])
        names = dict(seen.values_list("pk", "name"))
        held += [(kind, pk, name, names.get(pk) or _("an object that you may not view")) for pk, name in rows]
    return {
        one.key: [
            words
            for kind, pk, name, words in held
            if name in wanted[one.key] and not (kind == one.key[0] and pk in {member.pk for member in one.members})
        ]
        for one in subjects
    }


def _identity(
    subject: Subject,
    said: SaidDevice,
    holders: Mapping[str, Sequence[tuple[int, str]]],
    namesakes: Sequence[str] = (),
) -> Identity:
    members = {one.pk for one in subject.members}
    number = "" if subject.virtual else folded_serial(said.device.serial)
    others = [words for pk, words in holders.get(number, ()) if pk not in members]
    return identity_of(said.device, known_of(subject), serials=said.serials, holders=others, namesakes=namesakes)


def known_of(subject: Subject) -> KnownIdentity:
    """What NetBox knows of a subject, of all its members whoever may see them: all of them are the device."""
    members = subject.members
    chassis = getattr(subject.object, "virtual_chassis", None)
    primaries = [ip for one in members for ip in (one.primary_ip4, one.primary_ip6) if ip is not None]
    of_controllers = [ip for one in members if (ip := getattr(one, "oob_ip", None)) is not None]
    return KnownIdentity(
        name=str(subject.object),
        names=_texts([*(one.name for one in members), chassis.name if chassis else ""]),
        dns_names=_texts(one.dns_name for one in primaries),
        addresses=tuple(str(one.address.ip) for one in (*primaries, *of_controllers)),
        serials=_texts(getattr(one, "serial", "") for one in members),
    )


def _texts(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def serial_holders(serials: Collection[str], scope: Scope) -> dict[str, list[tuple[int, str]]]:
    """Folded serial number → the devices of NetBox that have it, as (id, words); two queries at most."""
    if not serials:
        return {}
    rows = NetBoxDevice.objects.annotate(_folded=Lower(Trim("serial"))).filter(_folded__in=sorted(serials))
    found = list(rows.order_by("pk").values_list("pk", "name", "_folded"))
    ids = [row[0] for row in found]
    visible = set(viewable(NetBoxDevice.objects, scope.user).filter(pk__in=ids).values_list("pk", flat=True))
    holders: dict[str, list[tuple[int, str]]] = {}
    for pk, name, folded in found:
        words = (name or f"#{pk}") if pk in visible else _("an object that you may not view")
        holders.setdefault(folded, []).append((pk, words))
    return holders


def _confirmed(
    subjects: Sequence[Subject], said: Mapping[Key, SaidDevice], scope: Scope
) -> set[tuple[str, int, int, str]]:
    """(model name, object id, LibreNMS id, clues) of everything that somebody confirmed of these subjects' objects."""
    ids = [said[one.key].device.device_id for one in subjects]
    members = {(one.key[0], member.pk): one.key for one in subjects for member in one.members}
    rows = IdentityConfirmation.objects.filter(server=scope.server, librenms_id__in=ids)
    rows = rows.filter(object_id__in={pk for _kind, pk in members})
    columns = ("object_type__model", "object_id", "librenms_id", "clues")
    return {
        (*members[kind, pk], librenms_id, clues)
        for kind, pk, librenms_id, clues in rows.values_list(*columns)
        if (kind, pk) in members
    }


def confirm(subject: Subject, librenms_id: int, identity: Identity, scope: Scope) -> None:
    """Keep it that the object is this device, in spite of what its clues say today."""
    IdentityConfirmation.objects.get_or_create(
        object_type=ContentType.objects.get_for_model(subject.object),
        object_id=subject.object.pk,
        server=scope.server,
        librenms_id=librenms_id,
        clues=identity.digest,
        defaults={"user": scope.user, "user_name": scope.user.username},
    )
