"""Ignoring devices from the list: with NetBox's permissions, in the change log, and back."""

from typing import Any

import pytest
from core.models import ObjectChange

from netbox_librenms_plugin.models import ImportIgnore, ImportRule
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.pages.imports.support import Importer, chips, messages, rows

pytestmark = pytest.mark.django_db
PLUGIN = "netbox_librenms_plugin"


@pytest.fixture
def switches(simulator: Simulator) -> Simulator:
    for number in (1, 2, 3):
        simulator.state.add_device(hostname=f"sw-{number}")
    return simulator


def test_ignoring_takes_the_row_off_the_list(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    html = importer.post("ignore", only="2", pk=["1", "3"], action="ignore")
    assert set(rows(html)) == {1, 3} and chips(html)["ignored"] == 1
    assert messages(html) == ["1 device is ignored."]
    entry = ImportIgnore.objects.get()
    assert (entry.server, entry.librenms_id, entry.hostname) == ("default", 2, "sw-2")
    change = ObjectChange.objects.get(changed_object_id=entry.pk)
    assert (change.action, change.user_name, change.message) == ("create", "root", "Ignored in the import list")
    assert set(rows(importer.list(show="ignored"))) == {2}


def test_ignoring_twice_makes_one_entry(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    importer.post("ignore", only="2", action="ignore")
    importer.post("ignore", pk=["2", "3"], action="ignore")
    assert sorted(ImportIgnore.objects.values_list("librenms_id", flat=True)) == [2, 3]


def test_what_is_linked_is_not_ignored(switches: Simulator) -> None:
    make_device("sw-1", librenms_id=1)
    importer = Importer(admin())
    importer.list()
    importer.post("ignore", all="1", action="ignore")
    assert sorted(ImportIgnore.objects.values_list("librenms_id", flat=True)) == [2, 3]


def test_stopping_brings_it_back(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    importer.post("ignore", pk=["1", "2"], action="ignore")
    importer.list(show="ignored")
    html = importer.post("ignore", all="1", action="stop")
    assert messages(html) == ["2 devices are not ignored any more."]
    assert not ImportIgnore.objects.exists()
    assert ObjectChange.objects.filter(action="delete", message="Not ignored any more").count() == 2
    assert set(rows(importer.list())) == {1, 2, 3}


def test_a_rule_that_ignores_cannot_be_stopped_here(switches: Simulator) -> None:
    ImportRule.objects.create(name="No printers", name_pattern="sw-2", ignore=True)
    importer = Importer(admin())
    html = importer.list(show="ignored")
    assert "No printers" in rows(html)[2] and 'data-ignore="stop"' not in html
    assert "1 is ignored by an import rule." in messages(importer.post("ignore", only="2", action="stop"))


def _permitted(name: str, **actions: Any) -> Any:
    labels = {f"{PLUGIN}.librenmssettings": actions["settings"], f"{PLUGIN}.importignore": actions["ignores"]}
    return somebody(name, {label: some for label, some in labels.items() if some})


@pytest.mark.parametrize(
    ("settings", "ignores", "ignore", "stop"),
    [
        (["view"], ["view", "add", "delete"], 403, 403),
        (["view", "change"], ["view"], 403, 403),
        (["view", "change"], ["view", "add"], 200, 403),
        (["view", "change"], ["view", "delete"], 403, 200),
    ],
)
def test_it_takes_the_right(switches: Simulator, settings: Any, ignores: Any, ignore: int, stop: int) -> None:
    importer = Importer(_permitted("somebody", settings=settings, ignores=ignores))
    html = importer.list()
    assert ("data-ignore" in html) is (ignore == 200)
    importer.post("ignore", status=ignore, only="2", action="ignore")
    importer.post("ignore", status=stop, only="2", action="stop")
    assert ImportIgnore.objects.count() == int(ignore == 200)


def test_constraints_hold(switches: Simulator) -> None:
    somebody_ = _permitted("somebody", settings=["view", "change"], ignores=[])
    from core.models import ObjectType
    from users.models import ObjectPermission

    permission = ObjectPermission.objects.create(name="some", actions=["add"], constraints={"hostname": "sw-1"})
    permission.object_types.add(ObjectType.objects.get_for_model(ImportIgnore))
    permission.users.add(somebody_)
    importer = Importer(somebody_)
    importer.list()
    html = importer.post("ignore", pk=["1", "2"], action="ignore")
    assert "Nothing was written" in messages(html)[0]
    assert not ImportIgnore.objects.exists() and not ObjectChange.objects.filter(action="create").exists()
    importer.post("ignore", only="1", action="ignore")
    assert ImportIgnore.objects.get().hostname == "sw-1"
