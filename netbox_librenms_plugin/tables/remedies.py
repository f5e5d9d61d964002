"""What a person can press about a reason: the way to whatever mends it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dcim.models import Device
from django.urls import reverse
from django.utils.translation import gettext as _
from ipam.models import VRF, IPAddress
from utilities.permissions import get_permission_for_model

from ..sync.cables.facts import cable_facts
from ..sync.cables.jacks import Jack
from ..sync.core.issues import Code, Issue
from ..sync.core.plan import Change, Ref
from ..texts import clean_text

MOST_CANDIDATES = 3
LONGEST_NAME = 64
PLUGIN = "plugins:netbox_librenms_plugin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A link: its words, and where it leads. ``elsewhere``: to another site, LibreNMS's own."""

    label: str
    url: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What links need: who asks, the page of the same object's other tabs, and the row's objects.

    ``server`` is the key that the page's address says, or empty; ``tab`` gives the address of a tab of the object's
    page with a search, ``object_url`` that of an object of the table's model, ``librenms_url`` that of the row's page
    in LibreNMS, if it has one.
    """

    user: Any
    server: str
    tab: Callable[[str, str], str]
    object_url: Callable[[int], str]
    librenms_url: Callable[[Change], str]

    def may_add(self, model: Any) -> bool:
        """Whether the user may add objects of a model."""
        return bool(self.user.has_perm(get_permission_for_model(model, "add")))


type Way = Callable[[Change, Issue, Ways], Iterable[Remedy]]


def remedies(change: Change, reason: Issue, ways: Ways) -> list[Remedy]:
    """The links for one reason of a row; none where the row has what mends it, or nothing here does."""
    way = WAYS.get(reason.code)
    return list(way(change, reason, ways)) if way is not None else []


def _interface(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    yield Remedy(label=_("See the interface"), url=ways.tab("interfaces", _text(reason, "name")))


def _vlans(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    yield Remedy(label=_("See the VLANs"), url=ways.tab("vlans", ""))


def _vlan(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    yield Remedy(label=_("VLANs in NetBox"), url=_list("ipam:vlan_list", q=_text(reason, "vid", "name")))


def _in_librenms(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    url = ways.librenms_url(change)
    if url:
        yield Remedy(label=_("Open in LibreNMS"), url=url, elsewhere=True)


def _object(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    number = reason.details.get("id")
    if isinstance(number, int):
        yield Remedy(label=_("Open it"), url=ways.object_url(number))


def _candidates(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    return [_open(one["name"], ways.object_url(one["id"])) for one in _known(reason)]


def _devices(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    return [_open(one["name"], _device_tab(one["id"])) for one in _known(reason)]


def _neighbour(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    """The LibreNMS tab of the device at the other end."""
    device = _remote_device(change)
    if device is not None and device.id is not None:
        yield _open(device.name, _device_tab(device.id))


def _add_neighbour(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    name = _text(reason, "name")
    listed = _list(f"{PLUGIN}:librenms_import", server=ways.server, show="all", q=name)
    yield Remedy(label=_("Look for it in LibreNMS"), url=listed)
    if ways.may_add(Device):
        yield Remedy(label=_("Add it"), url=_list("dcim:device_add", name=name))


def _settings(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    yield Remedy(label=_("Settings"), url=reverse(f"{PLUGIN}:settings"))


def _jack(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    """The interface that the reason names."""
    for jack in _jacks(change):
        if jack.label == reason.details.get("interface"):
            yield _open(jack.label, reverse("dcim:interface", args=(jack.id,)))


def _cable(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    number = cable_facts(change).get("cable")
    if number is not None and change.netbox_id == number:
        yield Remedy(label=_("Open the cable"), url=reverse("dcim:cable", args=(number,)))


def _address(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    yield Remedy(label=_("Addresses in NetBox"), url=_list("ipam:ipaddress_list", q=_host(reason, change)))


def _add_address(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    if ways.may_add(IPAddress):
        yield Remedy(label=_("Add the address"), url=_list("ipam:ipaddress_add", address=_text(reason, "name")))


def _add_vrf(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    if ways.may_add(VRF):
        yield Remedy(label=_("Add the VRF"), url=_list("ipam:vrf_add", name=_text(reason, "name")))


def _namesakes(change: Change, reason: Issue, ways: Ways) -> Iterable[Remedy]:
    yield Remedy(label=_("Devices in NetBox"), url=_list("dcim:device_list", q=_text(reason, "name", "serial")))


WAYS: Mapping[Code, Way] = {
    Code.SEVERAL_FOUND: _candidates,
    Code.NAME_TAKEN: _object,
    Code.HELD_BY_OTHER_MEMBER: _object,
    Code.DUPLICATE_NAME: _in_librenms,
    Code.NO_NAME: _in_librenms,
    Code.NAME_TOO_LONG: _in_librenms,
    Code.OUT_OF_RANGE: _in_librenms,
    Code.VLAN_MISSING: _vlans,
    Code.VLAN_AMBIGUOUS: _vlan,
    Code.SEVERAL_UNTAGGED: _in_librenms,
    Code.DUPLICATE_VID: _vlan,
    Code.VLAN_NAME_TAKEN: _vlan,
    Code.LAG_AMBIGUOUS: _in_librenms,
    Code.DEVICE_NAME_TAKEN: _namesakes,
    Code.SERIAL_TAKEN: _namesakes,
    Code.INTERFACE_ABSENT: _interface,
    Code.INTERFACE_UNSURE: _interface,
    Code.INTERFACE_BLOCKED: _interface,
    Code.ADDRESS_CONTRADICTS: _in_librenms,
    Code.PREFIX_UNKNOWN: _add_address,
    Code.NETWORK_ADDRESS: _in_librenms,
    Code.VRF_MISSING: _add_vrf,
    Code.OTHER_VRF: _address,
    Code.ASSIGNED_ELSEWHERE: _address,
    Code.SEVERAL_ADDRESSES: _address,
    Code.DUPLICATE_ADDRESS: _in_librenms,
    Code.LOCAL_PORT_UNKNOWN: _in_librenms,
    Code.REMOTE_DEVICE_UNKNOWN: _in_librenms,
    Code.REMOTE_DEVICE_MISSING: _add_neighbour,
    Code.NEIGHBOUR_UNRECORDED: _settings,
    Code.REMOTE_PORT_UNKNOWN: _neighbour,
    Code.REMOTE_PORT_MISSING: _neighbour,
    Code.SEVERAL_DEVICES: _devices,
    Code.NEIGHBOUR_IS_ANOTHER: _add_neighbour,
    Code.DOMAINS_DIFFER: _neighbour,
    Code.SEVERAL_NEIGHBOURS: _in_librenms,
    Code.NOT_CABLEABLE: _jack,
    Code.MARKED_CONNECTED: _jack,
    Code.CABLED_ELSEWHERE: _cable,
    Code.CABLE_LEADS_NOWHERE: _cable,
}


def _open(name: str, url: str) -> Remedy:
    return Remedy(label=_("Open {name}").format(name=name), url=url)


def _known(reason: Issue) -> Sequence[Mapping[str, Any]]:
    """The candidates that the user may see."""
    found = [one for one in reason.details.get("candidates", ()) if isinstance(one, Mapping) and not one.get("hidden")]
    return [one for one in found if isinstance(one.get("id"), int)][:MOST_CANDIDATES]


def _text(reason: Issue, *names: str) -> str:
    """The first of these details, as a name in an address can be."""
    found = next((reason.details[name] for name in names if name in reason.details), "")
    return clean_text(str(found))[:LONGEST_NAME]


def _host(reason: Issue, change: Change) -> str:
    """The address alone: NetBox searches for it whatever its mask."""
    return (_text(reason, "name") or clean_text(change.name)[:LONGEST_NAME]).partition("/")[0]


def _list(view: str, **query: str) -> str:
    return f"{reverse(view)}?{urlencode({name: value for name, value in query.items() if value})}"


def _device_tab(pk: int) -> str:
    return reverse("dcim:device_librenms_sync", args=(pk,))


def _remote_device(change: Change) -> Ref | None:
    end = cable_facts(change).get("remote")
    return end.device if end is not None else None


def _jacks(change: Change) -> list[Jack]:
    facts = cable_facts(change)
    ends = [end for end in (facts.get("local"), facts.get("remote")) if end is not None]
    return [jack for end in ends for jack in (end.jack, end.carrier) if jack is not None]
