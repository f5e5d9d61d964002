"""New cables stored together leave what NetBox's own ``save()`` leaves: every column of every table (change log,
search, notifications) and every event; and what NetBox does with them afterwards is the same too."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from core.models import ObjectType
from core.signals import clear_signal_history
from dcim.models import Cable, CablePath, CableTermination, FrontPort, Interface, Location, PortMapping, Rack, RearPort
from dcim.utils import object_to_path_node
from django.db import connection, transaction
from extras.models import CustomField, Notification, Subscription, Tag
from ipam.models import VLAN
from netbox.context import events_queue
from wireless.models import WirelessLink

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.models import LibreNMSSettings
from netbox_librenms_plugin.orm.cables.store import is_understood
from netbox_librenms_plugin.sync.core.plan import Change
from simulator.server import Simulator
from tests.factories import admin, make_cable, make_device, make_interface, request_of
from tests.orm.support import counted, plan_of
from tests.orm.test_cables import Pair

pytestmark = pytest.mark.django_db

# What no two runs have in common, wherever it stands
TIMES = ("created", "last_updated")
# The plugin's own books
BOOKS = "netbox_librenms_plugin_"
MESSAGE = "Synced from LibreNMS (Simulated LibreNMS)"
Capture = Callable[..., Any]
Way = Callable[[Any], None]


def contents() -> dict[str, list[str]]:
    """Table → its rows without times and random ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(BOOKS)]
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('timestamp with time zone', 'uuid')"
        )
        unlike = cursor.fetchall()
        rows: dict[str, list[str]] = {}
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            left_out = {column for name, column in unlike if name == table}
            rows[table] = sorted(repr(timeless(json.loads(row), left_out)) for (row,) in cursor.fetchall())
    return rows


def timeless(value: Any, left_out: Any = ()) -> Any:
    if isinstance(value, dict):
        return {key: timeless(one) for key, one in sorted(value.items()) if key not in TIMES and key not in left_out}
    return [timeless(one) for one in value] if isinstance(value, list) else value


@contextmanager
def numbered_alike() -> Iterator[None]:
    """Inside, everything that is made gets the numbers that it would have got at the beginning, and it is gone
    afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences")
        before = cursor.fetchall()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        # What NetBox remembers to have deleted is there again
        clear_signal_history(None)
        for name, value in before:
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, value or 1, value is not None])


def left_by(way: Way, capture: Capture, after: Callable[[], None] | None = None) -> dict[str, Any]:
    """What is in the database, and what events would tell, once cables were made this way; ``after``: what somebody
    does then. Nothing of it stays."""
    with numbered_alike():
        with capture(execute=True), request_of(admin()) as request:
            with transaction.atomic():
                way(request)
            queue = events_queue.get()
            told = [
                (key, event["event_type"], event["user"], *(timeless(event[name]) for name in ("snapshots", "data")))
                for key, event in queue.items()
            ]
        if after is not None:
            with capture(execute=True), request_of(admin()):
                after()
        return {"told": told, **contents()}


def sync(pair: Pair, request: Any) -> AppliedPlans:
    """Make the cables of the switch as a sync does."""
    return engine.apply(pair.switch, user=admin(), request=request, selections={"cables": engine.Selection()})


def by_plugin(pair: Pair) -> Way:
    """As a sync makes them."""

    def way(request: Any) -> None:
        run = sync(pair, request)
        assert len(run.written) == len(pair.links), run.failures

    return way


def by_save(changes: list[Change]) -> Way:
    """As NetBox's form would make them, one by one."""

    def way(_request: Any) -> None:
        for change in changes:
            values = change.writes
            ends = [Interface.objects.get(pk=values[name].id) for name in ("local", "remote")]
            cable = Cable(a_terminations=ends[:1], b_terminations=ends[1:], status=values["status"])
            cable.label, cable.type = values.get("label", ""), values.get("type")
            cable._changelog_message = MESSAGE
            cable.full_clean()
            cable.save()
            if ref := values.get("tag"):
                cable.tags.add(Tag.objects.get(pk=ref.id))

    return way


def assert_alike(pair: Pair, capture: Capture, after: Callable[[], None] | None = None) -> dict[str, Any]:
    changes = list(plan_of(pair.switch, "cables").changes)
    saved = left_by(by_save(changes), capture, after)
    stored = left_by(by_plugin(pair), capture, after)
    assert stored.keys() == saved.keys()
    for name in saved:
        assert stored[name] == saved[name], name
    return stored


def make_places(pair: Pair) -> None:
    """The switch stands in a rack, and its ports have what ports can have."""
    site = pair.switch.site
    location = Location.objects.create(site=site, name="room", slug="room")
    pair.switch.location = location
    pair.switch.rack = Rack.objects.create(site=site, location=location, name="rack")
    pair.switch.save()
    vlans = [VLAN.objects.create(vid=vid, name=f"v{vid}") for vid in (10, 20, 30)]
    for port in (pair.local[0], pair.remote[0]):
        port.refresh_from_db()
        port.mode, port.untagged_vlan = "tagged", vlans[0]
        port.save()
        port.tagged_vlans.set(vlans[1:])
        port.tags.add(Tag.objects.get_or_create(name="uplink", slug="uplink")[0])
    Interface.objects.filter(pk=pair.local[0].pk).update(speed=1_000_000, custom_field_data={"seen": "2026-01-01"})
    for model in (Cable, Interface):
        field = CustomField.objects.create(name=f"of_{model._meta.model_name}", type="text", default="as usual")
        field.object_types.add(ObjectType.objects.get_for_model(model))


def test_this_netbox_is_understood() -> None:
    """Otherwise cables are right still, and slow."""
    assert is_understood()


def test_rows_change_log_events_search_and_notifications(
    simulator: Simulator, django_capture_on_commit_callbacks: Capture
) -> None:
    tag = Tag.objects.create(name="LLDP", slug="lldp")
    LibreNMSSettings.objects.create(cable_label="from LibreNMS", cable_tag=tag)
    pair = Pair(simulator.state, links=3)
    make_places(pair)
    kind = ObjectType.objects.get_for_model(Interface)
    Subscription.objects.create(user=admin(), object_type=kind, object_id=pair.remote[1].pk)
    stored = assert_alike(pair, django_capture_on_commit_callbacks)
    assert [len(stored[f"dcim_{name}"]) for name in ("cable", "cabletermination", "cablepath")] == [3, 6, 6]
    assert len(stored["core_objectchange"]) >= 3 * 6
    assert len(stored["told"]) >= 3 * 3
    assert len(stored["extras_notification"]) == 1
    assert [row for row in stored["extras_cachedvalue"] if "from LibreNMS" in row]


def test_without_label_and_tag(simulator: Simulator, django_capture_on_commit_callbacks: Capture) -> None:
    assert_alike(Pair(simulator.state), django_capture_on_commit_callbacks)


def leave_vlans(end: Interface) -> None:
    vlan = VLAN.objects.create(vid=10, name="v10")
    end.tagged_vlans.add(vlan)
    Interface.objects.filter(pk=end.pk).update(untagged_vlan=vlan)


def leave_behind(end: Interface) -> None:
    location = Location.objects.create(site=end.device.site, name="room", slug="room")
    Interface.objects.filter(pk=end.pk).update(_location=location)


def leave_a_path(end: Interface) -> None:
    node = object_to_path_node(end)
    CablePath.objects.create(path=[[node], [object_to_path_node(end.device)]], _nodes=[node])


def tune(end: Interface) -> None:
    Interface.objects.filter(pk=end.pk).update(rf_channel="2.4g-1-2412-22")


@pytest.mark.parametrize("spoil", [leave_vlans, leave_behind, leave_a_path, tune])
def test_what_netbox_sets_right_when_it_saves(
    simulator: Simulator, django_capture_on_commit_callbacks: Capture, spoil: Callable[[Interface], None]
) -> None:
    """An interface with VLANs that do not go with its mode, one that is not where its device is, one that is on a path
    without a cable, and a radio without a frequency."""
    pair = Pair(simulator.state)
    spoil(pair.local[0])
    stored = assert_alike(pair, django_capture_on_commit_callbacks)
    assert len(stored["dcim_cablepath"]) == 2


def test_what_happens_to_them_afterwards(simulator: Simulator, django_capture_on_commit_callbacks: Capture) -> None:
    """One is planned only, one is deleted, and one is led through a panel instead: NetBox traces all of it."""
    pair = Pair(simulator.state, links=3)
    panel = make_device("panel")
    front = FrontPort.objects.create(device=panel, name="front", type="lc")
    rear = RearPort.objects.create(device=panel, name="rear", type="lc")
    PortMapping.objects.create(device=panel, front_port=front, rear_port=rear)

    def after() -> None:
        planned, deleted, moved = Cable.objects.order_by("pk")
        assert Interface.objects.get(pk=pair.local[0].pk).connected_endpoints == [pair.remote[0]]
        planned.snapshot()
        planned.status = "planned"
        planned.save()
        deleted.delete()
        assert Interface.objects.get(pk=pair.local[1].pk).path is None
        moved.snapshot()
        moved.b_terminations = [front]
        moved.save()
        assert Interface.objects.get(pk=pair.local[2].pk).connected_endpoints == []
        make_cable(rear, Interface.objects.get(pk=pair.remote[2].pk))
        end = Interface.objects.get(pk=pair.local[2].pk)
        assert end.connected_endpoints == [pair.remote[2]]
        assert [len(hops) for hops in end.trace()[0]] == [1, 1, 1]

    stored = assert_alike(pair, django_capture_on_commit_callbacks, after)
    assert len(stored["dcim_cable"]) == 3


def test_a_tag_that_cables_cannot_have_is_refused_as_ever(simulator: Simulator) -> None:
    tag = Tag.objects.create(name="only devices", slug="only-devices")
    tag.object_types.add(ObjectType.objects.get_by_natural_key("dcim", "device"))
    LibreNMSSettings.objects.create(cable_tag=tag)
    pair = Pair(simulator.state, links=2)
    with request_of(admin()) as request:
        run = sync(pair, request)
    assert [one.issue.details["reason"] for one in run.failures if one.issue] == [
        "Tag only devices cannot be assigned to cable objects."
    ] * 2
    assert (Cable.objects.count(), CableTermination.objects.count(), CablePath.objects.count()) == (0, 0, 0)


def test_a_wireless_end_is_left_to_netbox(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    other = make_interface(make_device("other"), "wlan0", type="ieee802.11ac")
    Interface.objects.filter(pk=pair.local[0].pk).update(type="ieee802.11ac")
    WirelessLink.objects.create(interface_a=Interface.objects.get(pk=pair.local[0].pk), interface_b=other)
    with request_of(admin()) as request:
        run = sync(pair, request)
    assert len(run.written) + len(run.failures) <= 1
    assert Cable.objects.count() == len(run.written)


def test_a_cable_costs_few_queries(simulator: Simulator) -> None:
    """NetBox's ``save()`` takes eighty of them; what is left is its validation, which looks twice at both ends."""
    counts = []
    for links in (3, 10, 60):
        pair = Pair(simulator.state, links=links, prefix=f"{links}-")
        plan_of(pair.switch, "cables")
        with counted() as queries, request_of(admin()) as request:
            run = sync(pair, request)
        assert len(run.written) == links
        counts.append(len(queries))
        import collections
        import re

        if links == 60:
            print(
                collections.Counter(
                    re.sub(r"SELECT .* FROM", "SELECT FROM", q["sql"])[:60] for q in queries.captured_queries
                ).most_common(14)
            )
    assert (counts[2] - counts[1]) / 50 <= 4, counts
    assert Notification.objects.count() == 0
