"""NetBox's devices and virtual machines as the plan of adding them wants them, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..choices import PushAddressChoices
from ..fleet_sync.finding import MODELS, VIRTUAL_MACHINE
from ..librenms.identify import spokesman
from ..librenms.lookup import How
from ..librenms.lookup_subjects import LookupSubject, load_lookup_subjects
from ..librenms.profiles import Profiles
from ..librenms.records import Device
from ..librenms_api import Identification, LibreNMSAPI
from ..models import PushRule
from ..models.push_rule import CONDITIONS
from ..orm.frame.permissions import refusal
from ..sync.push.rows import KnownDevice, ProfileSays, PushRuleSays, PushSubject
from .kept import Shared, shared_links
from .parents import parents_of_devices

_RELATED = ("primary_ip4", "primary_ip6", "site")
_OF_DEVICES = ("oob_ip", "device_type__manufacturer", "virtual_chassis")
_OF_MACHINES = ("cluster",)
# Conditions that are not a column of the object
_ELSEWHERE = ("vrf", "object_tag")


def objects_of(kind: str, ids: Sequence[int], user: Any) -> list[Any]:
    """Those of the objects that the user may view, in the order of the ids, with all that a plan needs: two queries."""
    more = _OF_MACHINES if kind == VIRTUAL_MACHINE else _OF_DEVICES
    rows = MODELS[kind].objects.restrict(user, "view").filter(pk__in=ids)
    found = {one.pk: one for one in rows.select_related(*_RELATED, *more).prefetch_related("tags")}
    return [found[pk] for pk in ids if pk in found]


def subjects_of(
    objects: Sequence[Any],
    api: LibreNMSAPI,
    devices: Sequence[Device],
    *,
    user: Any,
    notes_from: str = "",
    order: Sequence[str] = (),
) -> list[PushSubject]:
    """What a plan has to know of some objects of one kind, ``devices`` being all that LibreNMS has. ``notes_from``: the
    column of what becomes notes; without it who shares a link with whom is not asked, either. ``order``: that of the
    roles by which devices depend on others."""
    if not objects:
        return []
    model = type(objects[0])
    known = api.identify_many(objects, devices=lambda: devices)
    lookups = load_lookup_subjects(objects)
    allowed = set(
        model.objects.restrict(user, "change").filter(pk__in=[one.pk for one in objects]).values_list("pk", flat=True)
    )
    may_not = str(refusal(model, "change"))
    linked = {pk: one.librenms_id for pk, one in known.items() if one.librenms_id and one.how is How.CUSTOM_FIELD}
    shared = shared_links(model, linked, api, user) if notes_from else {}
    subjects = [
        _subject(one, known.get(one.pk, Identification()), lookups[one.pk], "" if one.pk in allowed else may_not)
        for one in objects
    ]
    parents = parents_of_devices(objects, order, devices, api, user)
    kept = (_with_kept(subject, one, shared, notes_from) for subject, one in zip(subjects, objects, strict=True))
    return [replace(subject, parents=parents.get(subject.id)) for subject in kept]


def _with_kept(subject: PushSubject, instance: Any, shared: Mapping[int, Shared], notes_from: str) -> PushSubject:
    """With what is only asked for where something is kept in step."""
    if not notes_from or subject.linked is None:
        return subject
    others = shared.get(subject.id, Shared())
    return replace(
        subject,
        status=str(instance.status),
        notes=str(getattr(instance, notes_from, "")),
        sharing=others.others,
        spokesman=others.spokesman or subject.spokesman,
    )


def rules_of(server: str) -> list[PushRuleSays]:
    """The rules that hold for a server, in the order in which they are tried: one query."""
    rows = PushRule.objects.filter(enabled=True, server__in=("", server)).order_by("weight", "pk")
    return [_rule(one) for one in rows]


def profiles_of(profiles: Profiles, names: Iterable[str]) -> dict[str, ProfileSays]:
    """What is known of the profiles with these names. Their secrets are read to see whether they can be, and
    dropped."""
    found = {name: ProfileSays(problem=profiles.problems[name]) for name in names if name in profiles.problems}
    for name in set(names) & set(profiles.usable):
        one = profiles.usable[name]
        found[name] = ProfileSays(poller_group=one.poller_group, ping_only=one.ping_only, problem=one.problem())
    return found


def _rule(rule: PushRule) -> PushRuleSays:
    ids = {name: getattr(rule, f"{name}_id") for name in CONDITIONS if name != "object_tag"}
    return PushRuleSays(
        id=rule.pk,
        name=rule.name,
        profile=rule.profile,
        address=rule.address,
        give_location=rule.give_location,
        conditions={name: wanted for name, wanted in ids.items() if wanted is not None},
        tag=rule.object_tag_id,
    )


def _subject(instance: Any, found: Identification, lookup: LookupSubject, may_not: str) -> PushSubject:
    primary, oob = instance.primary_ip, getattr(instance, "oob_ip", None)
    linked = found.how is How.CUSTOM_FIELD
    traits = {name: getattr(instance, f"{name}_id", None) for name in CONDITIONS if name not in _ELSEWHERE}
    # Where LibreNMS knows the member that speaks, it is that one's device
    speaker = "" if linked and found.via is None else _speaker(lookup, found)
    several = tuple(KnownDevice(id=one.librenms_id, name=one.name) for one in found.candidates)
    return PushSubject(
        id=instance.pk,
        name=str(instance),
        names=_names(instance, primary, oob),
        traits={**traits, "vrf": primary.vrf_id if primary is not None else None},
        tags=frozenset(tag.pk for tag in instance.tags.all()),
        site=instance.site.name if instance.site is not None else "",
        linked=found.librenms_id if linked else None,
        found=_found(found) if not linked else None,
        several=several if found.how is How.AMBIGUOUS else (),
        spokesman=speaker,
        refusal=may_not,
    )


def _speaker(lookup: LookupSubject, found: Identification) -> str:
    if found.via is not None:
        return found.via.name
    speaker = spokesman(lookup)
    return "" if speaker.pk == lookup.pk else speaker.name or f"#{speaker.pk}"


def _found(found: Identification) -> KnownDevice | None:
    if found.librenms_id is None:
        return None
    name = next((one.name for one in found.candidates if one.librenms_id == found.librenms_id), "")
    return KnownDevice(id=found.librenms_id, name=name)


def _names(instance: Any, primary: Any, oob: Any) -> Mapping[str, str]:
    return {
        PushAddressChoices.PRIMARY: str(primary.address.ip) if primary is not None else "",
        PushAddressChoices.OOB: str(oob.address.ip) if oob is not None else "",
        PushAddressChoices.DNS_NAME: (primary.dns_name or "").strip().rstrip(".") if primary is not None else "",
        PushAddressChoices.NAME: (instance.name or "").strip(),
    }
