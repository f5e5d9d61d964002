"""Reason codes: why a row cannot be written, or what a person should know about it.

A code is stable (REST and docs name it); the sentence for people is made from the code and its details where the row is
shown, so that it can be translated.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Every reason a row can carry."""

    # identity
    SEVERAL_FOUND = "several_found"
    DUPLICATE_NAME = "duplicate_name"
    CLAIMED_TWICE = "claimed_twice"
    BOUND_ELSEWHERE = "bound_elsewhere"
    NAME_TAKEN = "name_taken"
    HELD_BY_OTHER_MEMBER = "held_by_other_member"
    CHOOSE_MEMBER = "choose_member"
    SAME_MAC = "same_mac"
    # what LibreNMS said
    NO_NAME = "no_name"
    NAME_TOO_LONG = "name_too_long"
    OUT_OF_RANGE = "out_of_range"
    # references
    VLAN_MISSING = "vlan_missing"
    VLAN_AMBIGUOUS = "vlan_ambiguous"
    SEVERAL_UNTAGGED = "several_untagged"
    DUPLICATE_VID = "duplicate_vid"
    CHOOSE_GROUP = "choose_group"
    VLAN_SHARED = "vlan_shared"
    VLAN_NAME_TAKEN = "vlan_name_taken"
    LAG_AMBIGUOUS = "lag_ambiguous"
    LAG_NOT_READY = "lag_not_ready"
    PARENT_NOT_READY = "parent_not_ready"
    TYPE_OF_CABLED = "type_of_cabled"
    # device and VM fields
    IDENTITY_DOUBT = "identity_doubt"
    IDENTITY_OF_OTHER = "identity_of_other"
    IDENTITY_OF_NAMESAKE = "identity_of_namesake"
    IDENTITY_BY_ADDRESS = "identity_by_address"
    DEVICE_NAME_TAKEN = "device_name_taken"
    SERIAL_TAKEN = "serial_taken"
    UNITS_SHARE_SERIAL = "units_share_serial"
    SEVERAL_MEANT = "several_meant"
    TARGET_HIDDEN = "target_hidden"
    DEVICE_TYPE_MISSING = "device_type_missing"
    PLATFORM_MISSING = "platform_missing"
    SITE_MISSING = "site_missing"
    PLACE_HOLDS = "place_holds"
    CHOOSE_CHASSIS = "choose_chassis"
    CHASSIS_NOT_SEEN = "chassis_not_seen"
    # IP addresses
    INTERFACE_ABSENT = "interface_absent"
    INTERFACE_UNSURE = "interface_unsure"
    INTERFACE_BLOCKED = "interface_blocked"
    ADDRESS_CONTRADICTS = "address_contradicts"
    PREFIX_UNKNOWN = "prefix_unknown"
    HOST_MASK = "host_mask"
    NETWORK_ADDRESS = "network_address"
    VRF_MISSING = "vrf_missing"
    VRF_AMBIGUOUS = "vrf_ambiguous"
    VRF_UNAVAILABLE = "vrf_unavailable"
    OTHER_VRF = "other_vrf"
    ASSIGNED_ELSEWHERE = "assigned_elsewhere"
    SEVERAL_ADDRESSES = "several_addresses"
    DUPLICATE_ADDRESS = "duplicate_address"
    SHARED_ADDRESS = "shared_address"
    ANYCAST_ADDRESS = "anycast_address"
    ADDRESS_HIDDEN = "address_hidden"
    # cables
    LOCAL_PORT_UNKNOWN = "local_port_unknown"
    REMOTE_DEVICE_UNKNOWN = "remote_device_unknown"
    REMOTE_DEVICE_MISSING = "remote_device_missing"
    NEIGHBOUR_UNRECORDED = "neighbour_unrecorded"
    REMOTE_PORT_UNKNOWN = "remote_port_unknown"
    REMOTE_PORT_MISSING = "remote_port_missing"
    SEVERAL_DEVICES = "several_devices"
    NEIGHBOUR_IS_ANOTHER = "neighbour_is_another"
    DOMAINS_DIFFER = "domains_differ"
    SEVERAL_PORTS = "several_ports"
    SEVERAL_NEIGHBOURS = "several_neighbours"
    NOT_CABLEABLE = "not_cableable"
    WIRELESS = "wireless"
    MARKED_CONNECTED = "marked_connected"
    MEMBER_CABLED = "member_cabled"
    CABLED_ELSEWHERE = "cabled_elsewhere"
    CABLE_LEADS_NOWHERE = "cable_leads_nowhere"
    # import of devices
    ID_USED_TWICE = "id_used_twice"
    SEVERAL_IN_NETBOX = "several_in_netbox"
    CLUES_DISAGREE = "clues_disagree"
    LINKED_TO_OTHER = "linked_to_other"
    LINKED_TO_GONE = "linked_to_gone"
    LINK_DOUBTED = "link_doubted"
    ADDRESS_ALONE = "address_alone"
    SERIAL_DIFFERS = "serial_differs"
    NAME_ELSEWHERE = "name_elsewhere"
    CHASSIS_AT_SITE = "chassis_at_site"
    CHASSIS_EMPTY = "chassis_empty"
    CLAIMED_BY_SEVERAL = "claimed_by_several"
    NAME_WANTED_TWICE = "name_wanted_twice"
    SERIAL_SHARED = "serial_shared"
    LINK_TARGET_GONE = "link_target_gone"
    HOLDER_HIDDEN = "holder_hidden"
    CHOICE_GONE = "choice_gone"
    NAME_UNKNOWN = "name_unknown"
    ROLE_UNKNOWN = "role_unknown"
    SITE_UNKNOWN = "site_unknown"
    TYPE_UNKNOWN = "type_unknown"
    PLATFORM_OF_OTHER = "platform_of_other"
    PLACE_UNKNOWN = "place_unknown"
    SERIAL_TOO_LONG = "serial_too_long"
    SERIAL_UNKNOWN = "serial_unknown"
    DELETED_MEANWHILE = "deleted_meanwhile"
    PLUGIN_FAILED = "plugin_failed"
    MEMBERS_SERIAL_TOO_LONG = "members_serial_too_long"
    NAME_DIFFERS = "name_differs"
    AT_OTHER_SITE = "at_other_site"
    NAMESAKE = "namesake"
    IGNORED = "ignored"
    NOT_IN_LIBRENMS = "not_in_librenms"
    BUSY = "busy"
    MEMBER_TYPE_MISSING = "member_type_missing"
    MEMBER_ELSEWHERE = "member_elsewhere"
    MEMBER_UNSURE = "member_unsure"
    MEMBERS_UNNUMBERED = "members_unnumbered"
    LIBRENMS_FAILED = "librenms_failed"
    # applying
    STALE = "stale"
    REFUSED = "refused"
    NO_PERMISSION = "no_permission"
    DEPENDENCY_FAILED = "dependency_failed"
    UNKNOWN_KEY = "unknown_key"
    NOT_SYNCABLE = "not_syncable"
    INCOMPLETE_ANSWER = "incomplete_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A reason: its code, the field it is about (empty for the whole row) and the details its sentence needs."""

    code: Code
    field: str = ""
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def issue(code: Code, about: str = "", **details: Any) -> Issue:
    """Shorthand: ``issue(Code.VLAN_MISSING, "untagged_vlan", vid=10)``."""
    return Issue(code=code, field=about, details=details)
