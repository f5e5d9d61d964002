"""What the import has to know of NetBox, for one device of LibreNMS or for all, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Device as NetBoxDevice
from dcim.models import DeviceRole, DeviceType, VirtualChassis
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower, Trim
from virtualization.models import VirtualMachine

from ..custom_fields import FIELD_NAME
from ..librenms.identity import read_id
from ..librenms.records import Device
from ..location_pattern import names_read
from ..models import IdentityConfirmation, ImportIgnore, ImportRule, LibreNMSSettings
from ..orm.chassis.devices import TARGETS
from ..orm.fields.books import load_books
from ..orm.frame.bindings import with_librenms_id
from ..orm.frame.permissions import viewable
from ..orm.frame.scope import Scope
from ..orm.frame.stored_ids import has_librenms_id
from ..sync.core.exact import Book, NamedObject
from ..sync.core.normalise import text
from ..sync.core.plan import Ref
from ..sync.fields.device_names import Naming
from ..sync.fields.plan import texts_of_devices
from .holders import Index
from .matching import addresses_of, names_of
from .planning import Context
from .rows import Chassis, Choice, Holder, Kind
from .rules import Rule

# Up to so many devices NetBox is asked for what can match them; for more, all of its objects are read at once
FEW = 50

_SHARED = (
    "pk",
    "name",
    "site_id",
    "site__name",
    "cluster_id",
    "cluster__name",
    "role_id",
    "role__name",
    "serial",
    "tenant_id",
    "primary_ip4__address",
    "primary_ip6__address",
    f"custom_field_data__{FIELD_NAME}",
)
_OF_DEVICES = (
    "device_type_id",
    "device_type__model",
    "device_type__manufacturer__name",
    "oob_ip__address",
    "virtual_chassis_id",
    "virtual_chassis__name",
    "virtual_chassis__master_id",
)
_ADDRESSES = ("primary_ip4__address", "primary_ip6__address", "oob_ip__address")


def load_context(
    devices: Sequence[Device],
    scope: Scope,
    *,
    choices: Mapping[int, Choice],
    stacks: Mapping[int, int],
    hosts: Mapping[int, Device],
) -> Context:
    """Everything that rows of these devices are made from."""
    settings = LibreNMSSettings.load()
    naming = Naming(source=settings.device_name_source, strip_domain=settings.strip_domain)
    concerned = list({one.device_id: one for one in (*devices, *hosts.values())}.values())
    texts, rules = texts_of_devices(concerned), load_rules(scope)
    names = names_read(settings.location_pattern, texts["site"])
    books = load_books(texts, scope.user, names=names, at=_decided_sites(rules, choices.values()))
    roles, vm_roles = _roles({text(one.type) for one in devices} - {""}, scope.user)
    return Context(
        index=Index(_holders(concerned, scope, naming, choices), _chassis(concerned, scope, naming, choices)),
        naming=naming,
        rules=rules,
        roles=roles,
        vm_roles=vm_roles,
        types=books.types,
        platforms=books.platforms,
        sites=books.sites,
        locations=books.locations,
        places=books.places,
        makers={**books.makers, **_makers_of_chosen(choices.values())},
        choices=choices,
        chosen=_chosen(choices.values(), scope.user),
        ignored=_ignored(scope),
        stacks=stacks,
        hosts=hosts,
        confirmed=_confirmed(concerned, scope),
    )


def _decided_sites(rules: Iterable[Rule], choices: Iterable[Choice]) -> set[int]:
    """The ids of the sites that people choose for devices, one by one or by rules."""
    given = {ref.id for rule in rules if (ref := rule.targets.get("site")) is not None and ref.id is not None}
    return given | {pk for one in choices if (pk := one.ids.get("site")) is not None}


def _confirmed(devices: Sequence[Device], scope: Scope) -> frozenset[tuple[Kind, int, int]]:
    """The links that people confirmed, few at all times: (kind, id in NetBox, id in LibreNMS)."""
    rows = IdentityConfirmation.objects.filter(server=scope.server)
    if len(devices) <= FEW:
        rows = rows.filter(librenms_id__in=[one.device_id for one in devices])
    kinds = {NetBoxDevice._meta.model_name: Kind.DEVICE, VirtualMachine._meta.model_name: Kind.VM}
    found = rows.values_list("object_type__model", "object_id", "librenms_id").distinct()
    return frozenset((kinds[model], pk, librenms_id) for model, pk, librenms_id in found if model in kinds)


def _holders(
    devices: Sequence[Device], scope: Scope, naming: Naming, choices: Mapping[int, Choice]
) -> Iterable[Holder]:
    for model, kind in ((NetBoxDevice, Kind.DEVICE), (VirtualMachine, Kind.VM)):
        queryset = model.objects.order_by("pk")
        if len(devices) <= FEW:
            linked = [choice.link[1] for choice in choices.values() if choice.link and choice.link[0] is kind]
            queryset = _those_that_match(queryset, devices, scope, naming, choices, linked)
        columns = (*_SHARED, *(_OF_DEVICES if model is NetBoxDevice else ()))
        rows = list(queryset.values(*columns))
        if len(devices) <= FEW and model is NetBoxDevice:
            rows += _other_members(rows, columns)
        visible = _visible(model, [row["pk"] for row in rows], scope.user)
        yield from (_holder(row, kind, scope, visible) for row in rows)


def _other_members(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[Any]:
    """The rest of each virtual chassis: LibreNMS sees one device in all of its members."""
    chassis = {row["virtual_chassis_id"] for row in rows} - {None}
    if not chassis:
        return []
    others = NetBoxDevice.objects.filter(virtual_chassis_id__in=chassis).exclude(pk__in=[row["pk"] for row in rows])
    return list(others.order_by("pk").values(*columns))


def _those_that_match(
    queryset: Any,
    devices: Sequence[Device],
    scope: Scope,
    naming: Naming,
    choices: Mapping[int, Choice],
    linked: Collection[int],
) -> Any:
    """The objects that any clue can lead to, and the hosts of guests. Addresses are compared without their mask."""
    names = _names(devices, naming, choices)
    serials = {text(one.serial).strip().lower() for one in devices} - {""}
    addresses = {address for one in devices for address in addresses_of(one)}
    ids = {one.device_id for one in devices} | {one.parent_id for one in devices if isinstance(one.parent_id, int)}
    families = ("primary_ip4", "primary_ip6", *(("oob_ip",) if queryset.model is NetBoxDevice else ()))
    queryset = with_librenms_id(queryset, scope).annotate(_lower=Lower("name"), _serial=Lower(Trim("serial")))
    wanted = Q(_lower__in=names) | Q(_serial__in=serials) | Q(pk__in=linked)
    wanted |= has_librenms_id([str(one) for one in sorted(ids)])
    for family in families if addresses else ():
        wanted |= Q(**{f"{family}__address__net_in": sorted(addresses)})
    if queryset.model is NetBoxDevice:
        queryset = queryset.annotate(_chassis=Lower("virtual_chassis__name"))
        wanted |= Q(_chassis__in=names)
    return queryset.filter(wanted)


def _names(devices: Iterable[Device], naming: Naming, choices: Mapping[int, Choice]) -> set[str]:
    """The folded names by which NetBox may know these devices, chosen or not."""
    names: set[str] = set()
    for device in devices:
        chosen = choices.get(device.device_id)
        said = (*names_of(device, naming, chosen.name if chosen else ""), *names_of(device, naming))
        names |= {name.lower() for name in said}
    return names


def _chassis(
    devices: Sequence[Device], scope: Scope, naming: Naming, choices: Mapping[int, Choice]
) -> Iterable[Chassis]:
    """The virtual chassis that may be called as one of these devices; their members are among the holders."""
    seen = viewable(VirtualChassis.objects, scope.user).filter(pk=OuterRef("pk"))
    queryset = VirtualChassis.objects.annotate(_folded=Lower("name"), _seen=Exists(seen)).order_by("pk")
    if len(devices) <= FEW:
        queryset = queryset.filter(_folded__in=_names(devices, naming, choices))
    rows = queryset.values_list("pk", "name", "_seen")
    return (Chassis(id=pk, name=name, visible=visible) for pk, name, visible in rows)


def _visible(model: Any, ids: Sequence[int], user: Any) -> set[int] | None:
    """Ids that the user may view; None stands for all."""
    if user is None or user.is_superuser or not ids:
        return None
    restricted = viewable(model.objects, user)
    return set((restricted.filter(pk__in=ids) if len(ids) <= FEW else restricted).values_list("pk", flat=True))


def _holder(row: Mapping[str, Any], kind: Kind, scope: Scope, visible: set[int] | None) -> Holder:
    master = row.get("virtual_chassis__master_id")
    stored = row[f"custom_field_data__{FIELD_NAME}"]
    return Holder(
        kind=kind,
        id=row["pk"],
        name=row["name"] or "",
        site=_ref(row, "site"),
        cluster=_ref(row, "cluster"),
        role=_ref(row, "role"),
        device_type=_type(row),
        serial=row["serial"] or "",
        addresses=tuple(str(address.ip) for name in _ADDRESSES if (address := row.get(name)) is not None),
        librenms_id=read_id(stored, scope.server, scope.bare_key),
        chassis=row.get("virtual_chassis_id"),
        chassis_name=row.get("virtual_chassis__name") or "",
        is_master=master == row["pk"],
        tenant=row["tenant_id"],
        other_server=any(read_id(stored, key, scope.bare_key) for key in _other_keys(stored, scope)),
        visible=visible is None or row["pk"] in visible,
    )


def _other_keys(stored: Any, scope: Scope) -> list[str]:
    keys = stored if isinstance(stored, Mapping) else (scope.bare_key,)
    return [key for key in keys if isinstance(key, str) and key != scope.server]


def _ref(row: Mapping[str, Any], name: str) -> Ref | None:
    return None if row[f"{name}_id"] is None else Ref(row[f"{name}_id"], row[f"{name}__name"] or "")


def _type(row: Mapping[str, Any]) -> Ref | None:
    """As NetBox calls a device type in a list: its manufacturer, then its model."""
    pk = row.get("device_type_id")
    return None if pk is None else Ref(pk, f"{row['device_type__manufacturer__name']} {row['device_type__model']}")


def _roles(types: Collection[str], user: Any) -> tuple[Book, Book]:
    """Roles for devices and for VMs whose name or slug is exactly one of LibreNMS's types, case aside."""
    if not types:
        return Book(), Book()
    lowered = sorted({one.lower() for one in types})
    roles = viewable(DeviceRole.objects, user).annotate(_name=Lower("name"), _slug=Lower("slug"))
    rows = roles.filter(Q(_name__in=lowered) | Q(_slug__in=lowered)).order_by("pk")
    found = [
        (NamedObject(ref=Ref(pk, name), names=(name, slug)), vm)
        for pk, name, slug, vm in rows.values_list("pk", "name", "slug", "vm_role")
    ]
    kinds = ("name", "slug")
    return Book.of(kinds, [entry for entry, _vm in found], {}), Book.of(kinds, [one for one, vm in found if vm], {})


def load_rules(scope: Scope) -> list[Rule]:
    """The rules for this server in their order; what they give has to be visible to the user."""
    rows = list(
        ImportRule.objects.filter(enabled=True, server__in=("", scope.server))
        .select_related("role", "site", "tenant", "cluster")
        .prefetch_related("import_tags")
    )
    targets = ("role", "site", "tenant", "cluster")
    seen = {
        name: refs_of(name, {pk for row in rows if (pk := getattr(row, f"{name}_id"))}, scope.user) for name in targets
    }
    return [
        Rule(
            id=row.pk,
            name=row.name,
            os=row.librenms_os,
            hardware=row.librenms_hardware,
            type=row.librenms_type,
            location=row.librenms_location,
            name_pattern=row.name_pattern,
            targets={name: seen[name].get(pk) for name in targets if (pk := getattr(row, f"{name}_id"))},
            tags=tuple(Ref(tag.pk, tag.name) for tag in row.import_tags.all()),
            as_vm=row.as_vm,
            ignore=row.ignore,
        )
        for row in rows
    ]


def refs_of(name: str, ids: Collection[int], user: Any) -> dict[int, Ref]:
    """Id → object of one field, for those that the user may view."""
    if not ids:
        return {}
    rows = viewable(TARGETS[name].objects, user).filter(pk__in=ids).order_by("pk")
    if name == "device_type":
        rows = rows.select_related("manufacturer")
        return {one.pk: Ref(one.pk, f"{one.manufacturer} {one.model}") for one in rows}
    return {one.pk: Ref(one.pk, str(one)) for one in rows}


def _chosen(choices: Iterable[Choice], user: Any) -> dict[tuple[str, int], Ref]:
    ids: dict[str, set[int]] = {}
    for choice in choices:
        for name, pk in choice.ids.items():
            ids.setdefault(name, set()).add(pk)
    return {(name, pk): ref for name, some in ids.items() for pk, ref in refs_of(name, some, user).items()}


def _makers_of_chosen(choices: Iterable[Choice]) -> dict[tuple[str, int], int]:
    """("device_type", id) → its manufacturer's id."""
    ids = {pk for one in choices if (pk := one.ids.get("device_type")) is not None}
    rows = DeviceType.objects.filter(pk__in=ids).values_list("pk", "manufacturer_id") if ids else ()
    return {("device_type", pk): maker for pk, maker in rows}


def _ignored(scope: Scope) -> frozenset[int]:
    """All of the server: what is ignored shares no serial number with what is not."""
    return frozenset(ImportIgnore.objects.filter(server=scope.server).values_list("librenms_id", flat=True))


def object_of(kind: Kind) -> Any:
    """The model of a kind."""
    return VirtualMachine if kind is Kind.VM else NetBoxDevice
