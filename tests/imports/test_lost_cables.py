"""A cable that the database gave up for somebody else's sake is tried again."""

import pytest
from dcim.models import Cable
from django.db import connection

from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.import_utils.syncing import sync_together
from netbox_librenms_plugin.librenms.sources import PerDevice
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import SyncRun
from netbox_librenms_plugin.runs.worker import Worker
from simulator.server import Simulator
from tests.factories import admin, request_of
from tests.imports.support import import_all, reasons
from tests.imports.test_odd_devices import a_worker, linked_pair
from tests.orm.support import apply_to
from tests.orm.test_cables import Pair, codes

pytestmark = pytest.mark.django_db


def deadlocks(table: str, *, times: int) -> None:
    """The database says so often that it found a deadlock when a row is put into the table; the sequence counts the
    tries that are rolled back, too. All of it goes with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE tries")
        cursor.execute(f"""
            CREATE FUNCTION deadlock() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('tries') <= {times} THEN
                    RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
                END IF;
                RETURN NEW;
            END $$
        """)
        cursor.execute(f"CREATE TRIGGER deadlock BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION deadlock()")


def tries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM tries")
        (number,) = cursor.fetchone()
    return int(number)


def test_the_row_is_stale_and_the_others_are_written(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=2)
    # Once for both of them together, once for the first one alone
    deadlocks(Cable._meta.db_table, times=2)
    run: AppliedPlans = apply_to(pair.switch, "cables")
    assert (codes(run), len(run.written), Cable.objects.count()) == (["stale"], 1, 1)


def test_one_deadlock_of_many_together_costs_none_of_them(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=2)
    deadlocks(Cable._meta.db_table, times=1)
    run: AppliedPlans = apply_to(pair.switch, "cables")
    assert (codes(run), len(run.written), Cable.objects.count()) == ([], 2, 2)


def test_the_import_makes_it_in_a_moment(simulator: Simulator) -> None:
    pair, user = Pair(simulator.state), admin()
    deadlocks(Cable._meta.db_table, times=2)
    with request_of(user) as request:
        source = PerDevice(LibreNMSAPI())
        (synced,) = sync_together([pair.switch], ["cables"], user=user, request=request, source=source)
    assert (synced.counts, synced.complaints, Cable.objects.count()) == ({"cables": 1}, [], 1)


@pytest.fixture
def uncabled(simulator: Simulator) -> Worker:
    """A worker whose run has two devices, and no cable between them."""
    user = admin()
    run = import_all(linked_pair(simulator))
    Cable.objects.get().delete()
    with request_of(user) as request:
        return a_worker(run, request)


def test_a_whole_transaction_is_tried_again(uncabled: Worker) -> None:
    deadlocks(SyncRun._meta.db_table, times=2)
    assert uncabled.work()
    assert (Cable.objects.count(), reasons(uncabled.run)) == (1, {})


def test_not_for_ever(uncabled: Worker) -> None:
    deadlocks(SyncRun._meta.db_table, times=1000)
    assert uncabled.work()
    assert (Cable.objects.count(), tries()) == (0, 6)
    assert reasons(uncabled.run) == {name: ["plugin_failed"] for name in ("a", "b")}
