"""The sentence for each reason code: what happened, to whom, what to do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..resources import RESOURCES
from ..sync.core.issues import Code, Issue
from ..sync.core.plan import Gap, Missing

SENTENCES: dict[Code, Any] = {
    Code.SEVERAL_FOUND: _(
        "Several {things} in NetBox could be this one: {candidates}. "
        "Delete the wrong ones, or make them distinguishable."
    ),
    Code.DUPLICATE_NAME: _("LibreNMS has {count} ports with this name on the device, so they cannot be told apart."),
    Code.CLAIMED_TWICE: _(
        "Two of LibreNMS's {things} match “{name}” in NetBox, so neither is written. "
        "Give them different names on the device or in NetBox."
    ),
    Code.BOUND_ELSEWHERE: _(
        "LibreNMS port {librenms_id} is already bound to {holder}. Remove its LibreNMS ID there first."
    ),
    Code.NAME_TAKEN: _(
        "Another interface is called “{name}” and belongs to another LibreNMS port. Sync or rename that one first."
    ),
    Code.HELD_BY_OTHER_MEMBER: _(
        "By its name, the port belongs to {wanted}, but {owner} has an interface with this name. "
        "Choose the member for this row."
    ),
    Code.CHOOSE_MEMBER: _(
        "The first number in “{name}” does not belong to any member of this virtual chassis. "
        "Choose the member for this row."
    ),
    Code.SAME_MAC: _(
        "NetBox has an interface with exactly this MAC address: {candidates}. "
        "Choose whether the port is that interface."
    ),
    Code.NO_NAME: _("LibreNMS has neither ifName nor ifDescr for this port."),
    Code.NAME_TOO_LONG: _("The name has {length} characters, NetBox holds {limit}. Try the other name column."),
    Code.OUT_OF_RANGE: _("LibreNMS reports {value}, which NetBox cannot store; this field is left alone."),
    Code.VLAN_MISSING: _(
        "NetBox has no VLAN {vids} that is valid for this device; it is left out. Create it, then sync again."
    ),
    Code.VLAN_AMBIGUOUS: _("VLAN {vid} could be any of several: {candidates}. Give their groups different scopes."),
    Code.DUPLICATE_VID: _("LibreNMS has several names for VLAN {vid}: {names}. Look at the device."),
    Code.CHOOSE_GROUP: _("The VLAN can go into several groups: {candidates}. Choose one."),
    Code.VLAN_SHARED: _("{count} other devices use this VLAN, so a new name applies to them too."),
    Code.SEVERAL_UNTAGGED: _("LibreNMS lists several untagged VLANs ({vids}); the port's VLANs are left alone."),
    Code.LAG_AMBIGUOUS: _("LibreNMS lists several aggregates ({names}); the LAG is left alone."),
    Code.LAG_NOT_READY: _("Its LAG “{name}” cannot be synced itself; the LAG is left alone."),
    Code.PARENT_NOT_READY: _("Its parent “{name}” cannot be synced itself; the parent is left alone."),
    Code.TYPE_OF_CABLED: _(
        "Its cable keeps NetBox from making it {type}; the type is left alone. Remove the cable first."
    ),
    Code.IDENTITY_DOUBT: _(
        "None of name, DNS name, primary IP address and serial number agrees with “{hostname}” in LibreNMS. "
        "Make sure that it is the same device, then confirm."
    ),
    Code.IDENTITY_OF_OTHER: _(
        "LibreNMS reports serial number {serial} for “{hostname}”, but in NetBox {holders} has it, not {name}. "
        "Make sure that it is the same device, then confirm."
    ),
    Code.IDENTITY_OF_NAMESAKE: _(
        "By its name, “{hostname}” in LibreNMS is {holders} in NetBox; only the IP address is that of {name}. "
        "Make sure that it is the same device, then confirm."
    ),
    Code.IDENTITY_BY_ADDRESS: _(
        "Only the IP address agrees with “{hostname}” in LibreNMS: name and serial number differ from those of "
        "{name}. Make sure that it is the same device, then confirm."
    ),
    Code.SERIAL_TAKEN: _("NetBox has the serial number {serial} on {holder} already. Correct it there first."),
    Code.UNITS_SHARE_SERIAL: _(
        "LibreNMS reports one serial number for several units ({serials}), so it is not known which of them has it."
    ),
    Code.VLAN_NAME_TAKEN: _("Another VLAN of {group} is called “{name}” already. Rename one of the two."),
    Code.HOST_MASK: _(
        "LibreNMS reports {name}, the mask of a single host; NetBox's mask is kept. "
        "Change it in NetBox if that is right."
    ),
    Code.DEVICE_NAME_TAKEN: _("{holder} is called “{name}” already. Rename one of the two."),
    Code.SEVERAL_MEANT: _("“{text}” could mean several objects in NetBox: {candidates}. Choose one, or add a mapping."),
    Code.TARGET_HIDDEN: _("“{text}” is mapped to something that you may not view. Ask for the permission."),
    Code.DEVICE_TYPE_MISSING: _(
        "NetBox has no device type with the part number or model “{text}”. "
        "Add a device type mapping or the device type."
    ),
    Code.PLATFORM_MISSING: _("NetBox has no platform called “{text}”. Add a platform mapping or the platform."),
    Code.SITE_MISSING: _("NetBox has no site called “{text}”. Add a location mapping."),
    Code.PLACE_HOLDS: _("In NetBox it is in {name}, which is at the old site. Remove it from there first."),
    Code.LOCATION_MISSING: _("NetBox has no location called “{text}” in {place}."),
    Code.RACK_MISSING: _("NetBox has no rack called “{text}” in {place}."),
    Code.RACK_POSITION: _("In NetBox it has a position in the rack {name}. Remove it from there first."),
    Code.TENANT_MISSING: _("NetBox has no tenant called “{text}”."),
    Code.CHOOSE_CHASSIS: _("It is not certain which chassis this member is: {candidates}. Choose one."),
    Code.CHASSIS_NOT_SEEN: _("LibreNMS's inventory has no chassis with a serial number for this member."),
    Code.INTERFACE_ABSENT: _("Waits for {name}: NetBox does not have that interface yet."),
    Code.INTERFACE_BLOCKED: _("NetBox does not have {name}, and a sync cannot add it: {reason}"),
    Code.INTERFACE_UNSURE: _("It is not certain which interface port “{name}” is. See its row among the interfaces."),
    Code.ADDRESS_CONTRADICTS: _("LibreNMS lists this address of the port as {variants}. Look at the device."),
    Code.PREFIX_UNKNOWN: _("LibreNMS does not know the mask of {name}. Add the address to NetBox, then sync."),
    Code.NETWORK_ADDRESS: _(
        "With this mask, {name} is the address of a network or its broadcast address, which no interface of NetBox can "
        "have. Look at the device."
    ),
    Code.VRF_MISSING: _("LibreNMS names the VRF “{name}”, which NetBox does not have. Create it or choose one here."),
    Code.VRF_AMBIGUOUS: _("The VRF “{name}” could be any of several: {candidates}. Choose one."),
    Code.VRF_UNAVAILABLE: _("The address's VRF does not exist, or you may not view it. Choose another one."),
    Code.OTHER_VRF: _("NetBox has {name} in another VRF: {vrfs}. Choose that one if it is meant."),
    Code.ASSIGNED_ELSEWHERE: _("{name} is assigned to {place}. Release it there first."),
    Code.SEVERAL_ADDRESSES: _("Several addresses in NetBox could be meant: {candidates}. Delete or assign the others."),
    Code.DUPLICATE_ADDRESS: _("LibreNMS has {name} on several ports: {ports}. Look at the device."),
    Code.SHARED_ADDRESS: _("A shared address ({role}), held by {place}; it is left as it is."),
    Code.ANYCAST_ADDRESS: _("An anycast address, which {place} also has; this interface gets one of its own."),
    Code.ADDRESS_HIDDEN: _("NetBox has this address, but you may not view it. Ask for the permission."),
    Code.LOCAL_PORT_UNKNOWN: _("LibreNMS does not say on which port it heard this neighbour. Look at the device."),
    Code.REMOTE_DEVICE_UNKNOWN: _("It is not known what the neighbour is called. Look at the port of the device."),
    Code.REMOTE_DEVICE_MISSING: _(
        "NetBox has no device called “{name}” that you may see. Add it, or link it to its LibreNMS device."
    ),
    Code.NEIGHBOUR_UNRECORDED: _(
        "“{name}” is a neighbour that nobody records, by the pattern “{pattern}” in the settings."
    ),
    Code.REMOTE_PORT_UNKNOWN: _("{device} does not say on which port. Look at that device."),
    Code.REMOTE_PORT_MISSING: _("{device} has no interface “{port}” that you may see. Sync its interfaces first."),
    Code.SEVERAL_DEVICES: _(
        "Several devices could be “{name}”: {candidates}. Link the right one to LibreNMS's device."
    ),
    Code.NEIGHBOUR_IS_ANOTHER: _(
        "NetBox's {device} is not the “{name}” that was heard: its LibreNMS ID or serial number is another one. "
        "Add the neighbour to NetBox, or correct the link of {device}."
    ),
    Code.DOMAINS_DIFFER: _(
        "Without their domains, both “{name}” and “{other}” are {device}. Link {device} to its LibreNMS device."
    ),
    Code.SEVERAL_PORTS: _("Several interfaces could be “{port}”: {candidates}. Choose one."),
    Code.SEVERAL_NEIGHBOURS: _("Several neighbours were heard on {interface}: {names}. Look where the cable goes."),
    Code.NOT_CABLEABLE: _("NetBox puts no cable on {interface}, and no single interface below it can stand in."),
    Code.WIRELESS: _("{interface} is wireless, so there is no cable."),
    Code.MARKED_CONNECTED: _("{interface} is marked as connected. Remove that mark to cable it."),
    Code.MEMBER_CABLED: _("NetBox puts no cable on {interface}, so its member {member} gets it."),
    Code.CABLED_ELSEWHERE: _("{interface} has {cable} already, to {peer}. Remove that one if it is gone."),
    Code.CABLE_LEADS_NOWHERE: _("{interface} has {cable} already, which leads nowhere. Finish or remove that one."),
    Code.ID_USED_TWICE: _("Several objects in NetBox are linked to this device: {candidates}. Unlink all but one."),
    Code.SEVERAL_IN_NETBOX: _(
        "By its {clue}, it could be several objects in NetBox: {candidates}. Link the right one."
    ),
    Code.CLUES_DISAGREE: _("By its {clue}, it is {one}, but by its {other_clue}, it is {other}. Link the right one."),
    Code.LINKED_TO_OTHER: _("By its {clue}, it is {name}, which is already linked to LibreNMS device #{librenms_id}."),
    Code.LINKED_TO_GONE: _(
        "By its {clue}, it is {name}, linked to #{librenms_id}, which LibreNMS no longer lists. "
        "Link it again if it is the same device."
    ),
    Code.LINK_DOUBTED: _(
        "It is linked to {name}, but name, serial number and IP address do not bear that out. "
        "Check the link on its LibreNMS tab; nothing is written to it here."
    ),
    Code.ADDRESS_ALONE: _("Only its address agrees with {name} at {site}. Link it if it is the same device."),
    Code.SERIAL_DIFFERS: _("NetBox has {name} with the serial number {held}, but LibreNMS says {said}."),
    Code.NAME_ELSEWHERE: _("NetBox has {name} at {site}. Link it, or choose the site of this device."),
    Code.CHASSIS_AT_SITE: _(
        "Its site has a virtual chassis of this name: {name}. "
        "Link the member that answers for the stack, or give this device another name."
    ),
    Code.CHASSIS_EMPTY: _(
        "NetBox has a virtual chassis of this name without members: {name}. "
        "Add the member that answers for the stack and link it, or give this device another name."
    ),
    Code.CLAIMED_BY_SEVERAL: _("{name} in NetBox could also be LibreNMS's {others}. Link the right one."),
    Code.NAME_WANTED_TWICE: _("LibreNMS's {others} would also be called “{name}” there. Give this one another name."),
    Code.SERIAL_SHARED: _("LibreNMS's {others} has the same serial number, so it may be the same device."),
    Code.LINK_TARGET_GONE: _("The chosen object no longer exists, or you may not view it."),
    Code.HOLDER_HIDDEN: _("NetBox already has this device, but you may not view it. Ask for the permission."),
    Code.CHOICE_GONE: _("The chosen {what} no longer exists, or you may not view it. Choose again."),
    Code.NAME_UNKNOWN: _("LibreNMS does not know a name for it. Give it one."),
    Code.ROLE_UNKNOWN: _("Its role is not known. Choose one, or write an import rule."),
    Code.SITE_UNKNOWN: _("LibreNMS does not say where it is. Choose a site."),
    Code.TYPE_UNKNOWN: _("LibreNMS does not know its hardware. Choose a device type."),
    Code.PLATFORM_OF_OTHER: _("The platform {name} is for another manufacturer's devices, so it is not set."),
    Code.PLACE_UNKNOWN: _("A virtual machine needs a cluster or a site. Choose one."),
    Code.SERIAL_TOO_LONG: _("LibreNMS's serial number is longer than NetBox takes, so it is left out."),
    Code.SERIAL_UNKNOWN: _("LibreNMS does not know its serial number, so NetBox's stays as it is."),
    Code.DELETED_MEANWHILE: _("Somebody deleted it before its cables were made."),
    Code.PLUGIN_FAILED: _("The plugin failed on it ({error}). See NetBox's log."),
    Code.MEMBERS_SERIAL_TOO_LONG: _(
        "A unit of this stack has a serial number longer than NetBox takes, so only the device is made."
    ),
    Code.NAME_DIFFERS: _("NetBox calls it {name}."),
    Code.AT_OTHER_SITE: _("NetBox has it at {site}."),
    Code.NAMESAKE: _("NetBox has another {name}, at {site}."),
    Code.IGNORED: _("It is ignored."),
    Code.NOT_IN_LIBRENMS: _("LibreNMS does not list this device (any more)."),
    Code.NOT_FOUND_THERE: _("LibreNMS has no device with its primary IP address, DNS name or name."),
    Code.SEVERAL_IN_LIBRENMS: _("It could be several devices in LibreNMS: {candidates}. Link the right one."),
    Code.FOUND_TWICE: _("LibreNMS's “{hostname}” could just as well be {candidates} in NetBox. Link the right one."),
    Code.LINKED_BY_OTHER: _(
        "It looks like LibreNMS's “{hostname}”, but {candidates} is linked to that already. Link the right one."
    ),
    Code.LINKED_ALREADY: _("It is linked already."),
    Code.NOT_REACHED: _("LibreNMS has not reached it since {since}. It may be gone."),
    Code.NOT_IN_NETBOX: _("LibreNMS has this device, and NetBox does not."),
    Code.ENDS_DIFFER: _("The other end of this link, {peer}, says something else."),
    Code.BUSY: _("Somebody else is working on it right now. Try again in a moment."),
    Code.OBJECT_GONE: _("It is not in NetBox any more, or you may not view it."),
    Code.MEMBER_TYPE_MISSING: _(
        "NetBox has no device type for the member's model “{text}”. Add a device type mapping, or the device type."
    ),
    Code.MEMBER_ELSEWHERE: _("NetBox has the member with the serial number {serial} as {name}, outside of this stack."),
    Code.MEMBER_UNSURE: _(
        "NetBox may have the member with the serial number {serial} already, as {candidates}. "
        "Enter the serial numbers of this stack's members, then import it again."
    ),
    Code.MEMBERS_UNNUMBERED: _(
        "LibreNMS does not number the members of this stack, so it cannot be told which is which."
    ),
    Code.LIBRENMS_FAILED: _("{reason}"),
    Code.ALREADY_LINKED: _("It is linked to LibreNMS device {id} already."),
    Code.KNOWN_THERE: _("LibreNMS has it already, as {name} (#{id}). It can be linked instead."),
    Code.CHASSIS_SPEAKS: _("LibreNMS knows its virtual chassis as one device. Add {name} instead."),
    Code.NO_PUSH_RULE: _("No push rule fits it. Add a rule, which says how LibreNMS is to reach it."),
    Code.NOTHING_TO_REACH: _("The push rule “{rule}” reaches it by {which}, and it has none."),
    Code.NO_HOSTNAME: _(
        "LibreNMS takes no hostname such as “{name}”. Choose another address in the push rule “{rule}”."
    ),
    Code.SAME_HOSTNAME: _("It would have the same hostname as {name}."),
    Code.PROFILE_UNKNOWN: _("NetBox's configuration has no SNMP profile “{name}”, which the push rule “{rule}” names."),
    Code.PROFILE_UNUSABLE: _("The SNMP profile “{name}” cannot be used: {reason}"),
    Code.NOT_ADDED: _("LibreNMS did not add it: {said}"),
    Code.NOT_FOUND_AFTERWARDS: _(
        "LibreNMS said that it added it, but when it was read back it was not there. Look into the log of LibreNMS."
    ),
    Code.ADDED_OTHERWISE: _("LibreNMS added it, but did not take over: {fields_of_device}."),
    Code.ADDED_NOT_LINKED: _("LibreNMS added it, but it could not be linked in NetBox: {reason}"),
    Code.CHASSIS_KEPT: _("LibreNMS knows its virtual chassis as one device. {name} speaks for it."),
    Code.DISPLAY_FIXED: _("LibreNMS's API cannot change a display name. Change it in LibreNMS itself."),
    Code.NOTES_TOO_LONG: _("The notes are longer than LibreNMS keeps ({limit} bytes)."),
    Code.NO_POLLER_GROUP: _("LibreNMS has no poller group {id}, and would not poll it any more."),
    Code.NOT_CHANGED: _("LibreNMS did not change it: {said}"),
    Code.CHANGED_OTHERWISE: _(
        "LibreNMS said that it did, but when it was read back this had not changed: {fields_of_device}."
    ),
    Code.TOO_MANY_TO_ADD: _(
        "It would add or link {count} devices, and {most} are the most for one run, so LibreNMS was told of none."
    ),
    Code.NOT_LINKED: _("LibreNMS has such a device, but it is not linked to it. Link it first."),
    Code.SAME_DEVICE: _("LibreNMS has it as one device with {name}, which is among them."),
    Code.MAINTENANCE_REFUSED: _("LibreNMS did not begin the maintenance: {said}"),
    Code.MAINTENANCE_NOT_BEGUN: _(
        "LibreNMS said that the maintenance began, but when it was read back it had not. Look into the log of LibreNMS."
    ),
    Code.MAINTENANCE_NOT_READ: _("LibreNMS said that the maintenance began, which could not be read back: {reason}"),
    Code.MAINTENANCE_BEFORE: _("It was under maintenance before already, so it cannot be seen that this window began."),
    Code.MAINTENANCE_SEEN: _("LibreNMS's answer was lost, but it is under maintenance since then."),
    Code.MAINTENANCE_UNANSWERED: _(
        "LibreNMS was told, but its answer was lost, so it may have the window or not. It is not told again, since "
        "that could make a second one. Look in LibreNMS before you ask for another."
    ),
    Code.NO_COORDINATES: _("LibreNMS adds no location without coordinates, and this site has none. Enter them."),
    Code.ZERO_COORDINATE: _(
        "LibreNMS takes a coordinate of 0 for a missing one, so this location can only be added in LibreNMS itself."
    ),
    Code.NAME_AND_SLUG: _(
        "“{text}” is the name of one site and the slug of another: {candidates}. Add a location mapping that says "
        "which is meant."
    ),
    Code.SLUG_TAKEN: _(
        "NetBox has the site {name}, whose slug ({slug}) the new one would have. If it is the same, add a location "
        "mapping."
    ),
    Code.PLACE_NAME_TOO_LONG: _(
        "The name has {length} characters, and a site's has {limit} at most. Add a location mapping, or shorten it in "
        "LibreNMS."
    ),
    Code.PLACE_NAME_TAKEN: _(
        "LibreNMS has “{name}”, and tells no upper from lower case. If it is the same, add a location mapping."
    ),
    Code.SEVERAL_PLACES: _(
        "Other locations of LibreNMS mean this site too: {names}. They do not all lie where it does, so it is not "
        "known whose coordinates count."
    ),
    Code.LOCATION_UPDATES_FAIL: _(
        "LibreNMS {version} answers every change of a location with an error. Enter the coordinates in LibreNMS itself."
    ),
    Code.LOCATION_UPDATES_REFUSED: _(
        "This LibreNMS answered with an error when it was to change a location. Enter the coordinates in LibreNMS "
        "itself."
    ),
    Code.NOT_TAKEN: _("LibreNMS said that it did, but when it was read back nothing had changed."),
    Code.NOT_READ_BACK: _("LibreNMS was told, but whether it did could not be read back: {reason}"),
    Code.DEVICES_NOT_PLACED: _("LibreNMS did not move {names}."),
    Code.FEWER_LISTED: _(
        "LibreNMS lists only {count} {list}, where it listed {known} last time, so nothing was done. "
        "Check LibreNMS and the rights of its token."
    ),
    Code.TOO_MANY_CHANGES: _("It would write {count} changes, and {most} are the most, so nothing was written."),
    Code.TOO_MANY_OF_ONE: _("It has {count} changes, and {most} are the most for one object, so it is left out."),
    Code.KEPT_BY_SCHEDULE: _("The schedule “{name}” looks after it."),
    Code.STALE: _("This has changed since it was shown, so nothing was written. Look again, then sync."),
    Code.REFUSED: _("NetBox refused it: {reason}"),
    Code.NO_PERMISSION: _("You may not {what} here. Ask for the permission."),
    Code.DEPENDENCY_FAILED: _("“{name}”, which it refers to, is not in NetBox yet. Sync that one too."),
    Code.UNKNOWN_KEY: _("There is no such row (any more)."),
    Code.NOT_SYNCABLE: _("There is nothing to write for this row (it is “{outcome}”)."),
    Code.INCOMPLETE_ANSWER: _("LibreNMS's answer had gaps, so nothing is deleted. Refresh, then try again."),
    Code.CHANGED_SINCE: _("Changed since by {who}, {when}: {fields}. It is left as it is."),
    Code.CHANGED_SINCE_UNKNOWN: _("Changed since, the change log does not say by whom: {fields}. It is left as it is."),
    Code.TOUCHED_SINCE: _("Changed since by {who}, {when}. It is left as it is."),
    Code.DELETED_SINCE: _("Deleted since by {who}, {when}."),
    Code.DELETED_SINCE_UNKNOWN: _("Deleted since. The change log does not say by whom."),
    Code.BEFORE_UNKNOWN: _("The change log does not say how it was before."),
    Code.REFERENCE_GONE: _("{fields}: NetBox does not have “{name}” any more."),
    Code.HANGS_ON_IT: _("Something that stays depends on it: {candidates}. Delete or move that first."),
    Code.LOG_PRUNED: _(
        "NetBox's change log does not reach back to it any more, so nobody knows how it was before. "
        "How long entries are kept is NetBox's setting CHANGELOG_RETENTION."
    ),
    Code.KIND_GONE: _("NetBox does not have objects of this kind any more ({kind})."),
    Code.STAYS_HIDDEN: _("Something that you may not view stays as it is. Ask for the permission."),
    Code.NOTHING_WRITTEN: _("Nothing was written, so there is nothing to undo."),
    Code.RUN_NOT_ENDED: _("It has not ended yet. Wait for its end, or cancel it, then undo it."),
    Code.ALREADY_UNDONE: _("{who} has undone it, {when}. Undo that to have it back."),
    Code.BEING_UNDONE: _("{who} is undoing it right now."),
    Code.NOTHING_TO_UNDO: _("Nothing of it can be undone."),
    Code.PLAN_CHANGED: _("Something changed since this was shown, so nothing was undone. Look again."),
    Code.MADE_IN_BRANCH: _(
        "It was written in the branch “{name}”, so it can be undone in that branch only. Activate it."
    ),
    Code.MADE_IN_MAIN: _(
        "It was written outside of any branch, and the branch “{name}” is active. Leave the branch to undo it."
    ),
}
# In place of these where the object is in a cluster and at no site, so that a site tells nothing apart
IN_CLUSTER: dict[Code, Any] = {
    Code.NAME_ELSEWHERE: _("NetBox has {name} in cluster {cluster}. Link it, or give this device another name."),
    Code.NAMESAKE: _("NetBox has another {name}, in cluster {cluster}."),
    Code.ADDRESS_ALONE: _(
        "Only its address agrees with {name} in cluster {cluster}. Link it if it is the same device."
    ),
}
# In place of these where nothing is said of what would tell the object apart: it is nowhere, or may not be viewed
UNTOLD: dict[Code, Any] = {
    Code.NAME_ELSEWHERE: _("NetBox has {name}, which has the same name. Link it, or give this device another name."),
    Code.NAMESAKE: _("NetBox has another {name}."),
    Code.ADDRESS_ALONE: _("Only its address agrees with {name}. Link it if it is the same device."),
    Code.SERIAL_DIFFERS: _("NetBox has {name} with a serial number other than the one that LibreNMS reports, {said}."),
}
# In place of these for those who may see everything
WHOLE: dict[Code, Any] = {
    Code.REMOTE_DEVICE_MISSING: _("NetBox has no device called “{name}”. Add it, or link it to its LibreNMS device."),
    Code.REMOTE_PORT_MISSING: _("{device} has no interface “{port}”. Sync its interfaces first."),
}
# In place of these where the work is a sync
IN_SYNC: dict[Code, Any] = {
    Code.BUSY: _("Another sync is writing it right now, so nothing was written. Sync it again in a moment."),
}
_TELLING = {"site", "cluster", "held"}

# What a NetBox object was recognised by (``import_utils.rows.Clue``)
CLUES = {
    "librenms_id": _("LibreNMS ID"),
    "name": _("name"),
    "serial": _("serial number"),
    "primary_ip": _("IP address"),
    "choice": _("link"),
}
_CLUES_IN = ("clue", "other_clue")
# LibreNMS's lists, by what they list
LISTS = {"devices": _("devices"), "ports": _("ports")}
_LIST_IN = "list"
# What LibreNMS is to reach a device by (``choices.PushAddressChoices``), in a sentence
REACHED_BY = {
    "primary": _("its primary IP address"),
    "oob": _("its out-of-band IP address"),
    "dns_name": _("the DNS name of its primary IP address"),
    "name": _("its name"),
}
_REACHED_BY_IN = "which"
# What a device of LibreNMS's has
OF_DEVICE = {
    "display": _("display name"),
    "location": _("location"),
    "notes": _("notes"),
    "poller_group": _("poller group"),
    "state": _("monitoring"),
}
_OF_DEVICE_IN = "fields_of_device"
# A field as ``app.model.field``, several of them
_FIELDS_IN = "fields"
# A time as ISO 8601 writes it
_TIME_IN = "when"


def sentence(one: Issue) -> str:
    """The reason in words."""
    return sentence_of(one.code, one.details)


def sentence_of(code: str, details: Mapping[str, Any]) -> str:
    """The reason in words, from a code and its details as a run keeps them."""
    words = {name: _detail(name, value) for name, value in details.items()}
    return str(_sentences(code, details)[Code(code)]).format(**{"things": _things(details), **words})


def _detail(name: str, value: Any) -> Any:
    if name in _CLUES_IN:
        return CLUES.get(value, value)
    if name == _FIELDS_IN:
        return ", ".join(dict.fromkeys(str(column_label(one)) for one in value))
    if name == _REACHED_BY_IN:
        return REACHED_BY.get(value, value)
    if name == _OF_DEVICE_IN:
        return ", ".join(str(OF_DEVICE.get(one, one)) for one in value)
    if name == _LIST_IN:
        return LISTS.get(value, value)
    return time_words(value) if name == _TIME_IN else _words(value)


def time_words(text: str) -> str:
    """A time as ISO 8601 writes it, for people."""
    moment = parse_datetime(text)
    return text if moment is None else date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


def column_label(dotted: str) -> Any:
    """What NetBox calls a field, given as ``app.model.field`` or ``app.model.custom_fields.name``."""
    app, model, name = dotted.split(".", 2)
    if name.startswith("custom_fields."):
        return name.partition(".")[2]
    try:
        field = apps.get_model(app, model)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        return name
    return getattr(field, "verbose_name", name)


def kept_sentence(code: str, details: Mapping[str, Any] | None) -> str:
    """The same for what a record keeps: a code that is gone, or whose details are others now, says itself."""
    try:
        return sentence_of(code, details or {})
    except (ValueError, KeyError):
        return code


def _things(details: Mapping[str, Any]) -> Any:
    """What rows of the ``resource`` that a reason names are called. Runs of older versions do not say which that is."""
    resource = RESOURCES.get(str(details.get("resource", "")))
    return gettext("objects") if resource is None else resource.words.many


def _sentences(code: str, details: Mapping[str, Any]) -> Mapping[Code, Any]:
    if code in WHOLE and details.get("whole"):
        return WHOLE
    if code in IN_SYNC and details.get("sync"):
        return IN_SYNC
    # Runs of older versions say "?" of what is not to be known
    told = {name for name in _TELLING if details.get(name, "?") != "?"}
    if code in UNTOLD and not told:
        return UNTOLD
    return IN_CLUSTER if code in IN_CLUSTER and "cluster" in told else SENTENCES


def _words(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "code" in value:
            return sentence_of(value["code"], value.get("details") or {})
        if value.get("hidden"):
            return gettext("an object that you may not view")
        place = value.get("owner") or value.get("group")
        return f"{value.get('name')} (#{value.get('id')}{f', {place}' if place else ''})"
    if isinstance(value, Iterable) and not isinstance(value, str):
        # Several that may not be viewed are told once
        return ", ".join(dict.fromkeys(str(_words(one)) for one in value))
    return value


def identification_sentence(identification: Any) -> tuple[str, str]:
    """Code and words for an object that LibreNMS does not have, or that can be several of its devices."""
    candidates = getattr(identification, "candidates", ())
    if not candidates:
        return "not_identified", gettext(
            "LibreNMS has no device with this object's primary IP, DNS name or name. Add it there, or set its ID."
        )
    names = ", ".join(f"{one.name} (#{one.librenms_id})" for one in candidates)
    sentence = gettext("This object can be several devices in LibreNMS: {names}. Set its LibreNMS ID.")
    return "ambiguous", sentence.format(names=names)


_MISSING = {
    Missing.PORT_STACK: _("Which ports lie on which others was not looked at."),
    Missing.PORT_VLANS: _("The VLANs of ports were not looked at."),
    Missing.INVENTORY: _("The inventory was not looked at."),
}


def gap_sentence(gap: Gap) -> str:
    """What was not looked at, or came incomplete."""
    if gap.missing is Missing.ROWS:
        return ngettext(
            "{count} row of LibreNMS's answer could not be read and was not looked at.",
            "{count} rows of LibreNMS's answer could not be read and were not looked at.",
            gap.count,
        ).format(count=gap.count)
    if gap.missing is Missing.COLUMNS:
        names = ", ".join(gap.names)[:200]
        return gettext("What LibreNMS does not give was not looked at: {names}.").format(names=names)
    return str(_MISSING[gap.missing])


def kept_gap_sentence(kept: Mapping[str, Any]) -> str:
    """The same for what a record keeps; something that is gone says itself."""
    try:
        gap = Gap(missing=Missing(kept["code"]), names=tuple(kept["names"]), count=kept["count"])
    except (ValueError, KeyError):
        return str(kept.get("code", ""))
    return gap_sentence(gap)
