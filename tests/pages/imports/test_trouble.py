"""The import list when something goes wrong in the middle of an action, and what it keeps then."""

from typing import Any

import pytest
from django.core.cache import cache

from netbox_librenms_plugin.import_utils.rows import Choice
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.views.imports.choice_shelf import ChoiceShelf
from simulator.server import Simulator
from tests.factories import admin
from tests.pages.imports.support import Importer, access_role, known_places, messages, rows
from tests.pages.support import inputs

pytestmark = pytest.mark.django_db


@pytest.fixture
def switches(simulator: Simulator) -> Simulator:
    known_places()
    for number in range(1, 4):
        simulator.state.add_device(hostname=f"sw-{number}", hardware="C9300-48P", location="Amsterdam", type="network")
    return simulator


@pytest.fixture
def importer(switches: Simulator) -> Importer:
    """Somebody who has seen the list."""
    person = Importer(admin())
    person.list()
    return person


def away(simulator: Simulator) -> None:
    """LibreNMS cannot be asked any more, and what it said is forgotten."""
    simulator.faults.add(".*", "status", status=503)
    cache.clear()


def header(importer: Importer, name: str) -> Any:
    assert importer.last is not None
    return importer.last.headers.get(name)


def value_of(html: str, name: str) -> list[str]:
    return [value for one, _kind, value in inputs(html) if one == name]


@pytest.mark.parametrize(("part", "form"), [("choose_many", {"as": "vm"}), ("ignore", {"action": "ignore"})])
def test_an_action_for_many_says_why_there_is_no_list(
    importer: Importer, switches: Simulator, part: str, form: dict[str, str]
) -> None:
    away(switches)
    html = importer.post(part, pk=["1"], **form)
    assert "librenms-problem" in html and "Try again" in html
    assert header(importer, "HX-Reswap") is None


def test_a_choice_in_a_row_says_it_in_a_toast(importer: Importer, switches: Simulator) -> None:
    away(switches)
    html = importer.choose(f"1:role:{access_role()}")
    assert len(messages(html)) == 1 and "librenms-problem" not in html
    assert header(importer, "HX-Reswap") == "none"


def test_the_modal_is_closed_when_the_list_has_changed(importer: Importer, switches: Simulator) -> None:
    switches.state.add_device(hostname="sw-new")
    importer.client.post(importer.address("refresh"))
    assert "The list has changed meanwhile" in importer.post("choose_many", all="1", role=access_role())
    assert header(importer, "HX-Trigger-After-Swap") == "librenms:close-modal"


def test_the_number_follows_a_choice_in_a_row(importer: Importer) -> None:
    importer.list(show="needs_setup")
    html = importer.choose(f"2:role:{access_role()}")
    assert value_of(html, "expected") == ["2"]
    assert 'id="librenms-expected"' in html and 'id="librenms-expected"' in importer.html


@pytest.mark.parametrize(("posted", "kept"), [("1", "1"), ("", ""), ('"><script>', "")])
def test_all_that_match_stay_selected(importer: Importer, posted: str, kept: str) -> None:
    html = importer.post("choose", choose=[f"2:role:{access_role()}"], all=posted)
    assert value_of(html, "all") == [kept] and "<script>" not in html


def test_what_is_on_its_way_comes_along_to_the_review(importer: Importer) -> None:
    choices = [f"1:role:{access_role()}", "2:nonsense:1", "x", "3:as:vm"]
    response = importer.client.post(importer.address("review"), {"pk": ["1", "3"], "choose": choices})
    assert response.status_code == 302
    kept = ChoiceShelf(admin(), LibreNMSAPI()).all()
    assert kept[1] == Choice(ids={"role": access_role()}) and set(kept) == {1, 3}
    html = importer.client.get(response["Location"]).content.decode()
    assert ">Import 2 devices<" in html


def test_forgetting_says_for_how_many(importer: Importer) -> None:
    importer.choose(f"1:role:{access_role()}", f"2:role:{access_role()}")
    html = importer.post("choose_many", pk=["1", "2"], forget="1")
    assert messages(html) == ["Your choices for 2 devices are forgotten."]
    assert ChoiceShelf(admin(), LibreNMSAPI()).all() == {}


def test_the_search_that_is_said_last_counts(importer: Importer) -> None:
    response = importer.client.get(f"{importer.address('list')}?q=sw-1&show=all&q=sw-2")
    html = response.content.decode()
    assert set(rows(html)) == {2} and 'data-said="sw-2"' in html


def test_filters_are_said_in_words(importer: Importer) -> None:
    html = importer.list(status="down", disabled="no", os="up")
    assert "Status: down" in html and "Disabled: no" in html and "OS: up" in html


def test_large_numbers_are_grouped(importer: Importer) -> None:
    html = importer.post("set", all="1", expected="12345")
    assert "Set for all 12,345 that match" in html
    assert value_of(html, "expected") == ["12345"]
    assert "Set for 1,200 devices" in importer.post("set", pk=[str(one) for one in range(1, 1201)])
