"""The sub-tabs: swapped in place, with the numbers of those that were not looked at."""

import re
from typing import Any

import pytest

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.pages.support import HTMX, Reader, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(simulator: Simulator) -> Reader:
    return Reader(admin(), make_device("switch", librenms_id=add_switch(simulator.state, 8)))


def turn(reader: Reader, address: str, tab: str) -> Any:
    """Click on a sub-tab, from the page of the interfaces."""
    page = f"http://testserver{reader.address()}?tab=interfaces"
    return reader.client.get(address, headers={**HTMX, "HX-Trigger": f"librenms-tab-{tab}", "HX-Current-URL": page})


def test_a_click_brings_the_panel_the_open_tab_and_the_address(reader: Reader) -> None:
    answer = turn(reader, reader.address("panel").replace("interfaces", "vlans"), "vlans")
    html = answer.content.decode()
    assert answer["HX-Push-Url"] == f"{reader.address()}?tab=vlans"
    assert 'id="librenms-tabs" hx-swap-oob="innerHTML"' in html
    active = html.split('class="nav-link active"')[1]
    assert active.lstrip().startswith('id="librenms-tab-vlans"')
    assert '<input type="hidden" id="librenms-tab" name="tab" value="vlans" hx-swap-oob="true">' in html
    assert "net-10" in html or "VLAN" in words(html)


def test_the_overview_is_turned_to_as_well(reader: Reader) -> None:
    answer = turn(reader, reader.address("overview"), "overview")
    assert answer["HX-Push-Url"] == reader.address()
    assert 'class="nav-link active"\n  id="librenms-tab-overview"' in answer.content.decode()


def test_netboxs_own_tab_is_shown_as_open(reader: Reader) -> None:
    page = reader.page(tab="interfaces")
    assert re.search(r'class="nav-link active"[^>]*href="[^"]*/librenms-sync/"', page) or re.search(
        r'href="[^"]*/librenms-sync/"[^>]*class="nav-link active"', page
    )


def test_other_requests_leave_the_tabs_alone(reader: Reader) -> None:
    assert "librenms-tabs" not in reader.panel() and "librenms-tabs" not in reader.overview()


def test_numbers_that_are_not_known_are_asked_for_once(reader: Reader, simulator: Simulator) -> None:
    page = reader.page(tab="interfaces")
    assert f'hx-get="{reader.address("counts")}"' in page
    counts = reader.part("counts")
    assert [words(one) for one in counts.split('id="librenms-count-')[1:]][0].startswith("fields")
    known = reader.page(tab="interfaces")
    assert f'hx-get="{reader.address("counts")}"' not in known and "Counting…" not in known
    asked = len(simulator.requests)
    reader.part("counts")
    assert len(simulator.requests) == asked


def test_a_server_that_is_down_leaves_no_spinner(reader: Reader, simulator: Simulator) -> None:
    simulator.faults.add("/", "status", status=500)
    for html in (reader.part("counts"), reader.panel(), reader.overview()):
        assert 'id="librenms-count-interfaces"' in html and "Counting…" not in html


def test_refreshing_asks_for_the_tab_that_is_open(reader: Reader, simulator: Simulator) -> None:
    reader.overview()
    before = len(simulator.requests)
    reader.post("refresh", tab="vlans")
    only_vlans = len(simulator.requests) - before
    reader.post("refresh", tab="overview")
    assert 0 < only_vlans < len(simulator.requests) - before - only_vlans
