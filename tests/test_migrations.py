"""What is stored stays when the plugin is brought up to date: imports of earlier versions become runs, and back."""

import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from core.models import Job, ObjectType
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from extras.models import SavedFilter
from users.models import ObjectPermission

from netbox_librenms_plugin.import_utils.phases import CABLES, DEVICES
from netbox_librenms_plugin.models import Run, RunItem
from netbox_librenms_plugin.runs.access import visible_runs
from netbox_librenms_plugin.runs.control import work_left
from netbox_librenms_plugin.runs.kinds import items_before
from tests import web
from tests.factories import admin, somebody

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.slow

APP = "netbox_librenms_plugin"
BEFORE = "0007_kinds_of_runs"
FIRST, SECOND, THIRD = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()

Old = Callable[[str], Any]


def migrate(name: str) -> Any:
    """Bring the plugin's tables to this migration, as the command does; the models as they are then."""
    call_command("migrate", APP, name, verbosity=0, interactive=False)
    ContentType.objects.clear_cache()
    return MigrationExecutor(connection).loader.project_state((APP, name)).apps


def newest() -> str:
    """The migration that this version's models are of."""
    ((_app, name),) = MigrationExecutor(connection).loader.graph.leaf_nodes(APP)
    return name


@pytest.fixture(scope="module")
def earlier(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[str]:
    """The name of a database with the tables of the earlier version: to migrate there takes half a minute."""
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}_earlier"
        migrate(BEFORE)
        web.keep_database(name)
        web.renew_database()
        yield name
        web.drop_database(name)


@pytest.fixture
def old(real_commits: None, earlier: str) -> Iterator[Old]:
    """The models of the earlier version, whose tables are there. The database is renewed afterwards."""
    web.renew_database(earlier)
    ContentType.objects.clear_cache()
    apps = MigrationExecutor(connection).loader.project_state((APP, BEFORE)).apps
    yield lambda name: apps.get_model(APP, name)
    ContentType.objects.clear_cache()


def an_import(old: Old, **fields: Any) -> Any:
    said = {"request_id": uuid.uuid4(), "server": "default", "user_name": "somebody", "options": {"cables": True}}
    return old("ImportRun").objects.create(**{**said, **fields})


def a_row(old: Old, run: Any, number: int, **fields: Any) -> None:
    device = ContentType.objects.get(app_label="dcim", model="device").pk
    done = {"outcome": "created", "object_type_id": device, "object_id": number, "claimed_by": FIRST}
    old("ImportRunRow").objects.create(
        run=run, librenms_id=number, hostname=f"sw{number}", **({**done, **fields} if fields else {})
    )


def rows(old: Old) -> Any:
    """A run that was cancelled in the midst of its cables, and what became of each of its devices."""
    run = an_import(old, state="cancelled", server="other")
    a_row(old, run, 1, cabled=True, cabled_by=SECOND)
    a_row(old, run, 2, cabled_by=THIRD, issues=[{"code": "busy"}], counts={"interfaces": 3})
    a_row(old, run, 3, choice={"seen": "abc"})
    a_row(old, run, 4, outcome="failed", object_type_id=None, object_id=None)
    a_row(old, run, 5)
    a_row(old, run, 6, outcome="pending", object_type_id=None, object_id=None)
    return run


def test_everything_comes_over(old: Old) -> None:
    """Migrating takes long, so it is done once for all that does not depend on each other."""
    stories = [told(old) for told in (_rows_stay, _cables_alone_are_left, _what_is_bound_to_the_types)]
    for story in stories:
        next(story)
    migrate(newest())
    for story in stories:
        assert next(story, "over") == "over"


def _rows_stay(old: Old) -> Iterator[None]:
    """And what is left can be done."""
    pk, other = rows(old).pk, an_import(old, state="completed", server="other", branch="Rollout")
    a_row(old, other, 1, cabled=True, cabled_by=FIRST)
    yield
    run = Run.objects.get(pk=pk)
    assert (run.kind, str(run), run.user_name, run.options) == ("import", f"Import #{pk}", "somebody", {"cables": True})
    items = list(run.items.all())
    assert [(one.key, one.librenms_id, one.name) for one in items] == [(str(n), n, f"sw{n}") for n in range(1, 7)]
    assert [(one.phase, one.claimed_by, one.done_by) for one in items] == [
        (CABLES, None, {DEVICES: str(FIRST), CABLES: str(SECOND)}),
        (DEVICES, THIRD, {DEVICES: str(FIRST)}),
        (DEVICES, None, {DEVICES: str(FIRST)}),
        (DEVICES, None, {DEVICES: str(FIRST)}),
        ("", None, {}),
        ("", FIRST, {}),
    ]
    assert (items[1].issues, items[1].counts, items[2].choice) == (
        [{"code": "busy"}],
        {"interfaces": 3},
        {"seen": "abc"},
    )
    assert items[0].object_type is not None and items[0].object_type.model == "device"
    assert set(items_before(run, DEVICES)) == {items[4], items[5]}
    assert set(items_before(run, CABLES)) == set(items[1:])
    assert work_left(run)
    assert Run.objects.get(pk=other.pk).branch == "Rollout" and not work_left(Run.objects.get(pk=other.pk))


def _cables_alone_are_left(old: Old) -> Iterator[None]:
    """The import can be continued."""
    run = an_import(old, state="abandoned", server="other")
    a_row(old, run, 1, cabled_by=SECOND)
    a_row(old, run, 2, cabled=True, cabled_by=SECOND)
    yield
    kept = Run.objects.get(pk=run.pk)
    assert work_left(kept) and [one.name for one in items_before(kept, CABLES)] == ["sw1"]


def _what_is_bound_to_the_types(old: Old) -> Iterator[None]:
    """It stays bound."""
    run = an_import(old, state="completed")
    an_import(old, state="completed", server="other")
    held = {model: ContentType.objects.get(app_label=APP, model=model) for model in ("importrun", "importrunrow")}
    granted = Permission.objects.get(content_type=held["importrun"], codename="view_importrun")
    may = ObjectPermission.objects.create(
        name="imports", actions=["view"], constraints=[{"server": "default"}, {"rows__hostname__icontains": "nothing"}]
    )
    may.object_types.add(held["importrun"])
    ours = ObjectPermission.objects.create(name="rows", actions=["view"], constraints={"hostname__istartswith": "sw"})
    ours.object_types.add(held["importrunrow"])
    shared = ObjectPermission.objects.create(name="shared", actions=["view"], constraints={"hostname": "sw"})
    shared.object_types.add(held["importrunrow"], ContentType.objects.get(app_label=APP, model="importignore"))
    somebody_else = somebody("auditor", {})
    may.users.add(somebody_else)
    job = Job.objects.create(name="x", job_id=uuid.uuid4(), object_type_id=held["importrun"].pk, object_id=run.pk)
    saved = SavedFilter.objects.create(name="x", slug="x", parameters={"server": ["default"]})
    saved.object_types.add(held["importrun"].pk)
    yield
    kinds = {model: ContentType.objects.get(app_label=APP, model=model).pk for model in ("run", "runitem")}
    assert kinds == {"run": held["importrun"].pk, "runitem": held["importrunrow"].pk}
    assert not ContentType.objects.filter(app_label=APP, model__startswith="importrun").exists()
    granted.refresh_from_db()
    assert (granted.codename, granted.name) == ("view_run", "Can view run")
    assert not Permission.objects.filter(content_type__app_label=APP, codename__contains="importrun").exists()
    for one in (may, ours, shared, job, saved):
        one.refresh_from_db()
    assert may.constraints == [{"server": "default"}, {"items__name__icontains": "nothing"}]
    assert (ours.constraints, shared.constraints) == ({"name__istartswith": "sw"}, {"hostname": "sw"})
    assert list(visible_runs(type(somebody_else).objects.get(pk=somebody_else.pk), kind="import")) == [
        Run.objects.get(pk=run.pk)
    ]
    assert job.object == Run.objects.get(pk=run.pk)
    assert [one.model for one in saved.object_types.all()] == ["run"]
    assert set(RunItem.objects.restrict(admin(), "view")) == set(RunItem.objects.all())


def test_types_that_were_there_before_are_taken_over(old: Old) -> None:
    """As when something else was migrated in between: NetBox makes the types of whatever is installed."""
    held = ContentType.objects.get(app_label=APP, model="importrun")
    early, _ = ObjectType.objects.get_or_create(app_label=APP, model="run", defaults={"public": True, "features": []})
    may = ObjectPermission.objects.create(name="early", actions=["view"])
    may.object_types.add(early.pk)
    migrate(newest())
    assert [one.pk for one in may.object_types.all()] == [held.pk]
    assert ContentType.objects.get(app_label=APP, model="run").pk == held.pk
    assert ObjectType.objects.get(app_label=APP, model="run").pk == held.pk


def test_the_way_back(old: Old) -> None:
    """Runs of kinds that the earlier version does not know go."""
    pk = rows(old).pk
    before = list(old("ImportRunRow").objects.order_by("pk").values())
    may = ObjectPermission.objects.create(name="rows", actions=["view"], constraints={"hostname": "sw1"})
    may.object_types.add(ContentType.objects.get(app_label=APP, model="importrunrow"))
    migrate(newest())
    other = Run.objects.create(kind="another", request_id=uuid.uuid4(), server="default")
    RunItem.objects.create(run=other, key="x", name="x")
    apps = migrate(BEFORE)
    assert list(apps.get_model(APP, "ImportRunRow").objects.order_by("pk").values()) == before
    assert [one.pk for one in apps.get_model(APP, "ImportRun").objects.all()] == [pk]
    may.refresh_from_db()
    assert may.constraints == {"hostname": "sw1"}
    assert [one.model for one in may.object_types.all()] == ["importrunrow"]
