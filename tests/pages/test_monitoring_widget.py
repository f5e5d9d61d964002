"""The dashboard's widget of monitoring: up, down, alerts, the worst first, for who may see it."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.urls import reverse
from extras.dashboard.utils import get_widget_class

from simulator.server import Simulator
from tests.factories import admin, client_of, grant, make_device, make_vm, somebody
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import counted, writes_in
from tests.pages.support import HTMX, words

pytestmark = pytest.mark.django_db

NAME = "netbox_librenms_plugin.MonitoringWidget"
PAGE = "plugins:netbox_librenms_plugin:monitoring"
READ = {"netbox_librenms_plugin.librenmssettings": ["view"]}


def widget(user: Any, **config: Any) -> str:
    request = HttpRequest()
    request.user = user
    return str(get_widget_class(NAME)(config=config).render(request)).replace("&amp;", "&")


def content(user: Any, **query: Any) -> str:
    """What comes into the widget."""
    answer = client_of(user).get(reverse(PAGE), query, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def fill(simulator: Simulator) -> None:
    """Devices in every state, and alerts."""
    for name, columns in {
        "fine": {},
        "broken": {"status": 0, "status_reason": "icmp"},
        "warned": {},
        "alarmed": {},
        "off": {"disabled": 1, "status": 0},
        "ignored": {"ignore": 1, "status": 0},
    }.items():
        number = simulator.state.add_device(hostname=name, **columns)
        make_device(name, librenms_id=number)
        if name in ("warned", "alarmed", "off"):
            severity = "warning" if name == "warned" else "critical"
            simulator.state.add_alert(number, severity=severity, name=f"{name} alert")
    simulator.state.add_alert(1, state=2, name="acknowledged")
    make_vm("gone", librenms_id=4711)
    make_device("not linked")


def test_the_dashboard_holds_its_place_and_asks_nothing(simulator: Simulator) -> None:
    user = admin()
    with counted() as queries:
        html = widget(user, server="default", rows=7)
    assert f'hx-get="{reverse(PAGE)}?server=default&rows=7"' in html
    assert not queries.captured_queries and simulator.requests == []


def test_numbers_and_the_worst_first(simulator: Simulator) -> None:
    fill(simulator)
    text = words(content(admin()))
    assert "3 up 1 down 1 ignored in LibreNMS 1 disabled in LibreNMS 1 status unknown 2 alerts" in text
    assert "broken down alarmed alarmed alert 1 alert warned warned alert 1 alert" in text
    assert "acknowledged" not in text and "fetched just now" in text
    assert "2 more" in words(content(admin(), rows="1"))
    assert len(simulator.requests) == 2


def test_one_sees_what_one_may_view(simulator: Simulator) -> None:
    fill(simulator)
    user = somebody("reader", READ)
    assert "Nothing that you may view is linked" in words(content(user))
    grant(user, "dcim.device", "view", constraints={"name": "broken"})
    text = words(content(user))
    assert text.startswith("1 down 0 alerts broken down") and "alarmed" not in text


def test_who_may_not_read_the_plugins_pages_sees_nothing(simulator: Simulator) -> None:
    user = somebody("nobody", {"dcim.device": ["view"]})
    assert words(widget(user)) == "No permission to view this content."
    assert client_of(user).get(reverse(PAGE)).status_code == 403


def test_alerts_that_cannot_be_read_are_said(simulator: Simulator) -> None:
    fill(simulator)
    simulator.faults.add("/alerts", "status", status=403)
    text = words(content(admin()))
    assert "alerts cannot be read just now" in text and "broken down" in text


def test_odd_configurations_are_one_sentence(simulator: Simulator) -> None:
    assert "elsewhere" in words(content(admin(), server="elsewhere"))
    with librenms_servers({}):
        assert "No LibreNMS server is configured" in words(content(admin()))
    with librenms_servers({"default": server_entry(simulator)}):
        assert "no device at all" in words(content(admin(), rows="x" * 500))


def test_queries_and_calls_are_the_same_for_any_number_of_objects(simulator: Simulator) -> None:
    costs = []
    for number in (3, 30):
        for one in range(number):
            make_device(f"sw-{number}-{one}", librenms_id=simulator.state.add_device(hostname=f"sw-{number}-{one}"))
        client = client_of(admin())
        client.get(reverse(PAGE))
        with counted() as queries:
            client.get(reverse(PAGE))
        assert not writes_in(queries)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert len(simulator.requests) == 2
