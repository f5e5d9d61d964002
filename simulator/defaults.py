"""The columns of LibreNMS's tables and the values that a freshly discovered device, port or part has."""

from __future__ import annotations

from typing import Any

from simulator.tables import Row

SECRET_COMMUNITY = "simulated-snmp-community"
SECRET_AUTHPASS = "simulated-auth-password"
SECRET_CRYPTOPASS = "simulated-privacy-password"

SEEN_AT = "2026-11-23 01:50:15"
POLLED_AT = "2026-11-23 02:05:10"
POLL_TIME = 1795399510

# Order and names as in LibreNMS's own schema: its answers list the columns in this order.
DEVICE: Row = {
    "device_id": None,
    "inserted": SEEN_AT,
    "hostname": "",
    "sysName": None,
    "display": None,
    "display_template": None,
    "ip": None,
    "overwrite_ip": None,
    "community": None,
    "authlevel": None,
    "authname": None,
    "authpass": None,
    "authalgo": None,
    "cryptopass": None,
    "cryptoalgo": None,
    "snmpver": "v2c",
    "port": 161,
    "transport": "udp",
    "timeout": None,
    "retries": None,
    "snmp_disable": 0,
    "bgpLocalAs": None,
    "sysObjectID": None,
    "snmpEngineID": None,
    "sysDescr": None,
    "sysContact": None,
    "version": None,
    "hardware": None,
    "features": None,
    "location_id": None,
    "os": "generic",
    "status": 1,
    "status_reason": "",
    "ignore": 0,
    "disabled": 0,
    "uptime": None,
    "agent_uptime": 0,
    "last_polled": None,
    "last_poll_attempted": None,
    "last_polled_timetaken": None,
    "last_discovered_timetaken": None,
    "last_discovered": None,
    "last_ping": None,
    "last_ping_timetaken": None,
    "purpose": None,
    "type": "",
    "serial": None,
    "icon": None,
    "poller_group": 0,
    "override_sysLocation": 0,
    "notes": None,
    "port_association_mode": 1,
    "max_depth": 0,
    "disable_notify": 0,
    "ignore_status": 0,
    "mtu_status": 1,
    "dependency_parent_id": None,
    "dependency_parent_hostname": None,
}

# A device that was discovered and polled, on top of DEVICE.
POLLED_DEVICE: Row = {
    "community": SECRET_COMMUNITY,
    "snmpEngineID": "",
    "sysContact": "noc@example.net",
    "os": "ios",
    "hardware": "WS-C2960X-24TS-L",
    "version": "15.2(7)E8",
    "sysObjectID": ".1.3.6.1.4.1.9.1.1208",
    "sysDescr": "Cisco IOS Software, C2960X Software, Version 15.2(7)E8, RELEASE SOFTWARE (fc3)",
    "features": "UNIVERSALK9",
    "uptime": 7184994,
    "last_polled": POLLED_AT,
    "last_polled_timetaken": 3.371,
    "last_discovered_timetaken": 23.914,
    "last_discovered": "2026-11-23 02:04:31",
    "last_ping": "2026-11-23 02:05:08",
    "last_ping_timetaken": 0.047,
    "type": "network",
    "icon": "cisco.svg",
}

_COUNTERS = ("ifInUcastPkts", "ifOutUcastPkts", "ifInErrors", "ifOutErrors", "ifInOctets", "ifOutOctets")


def _port_columns() -> Row:
    columns: Row = dict.fromkeys(
        "port_id device_id port_descr_type port_descr_descr port_descr_circuit port_descr_speed port_descr_notes "
        "ifDescr ifName portName ifIndex ifSpeed ifSpeed_prev ifConnectorPresent ifOperStatus ifOperStatus_prev "
        "ifAdminStatus ifAdminStatus_prev ifDuplex ifMtu ifType ifAlias ifPhysAddress ifLastChange ifVlan ifTrunk "
        "ifVrf ignore disabled deleted pagpOperationMode pagpPortState pagpPartnerDeviceId pagpPartnerLearnMethod "
        "pagpPartnerIfIndex pagpPartnerGroupIfIndex pagpPartnerDeviceName pagpEthcOperationMode pagpDeviceId "
        "pagpGroupIfIndex".split()
    )
    for counter in _COUNTERS:
        columns |= {counter: 0, f"{counter}_prev": 0, f"{counter}_delta": 0, f"{counter}_rate": 0}
    return columns | {"poll_time": POLL_TIME, "poll_prev": POLL_TIME - 300, "poll_period": 300}


PORT: Row = _port_columns() | {
    "ifSpeed": 1_000_000_000,
    "ifSpeed_prev": 1_000_000_000,
    "ifConnectorPresent": "true",
    "ifOperStatus": "up",
    "ifOperStatus_prev": "up",
    "ifAdminStatus": "up",
    "ifAdminStatus_prev": "up",
    "ifDuplex": "fullDuplex",
    "ifMtu": 1500,
    "ifType": "ethernetCsmacd",
    "ifLastChange": 58025,
    "ifVrf": 0,
    "ignore": 0,
    "disabled": 0,
    "deleted": 0,
}
PORT_COLUMNS = tuple(PORT)

# Columns whose value follows from another one where a row does not have its own.
PORT_FALLBACKS = {
    "ifDescr": "ifName",
    "ifAlias": "ifName",
    "ifSpeed_prev": "ifSpeed",
    "ifOperStatus_prev": "ifOperStatus",
    "ifAdminStatus_prev": "ifAdminStatus",
}

# What `Dataset.add_port` writes out, so that a test can read and change it.
PORT_BASICS = (
    "ifIndex ifName ifDescr ifAlias ifType ifSpeed ifMtu ifDuplex ifPhysAddress ifAdminStatus ifOperStatus ifVlan "
    "ifTrunk ifVrf ifConnectorPresent deleted disabled ignore"
).split()

_STATISTICS = "ifInNUcastPkts ifOutNUcastPkts ifInDiscards ifOutDiscards ifInUnknownProtos ifInBroadcastPkts"
_STATISTICS += " ifOutBroadcastPkts ifInMulticastPkts ifOutMulticastPkts"
PORT_STATISTICS = tuple(f"{name}{end}" for name in _STATISTICS.split() for end in ("", "_prev", "_delta", "_rate"))

PORT_RATES: Row = {
    "in_rate": "0 bps",
    "out_rate": "0 bps",
    "in_perc": 0,
    "out_perc": 0,
    "in_pps": "0 ",
    "out_pps": "0 ",
}

VLAN: Row = {
    "vlan_id": None,
    "device_id": None,
    "vlan_vlan": 1,
    "vlan_domain": 1,
    "vlan_name": "default",
    "vlan_type": "ethernet",
    "vlan_state": 1,
}
PORT_VLAN: Row = {
    "port_vlan_id": None,
    "device_id": None,
    "port_id": None,
    "vlan": 1,
    "baseport": 0,
    "priority": 0,
    "state": "unknown",
    "cost": 0,
    "untagged": 0,
}
LINK: Row = {
    "id": None,
    "local_port_id": None,
    "local_device_id": 0,
    "remote_port_id": None,
    "active": 1,
    "protocol": "lldp",
    "remote_hostname": "",
    "remote_device_id": 0,
    "remote_port": "",
    "remote_platform": None,
    "remote_version": "",
}
INVENTORY: Row = {
    "entPhysical_id": None,
    "device_id": None,
    "entPhysicalIndex": 1,
    "entPhysicalDescr": "",
    "entPhysicalClass": "other",
    "entPhysicalName": "",
    "entPhysicalHardwareRev": "",
    "entPhysicalFirmwareRev": "",
    "entPhysicalSoftwareRev": "",
    "entPhysicalAlias": "",
    "entPhysicalAssetID": "",
    "entPhysicalIsFRU": "false",
    "entPhysicalModelName": "",
    "entPhysicalVendorType": "",
    "entPhysicalSerialNum": "",
    "entPhysicalContainedIn": 0,
    "entPhysicalParentRelPos": -1,
    "entPhysicalMfgName": "",
    "entPhysicalMfgDate": "",
    "ifIndex": None,
}
TRANSCEIVER: Row = {
    "id": None,
    "created_at": "2026-11-23T01:50:19.000000Z",
    "updated_at": "2026-11-23T01:50:19.000000Z",
    "device_id": None,
    "port_id": None,
    "index": "0",
    "entity_physical_index": None,
    "type": None,
    "vendor": None,
    "oui": None,
    "model": None,
    "revision": None,
    "serial": None,
    "date": None,
    "ddm": None,
    "encoding": None,
    "cable": None,
    "distance": None,
    "wavelength": None,
    "connector": None,
    "channels": 1,
}
ALERT: Row = {
    "hostname": "",
    "id": None,
    "device_id": None,
    "rule_id": 1,
    "state": 1,
    "alerted": 1,
    "open": 1,
    "note": None,
    "timestamp": POLLED_AT,
    "info": "",
    "severity": "critical",
    "name": "Device down",
    "proc": "",
    "notes": "",
}
GROUP: Row = {"id": None, "name": "", "desc": "", "type": "static", "rules": None, "pattern": None}
BGP: Row = {
    "bgpPeer_id": None,
    "device_id": None,
    "vrf_id": None,
    "astext": "",
    "bgpPeerIdentifier": "",
    "bgpPeerRemoteAs": 64512,
    "bgpPeerState": "established",
    "bgpPeerAdminStatus": "start",
    "bgpPeerLastErrorCode": 0,
    "bgpPeerLastErrorSubCode": None,
    "bgpPeerLastErrorText": None,
    "bgpPeerIface": None,
    "bgpLocalAddr": "",
    "bgpPeerRemoteAddr": "0.0.0.0",
    "bgpPeerDescr": "",
    "bgpPeerInUpdates": 1,
    "bgpPeerOutUpdates": 4,
    "bgpPeerInTotalMessages": 302,
    "bgpPeerOutTotalMessages": 316,
    "bgpPeerFsmEstablishedTime": 8497,
    "bgpPeerInUpdateElapsedTime": 8491,
    "context_name": "",
}
SENSOR: Row = {
    "sensor_id": None,
    "sensor_deleted": 0,
    "sensor_class": "temperature",
    "device_id": None,
    "poller_type": "snmp",
    "sensor_oid": ".1.3.6.1.2.1.99.1.1.1.4.1",
    "sensor_index": "1",
    "sensor_type": "entity-sensor",
    "sensor_descr": "Inlet",
    "group": None,
    "sensor_divisor": 1,
    "sensor_multiplier": 1,
    "sensor_current": 31,
    "sensor_limit": None,
    "sensor_limit_warn": None,
    "sensor_limit_low": None,
    "sensor_limit_low_warn": None,
    "sensor_alert": 1,
    "sensor_custom": "No",
    "entPhysicalIndex": None,
    "entPhysicalIndex_measured": None,
    "lastupdate": SEEN_AT,
    "sensor_prev": None,
    "user_func": None,
    "rrd_type": "GAUGE",
}


def row_of(defaults: Row, **fields: Any) -> Row:
    """The defaults with these fields instead; a field that the table does not have is refused with a TypeError."""
    unknown = set(fields) - set(defaults)
    if unknown:
        raise TypeError(f"No such column: {', '.join(sorted(unknown))}")
    return defaults | {name: int(value) if isinstance(value, bool) else value for name, value in fields.items()}
