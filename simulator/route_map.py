"""The map of named routes that `GET /api/v0` answers with: what exists on a server, not how it behaves."""

from __future__ import annotations

from simulator.versions import Version

# One route a line: its name and its path below /api/v0.
_ROUTES = """
ack_alert /alerts/{id}
add_alert_template /alert_templates
add_components /devices/{hostname}/components/{type}
add_device /devices
add_device_group /devicegroups
add_eventlog /devices/{hostname}/eventlog
add_location /locations
add_parents_to_host /devices/{id}/parents
add_port_group /port_groups
add_rule /rules
add_service_for_host /services/{hostname}
assign_port_group /port_groups/{port_group_id}/assign
create_bill /bills
del_device /devices/{hostname}
del_location /locations/{location}
del_parents_from_host /devices/{id}/parents
del_service_from_host /services/{id}
delete_bill /bills/{bill_id}
delete_components /devices/{hostname}/components/{component}
delete_device_group /devicegroups/{name}
delete_rule /rules/{id}
device_availability /devices/{hostname}/availability
device_outages /devices/{hostname}/outages
device_under_maintenance /devices/{hostname}/maintenance
edit_alert_template /alert_templates
edit_bgp_descr /bgp/{id}
edit_components /devices/{hostname}/components
edit_location /locations/{location_id_or_name}
edit_rule /rules
edit_service_for_host /services/{id}
get_alert /alerts/{id}
get_alert_rule /rules/{id}
get_alert_template /alert_templates/{id}
get_all_ports /ports
get_bgp /bgp/{id}
get_bill /bills/{bill_id}
get_bill_graph /bills/{bill_id}/graphs/{graph_type}
get_bill_graphdata /bills/{bill_id}/graphdata/{graph_type}
get_bill_history /bills/{bill_id}/history
get_bill_history_graph /bills/{bill_id}/history/{bill_hist_id}/graphs/{graph_type}
get_bill_history_graphdata /bills/{bill_id}/history/{bill_hist_id}/graphdata/{graph_type}
get_components /devices/{hostname}/components
get_device /devices/{hostname}
get_device_groups /devicegroups
get_device_groups_device /devices/{hostname}/groups
get_device_ports /devices/{hostname}/ports
get_device_wireless_sensors /devices/{hostname}/wireless-sensors
get_devices_by_group /devicegroups/{name}
get_fdb /devices/{hostname}/fdb
get_graph_by_port_hostname /devices/{hostname}/ports/{ifname}/{type}
get_graph_by_portgroup /portgroups/{group}
get_graph_by_portgroup_multiport_bits /portgroups/multiport/bits/{id}
get_graph_by_service /devices/{hostname}/services/{id}/graphs/{datasource}
get_graph_generic_by_hostname /devices/{hostname}/{type}
get_graphs /devices/{hostname}/graphs
get_health_graph /devices/{hostname}/graphs/health/{type}/{sensor_id?}
get_inventory /inventory/{hostname}
get_inventory_for_device /inventory/{hostname}/all
get_ip_addresses /devices/{hostname}/ip
get_link /resources/links/{id}
get_location /location/{location_id_or_name}
get_nac /devices/{hostname}/nac
get_network_ip_addresses /resources/ip/networks/{id}/ip
get_oxidized_config /oxidized/config/{device_name}
get_poller_group /poller_group/{poller_group_id_or_name?}
get_port_description /ports/{portid}/description
get_port_fdb /ports/{portid}/fdb
get_port_groups /port_groups
get_port_info /ports/{portid}
get_port_ip_info /ports/{portid}/ip
get_port_security /port_security
get_port_security_by_hostname /port_security/device/{hostname}
get_port_security_by_port /port_security/port/{portid}
get_port_stack /devices/{hostname}/port_stack
get_port_stats_by_port_hostname /devices/{hostname}/ports/{ifname}
get_port_transceiver /ports/{portid}/transceiver
get_ports_by_group /port_groups/{name}
get_transceivers /devices/{hostname}/transceivers
get_vlans /devices/{hostname}/vlans
get_vrf /routing/vrf/{id}
get_wireless_graph /devices/{hostname}/graphs/wireless/{type}/{sensor_id?}
list_alert_rules /rules
list_alert_templates /alert_templates
list_alertlog /logs/alertlog/{hostname?}
list_alerts /alerts
list_arp /resources/ip/arp/{query}/{cidr?}
list_authlog /logs/authlog
list_available_health_graphs /devices/{hostname}/health/{type?}/{sensor_id?}
list_available_wireless_graphs /devices/{hostname}/wireless/{type?}/{sensor_id?}
list_bgp /bgp
list_bills /bills
list_cbgp /routing/bgp/cbgp
list_devices /devices
list_eventlog /logs/eventlog/{hostname?}
list_fdb /resources/fdb
list_fdb_detail /resources/fdb/{mac}/detail
list_fdb_mac /resources/fdb/{mac}
list_ip_addresses /resources/ip/addresses/{address_family?}
list_ip_networks /resources/ip/networks/{address_family?}
list_ipsec /routing/ipsec/data/{hostname}
list_links /resources/links
list_links_device /devices/{hostname}/links
list_locations /resources/locations
list_mpls_saps /routing/mpls/saps
list_mpls_services /routing/mpls/services
list_nac /resources/nac
list_nac_mac /resources/nac/{mac}
list_ospf /ospf
list_ospf_ports /ospf_ports
list_ospfv3 /ospfv3
list_ospfv3_ports /ospfv3_ports
list_oxidized /oxidized/{hostname?}
list_poller_log /pollers/log
list_pollers /pollers
list_sensors /resources/sensors
list_services /services
list_services_device /services/{hostname}
list_syslog /logs/syslog/{hostname?}
list_vlans /resources/vlans
list_vrf /routing/vrf
maintenance_device /devices/{hostname}/maintenance
maintenance_devicegroup /devicegroups/{name}/maintenance
maintenance_location /locations/{location}/maintenance
ping /ping
post_syslogsink /syslogsink
remove_port_group /port_groups/{port_group_id}/remove
rename_device /devices/{hostname}/rename/{new_hostname}
search_mac /ports/mac/{search}
search_oxidized /oxidized/config/search/{searchstring}
search_ports /ports/search/{field}/{search?}
server_info /system
trigger_device_discovery /devices/{hostname}/discover
unmute_alert /alerts/unmute/{id}
update_device_field /devices/{hostname}
update_device_group /devicegroups/{name}
update_device_group_add_devices /devicegroups/{name}/devices
update_device_group_remove_devices /devicegroups/{name}/devices
update_port_description /ports/{portid}/description
update_transceiver_metric_thresholds /ports/transceiver/metric/{metric}
"""
_RENAMED_BEFORE_26_7 = {
    "get_device_wireless_sensors": ("update_device_port_notes", "/devices/{hostname}/port/{portid}"),
}


def route_map(base_url: str, version: Version) -> dict[str, str]:
    """Name of each route and its URL, built from the address that was asked (`http://host/api/v0`)."""
    found: dict[str, str] = {}
    for line in _ROUTES.split("\n"):
        name, _, path = line.partition(" ")
        if name and version.name != "26.7" and name in _RENAMED_BEFORE_26_7:
            name, path = _RENAMED_BEFORE_26_7[name]
        if name:
            found[name] = base_url + path
    return found
