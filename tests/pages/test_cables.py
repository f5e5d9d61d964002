"""The cables' panel: both ends as links, what it costs, and syncing from it."""

import re

import pytest
from dcim.models import Cable, Interface

from netbox_librenms_plugin.models import LibreNMSSettings
from simulator.server import Simulator
from tests.factories import admin, make_cable, make_interface, somebody
from tests.orm.support import counted, writes_in
from tests.orm.test_cables import VIEW, Pair
from tests.pages.support import Reader, boxes, choice, words

pytestmark = pytest.mark.django_db

MOST_QUERIES = 60


def reader_of(pair: Pair) -> Reader:
    return Reader(admin(), pair.switch, "cables")


def test_a_row_links_to_both_ends_and_to_the_cable(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=2)
    held = make_cable(pair.local[1], make_interface(pair.core, "Te9/9"), label="blue")
    html = reader_of(pair).panel(show="all")
    for target in (pair.local[0], pair.remote[0], pair.core, held):
        assert f'href="{target.get_absolute_url()}"' in html
    assert "core Te1/1/1" in words(html)
    assert "switch GigabitEthernet0/2 has cable “blue”" in words(html)


def test_an_end_that_netbox_does_not_have_is_shown_as_librenms_names_it(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    near = simulator.state.add_port(pair.ids["switch"], ifName="Gi0/9")
    simulator.state.add_link(near, remote_hostname="<b>phone</b>", remote_port_name='Port "1"')
    html = reader_of(pair).panel(show="all")
    assert "Gi0/9" in html and "&lt;b&gt;phone&lt;/b&gt; Port &quot;1&quot;" in html
    assert "<b>phone" not in html
    assert "phone" in reader_of(pair).panel(show="all", q="PHONE")
    assert "phone" not in reader_of(pair).panel(show="all", q="gigabitethernet0/1")


def test_one_row_then_all_are_synced(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=3)
    reader = reader_of(pair)
    assert len(boxes(reader.panel())) == 3
    reader.sync(only=f"link-{pair.links[1]}")
    assert Cable.objects.get().a_terminations == [pair.local[1]]
    reader.panel()
    reader.sync(all="1")
    assert Cable.objects.count() == 3
    assert boxes(reader.panel()) == []


def test_a_cable_made_since_the_page_was_shown_is_said(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    reader = reader_of(pair)
    reader.panel()
    make_cable(pair.local[0], make_interface(pair.core, "Te9/9"))
    assert "has changed since it was shown" in words(reader.sync(all="1"))
    assert Cable.objects.count() == 1


def test_a_visit_to_36_links_takes_at_most_60_queries(simulator: Simulator) -> None:
    costs = []
    for links in (4, 36):
        pair = Pair(simulator.state, links=links, prefix=f"{links}-")
        for end in Interface.objects.filter(device=pair.core)[: links // 2]:
            make_cable(end, make_interface(pair.core, f"far {end.name}"))
        reader = reader_of(pair)
        for _attempt in range(2):
            with counted() as queries:
                reader.page(tab="cables")
                reader.header()
                assert reader.panel(show="all").count('id="librenms-cables-link-') >= links
        assert writes_in(queries) == []
        costs.append(len(queries))
    print(f"queries for 4 and 36 links: {costs}")
    assert costs[0] == costs[1] <= MOST_QUERIES


def test_the_remote_interface_can_be_chosen_among_those_it_can_be(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    Interface.objects.filter(pk=pair.remote[0].pk).update(name="TenGigE1/1/1")
    other = make_interface(pair.core, "TenGigabitEthernet1/1/1")
    reader = reader_of(pair)
    html = reader.panel()
    assert 'data-librenms-choice="remote"' in html
    assert choice(html, f"link-{pair.links[0]}").options[str(other.pk)] == "core TenGigabitEthernet1/1/1"
    assert boxes(html) == []
    key = f"link-{pair.links[0]}"
    html = reader.panel(choose=f"remote:{other.pk}:{key}")
    assert boxes(html) == [key]
    reader.sync(only=key)
    assert Cable.objects.get().b_terminations == [other]


def test_who_may_not_add_cables_can_look(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    viewer = somebody("ann", VIEW | {"netbox_librenms_plugin.librenmssettings": ["view"]})
    html = Reader(viewer, pair.switch, "cables").panel()
    assert "GigabitEthernet0/1" in html and boxes(html) == []


def test_a_phone_that_nobody_records_needs_nobody(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    near = simulator.state.add_port(pair.ids["switch"], ifName="Gi0/9")
    simulator.state.add_link(near, remote_hostname="SEP0011AABBCCDD", remote_port_name="Port 1")
    reader = reader_of(pair)
    assert "SEP0011AABBCCDD" not in reader.panel() and "Needs attention 1" in words(reader.panel())
    shown = words(reader.panel(show="idle"))
    assert "Nothing to do" in shown and "nobody records, by the pattern “SEP????????????”" in shown
    assert 'href="/plugins/librenms_plugin/settings/"' in reader.panel(show="idle")
    LibreNMSSettings(unrecorded_neighbours="").save()
    assert "SEP0011AABBCCDD" in reader.panel(show="blocked")
    assert "Needs attention 2" in words(reader.panel())


def test_reasons_end_in_links_to_what_mends_them(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    near = simulator.state.add_port(pair.ids["switch"], ifName="Gi0/9")
    simulator.state.add_link(near, remote_hostname="stranger & co", remote_port_name="Port 1")
    Interface.objects.filter(pk=pair.remote[0].pk).delete()
    html = reader_of(pair).panel(show="blocked")
    assert f'href="{pair.core.get_absolute_url()}librenms-sync/"' in html
    assert "import/?show=all&amp;q=stranger+%26+co" in html
    assert "/dcim/devices/add/?name=stranger+%26+co" in html
    assert re.search(r'href="[^"]*\?tab=interfaces&amp;[^"]*q=Gi0%2F9', html)


def test_who_may_not_add_devices_is_not_led_there(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    simulator.state.add_link(simulator.state.add_port(pair.ids["switch"], ifName="Gi0/9"), remote_hostname="stranger")
    html = Reader(
        somebody("reader", VIEW | {"netbox_librenms_plugin.librenmssettings": ["view"]}), pair.switch, "cables"
    ).panel(show="all")
    assert "stranger" in html and "/dcim/devices/add/" not in html
