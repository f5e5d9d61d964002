"""Event rules of NetBox hear of deviations: one event for each object and run, with what there is to know."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from core.models import ObjectType
from dcim.models import Device
from django_rq import get_queue
from extras.models import EventRule, Notification, NotificationGroup, Webhook
from netbox.events import get_event_type, get_event_type_choices

from netbox_librenms_plugin.event_types import CLEARED, FOUND
from netbox_librenms_plugin.models import ComparedObject
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, make_interface, make_vm, somebody
from tests.librenms import add_switch
from tests.orm.support import counted

from .support import compare_network

pytestmark = pytest.mark.django_db


@pytest.fixture
def listener() -> Iterator[Any]:
    """Something that webhooks are sent to: its address and what came."""
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", heard
    server.shutdown()
    thread.join()
    server.server_close()


def listen(target: Any, *event_types: str, model: Any = Device) -> None:
    """An event rule that gives these events to a webhook or to a group."""
    rule = EventRule.objects.create(
        name=f"deviations for {target}",
        event_types=list(event_types),
        action_type="webhook" if isinstance(target, Webhook) else "notification",
        action_object_type=ObjectType.objects.get_for_model(type(target)),
        action_object_id=target.pk,
    )
    rule.object_types.add(ObjectType.objects.get_for_model(model))


def watchers(user: Any) -> NotificationGroup:
    group = NotificationGroup.objects.create(name=f"group of {user.username}")
    group.users.add(user)
    return group


def differing(simulator: Simulator, name: str = "sw") -> Device:
    """A device with several differences."""
    number = add_switch(simulator.state, 3, vlans=(), hostname=name)
    device = make_device(name, librenms_id=number)
    make_interface(device, "Gi1/0/1", mtu=9000)
    return device


def compared(commits: Any) -> None:
    """Compare, and send what is in the queue then: it comes there when a transaction ends."""
    with commits(execute=True):
        compare_network()
    queue = get_queue("default")
    for job in queue.jobs:
        if job.func_name == "extras.webhooks.send_webhook":
            job.perform()
    queue.empty()


def test_they_are_among_netboxs_event_types() -> None:
    assert {FOUND, CLEARED} <= {value for value, _label in get_event_type_choices()}
    assert str(get_event_type(FOUND).text) == "LibreNMS deviation found"
    assert str(get_event_type(CLEARED).text) == "LibreNMS deviations cleared"


def test_a_rule_with_them_is_made_on_netboxs_page() -> None:
    html = client_of(admin()).get("/extras/event-rules/add/").content.decode()
    assert FOUND in html and CLEARED in html


def test_a_webhook_is_called_once_for_each_object_and_run(
    simulator: Simulator, listener: Any, django_capture_on_commit_callbacks: Any
) -> None:
    address, heard = listener
    listen(Webhook.objects.create(name="here", payload_url=address), FOUND, CLEARED)
    for name in ("one", "other"):
        differing(simulator, name)
    compared(django_capture_on_commit_callbacks)
    told = {one["data"]["name"]: one for one in heard}
    assert set(told) == {"one", "other"} and len(heard) == 2
    record = ComparedObject.objects.get(name="one")
    assert told["one"]["event"] == FOUND
    assert told["one"]["data"]["librenms"] == {
        "server": "default",
        "librenms_id": record.librenms_id,
        "deviations": record.open,
        "open": record.open,
    }
    heard.clear()
    compared(django_capture_on_commit_callbacks)
    assert heard == []


def test_what_is_gone_is_told_too(simulator: Simulator, listener: Any, django_capture_on_commit_callbacks: Any) -> None:
    address, heard = listener
    device = differing(simulator)
    compare_network()
    listen(Webhook.objects.create(name="here", payload_url=address), FOUND, CLEARED)
    device.interfaces.update(mtu=1500)
    compared(django_capture_on_commit_callbacks)
    (event,) = heard
    assert (event["event"], event["data"]["librenms"]["deviations"]) == (CLEARED, 1)


def test_people_are_notified(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, vlans=(), hostname="guest")
    machine = make_vm("guest", librenms_id=number)
    user = somebody("watcher", {"virtualization.virtualmachine": ["view"]})
    listen(watchers(user), FOUND, model=type(machine))
    compare_network()
    (notification,) = Notification.objects.filter(user=user)
    assert (notification.event_type, notification.object) == (FOUND, machine)


def test_without_a_rule_nobody_is_told_and_nothing_is_read(simulator: Simulator) -> None:
    differing(simulator)
    with counted() as queries:
        compare_network()
    assert len([one for one in queries if "extras_eventrule" in one["sql"]]) == 1
    assert not Notification.objects.exists() and get_queue("default").count == 0
