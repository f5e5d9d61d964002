"""Routes about the server itself: version, ping, the map of routes, pollers, alert rules."""

from __future__ import annotations

from simulator.answers import Answer, bare, error, one, rows
from simulator.auth import Need
from simulator.calls import Call, numeric, route
from simulator.route_map import route_map
from simulator.shapes import iso


@route("GET", "/system", Need.ANYONE)
def system(call: Call) -> Answer:
    """Versions of LibreNMS and of what it runs on."""
    return rows(
        "system",
        [
            {
                "local_ver": call.version.local_ver,
                "local_sha": "",
                "local_date": "2026-11-23T01:37:25+00:00",
                "local_branch": "",
                "db_schema": call.version.db_schema,
                "php_ver": "8.2.36",
                "python_ver": "3.11.2",
                "database_ver": "MariaDB 10.11.19-MariaDB-0+deb12u1",
                "rrdtool_ver": "1.7.2",
                "netsnmp_ver": "5.9.3",
            }
        ],
    )


@route("GET", "/ping", Need.ANYONE)
def ping(call: Call) -> Answer:
    """A sign of life, without `status`."""
    return bare(200, "pong")


@route("GET", "", Need.ANYONE)
def root(call: Call) -> Answer:
    """Names of routes and their URLs."""
    return Answer(route_map(call.base_url, call.version))


@route("GET", "/poller_group", Need.GLOBAL)
def poller_groups(call: Call) -> Answer:
    """Every poller group."""
    return rows("get_poller_group", call.state.poller_groups.rows(), counted=False)


@route("GET", "/poller_group/<part:name>", Need.GLOBAL)
def poller_group(call: Call, name: str) -> Answer:
    """One poller group by id or name, as an object."""
    for group in call.state.poller_groups.rows():
        if group["id"] == numeric(name) or group["group_name"].casefold() == name.casefold():
            return one("get_poller_group", group)
    return error(404, "Poller Group does not exist")


@route("GET", "/pollers/log")
def pollers_log(call: Call) -> Answer:
    """When each active device was polled last, slowest first."""
    names = {group["id"]: group["group_name"] for group in call.state.poller_groups.rows()} | {0: "General"}
    log = [
        {
            "hostname": device["hostname"],
            "display_name": device["display"],
            "last_polled": iso(device["last_polled"]),
            "last_polled_timetaken": device["last_polled_timetaken"],
            "poller_group": names.get(device["poller_group"], "General"),
            "poller_group_id": device["poller_group"],
        }
        for device in call.seen(call.state.devices.rows())
        if not device["disabled"] and not device["ignore"]
    ]
    return rows("log", sorted(log, key=lambda row: row["last_polled_timetaken"] or 0, reverse=True))


@route("GET", "/rules", Need.GLOBAL)
def rules(call: Call) -> Answer:
    """The alert rule that the simulated alerts come from."""
    rule = {
        "id": 1,
        "severity": "critical",
        "extra": [],
        "disabled": 0,
        "name": "Device down",
        "query": "",
        "builder": [],
        "proc": "",
        "invert_map": 0,
        "notes": "",
        "alert_operation_id": None,
        "devices": [],
        "groups": [],
        "locations": [],
        "alert_operation": None,
        "default_operation_step_duration_seconds": None,
        "operations": [],
    }
    return rows("rules", [rule])
