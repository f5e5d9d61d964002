"""Whose jobs are whose, over REST; and what a look at one costs."""

import pytest
from core.models import Job
from django.contrib.auth import get_user_model
from django.test import Client

from netbox_librenms_plugin.import_utils.kinds import IMPORT, STACKS
from netbox_librenms_plugin.models import Run, RunItem
from netbox_librenms_plugin.runs.control import detached, open_jobs
from netbox_librenms_plugin.runs.status import status_document
from simulator.server import Simulator
from tests.factories import admin, client_of, request_of, somebody, token_header
from tests.imports.support import known_to_netbox
from tests.jobs.support import API, PORTS, Person, continued, enqueued, importer
from tests.librenms import add_switches
from tests.orm.support import counted, writes_in

CALLS = (("get", "status"), ("post", "cancel"), ("post", "sync-status"))
SETTINGS = "netbox_librenms_plugin.librenmssettings"


@pytest.fixture
def job(simulator: Simulator, queue: None) -> Job:
    """A job of the importer's that nobody takes."""
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    return enqueued(importer(), ids)[1]


def answers(client: Client, pk: int) -> list[int]:
    """The statuses of all calls, the one that cancels last."""
    calls = sorted(CALLS, key=lambda one: one[1] == "cancel")
    return [getattr(client, method)(f"{API}/{pk}/{name}/").status_code for method, name in calls]


def person(name: str, *actions: str) -> Client:
    return client_of(somebody(name, {SETTINGS: list(actions)} if actions else {}))


def test_strangers_do_not_find_it(job: Job) -> None:
    assert answers(person("colleague", "view", "change"), job.pk) == [404, 404, 404]
    assert answers(person("stranger"), job.pk) == [403, 403, 403]
    assert answers(Client(), job.pk) == [403, 403, 403]
    job.refresh_from_db()
    assert job.status == "pending"


def test_a_superuser_may_steer_it(job: Job) -> None:
    assert answers(Client(headers=token_header(admin(), writes=True)), job.pk) == [200, 200, 200]
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_token_that_may_not_write_can_only_look(job: Job) -> None:
    user = get_user_model().objects.get(username="importer")
    assert answers(Client(headers=token_header(user, writes=False)), job.pk) == [200, 403, 403]
    assert answers(Client(headers=token_header(admin(), writes=False)), job.pk) == [200, 403, 403]
    assert answers(Client(headers=token_header(user, writes=True)), job.pk) == [200, 200, 200]


def test_other_jobs_are_not_the_plugins(job: Job) -> None:
    data = ({"librenms": "helper"}, {"librenms": ["import"]}, {}, None, [])
    others = [
        Job.objects.create(name=job.name, job_id=f"00000000-0000-0000-0000-00000000000{n}", user=job.user, data=one)
        for n, one in enumerate(data)
    ]
    client = Client(headers=token_header(admin(), writes=True))
    for other in others:
        assert answers(client, other.pk) == [404, 404, 404]
    assert answers(client, 999_999) == [404, 404, 404]
    assert Job.objects.filter(status="pending").count() == 1 + len(others)


def test_whose_import_it_is_may_steer_what_a_superuser_continues(job: Job) -> None:
    user = job.user
    Person(user).cancel(job)
    again = continued(Run.objects.get(), admin())
    assert again.user == admin()
    assert Person(user).status(again)["state"] == "pending"
    # The old job ended as it ended, whatever becomes of its import
    said = Person(user).status(job)
    assert (said["text"], said["state"], said["can_continue"]) == ("Cancelled.", "cancelled", False)
    assert Person(user).sync(job)["state"] == "cancelled"
    assert Person(user).status(again)["state"] == "pending"


def test_jobs_are_found_again(job: Job) -> None:
    assert open_jobs(job.user, IMPORT) == [job] and open_jobs(admin(), IMPORT) == []
    assert open_jobs(job.user, STACKS) == []


def test_neither_session_nor_form_goes_into_the_queue(job: Job) -> None:
    with request_of(admin()) as request:
        request.COOKIES = {"sessionid": "SECRET", "csrftoken": "SECRET", "active_branch": "x"}
        request.POST = {"csrfmiddlewaretoken": "SECRET"}
        copied = detached(request)
    assert copied.COOKIES == {"active_branch": "x"} and not copied.POST and copied.id == request.id


def test_a_body_that_cannot_be_read_cancels_nothing(job: Job) -> None:
    client = Client(headers=token_header(admin(), writes=True))
    for body in ('{"force": "perhaps"}', "{", "[]"):
        answer = client.post(f"{API}/{job.pk}/cancel/", body, content_type="application/json")
        assert answer.status_code == 400
    job.refresh_from_db()
    assert job.status == "pending"


def test_a_look_costs_the_same_for_any_number_and_writes_nothing(job: Job) -> None:
    run = Run.objects.get()
    queries = []
    for number in (10, 200):
        rows = [
            RunItem(run=run, key=str(1000 * number + n), librenms_id=1000 * number + n, name=f"h{n}", outcome="failed")
            for n in range(number)
        ]
        RunItem.objects.bulk_create(rows)
        with counted() as seen:
            said = status_document(job)
        assert len(said["failures"]) == 10 and not writes_in(seen)
        queries.append(len(seen))
    assert queries[0] == queries[1] <= 4
