"""Looking for stacks among the devices of the list, in the background."""

import re

import pytest
from core.models import Job

from simulator.server import Simulator
from tests.factories import admin, somebody
from tests.pages.imports.support import Importer, messages

pytestmark = pytest.mark.django_db


def test_the_button_counts_what_was_not_asked_yet(company: Simulator) -> None:
    importer = Importer(admin())
    found = re.search(r"Look for stacks \((\d+)\)", importer.list())
    assert found and 4 <= int(found[1]) < len(company.state.devices)
    assert "Look for stacks" not in importer.list(q="10.10.10.21")


def test_it_starts_one_job_and_shows_its_progress(company: Simulator) -> None:
    importer = Importer(admin())
    first = importer.post("stacks")
    job = Job.objects.get(name__contains="stacks")
    assert f"/jobs/{job.pk}/status/" in first and "Cancel the search" in first
    assert f"/jobs/{job.pk}/status/" in importer.post("stacks")
    assert Job.objects.count() == 1


def test_it_is_about_what_the_filters_let_through(company: Simulator) -> None:
    importer = Importer(admin())
    assert "For all of these devices it is already known" in importer.post("stacks", state="q=10.10.10.21")
    assert importer.last is not None and importer.last["HX-Reswap"] == "none"
    assert not Job.objects.exists()
    assert "of 1 devices" in importer.post("stacks", state="q=hel1-acc")


def test_librenms_failing_starts_nothing(company: Simulator) -> None:
    company.faults.add("/devices", "status", status=500)
    Importer(admin()).post("stacks")
    assert not Job.objects.exists()


def test_coming_back_finds_the_search_again(company: Simulator) -> None:
    importer = Importer(admin())
    assert "librenms-show-search" not in importer.page()
    importer.list()
    importer.post("stacks")
    job = Job.objects.get()
    assert "librenms-show-search" in importer.page()
    assert f"/jobs/{job.pk}/status/" in importer.running_search()
    colleague = Importer(somebody("colleague", {"netbox_librenms_plugin.librenmssettings": ["view"]}))
    assert "librenms-show-search" not in colleague.page()


def test_a_search_that_has_ended_is_said_to_have(company: Simulator) -> None:
    importer = Importer(admin())
    assert messages(importer.running_search()) == ["The search for stacks has ended."]
    assert importer.last is not None and importer.last["HX-Trigger"] == "librenms:import-ended"


def test_who_may_only_look_starts_none(company: Simulator) -> None:
    reader = Importer(somebody("reader", {"netbox_librenms_plugin.librenmssettings": ["view"]}))
    assert "Look for stacks" not in reader.list()
    answer = reader.client.post(reader.address("stacks"), {"state": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 403 and not Job.objects.exists()
    assert not [one.path for one in company.requests if "/inventory/" in one.path]
