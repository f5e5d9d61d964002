"""The progress of an import in a browser, whatever the job's address answers: the states, the errors, the cancel.

The answers are given at the door of the browser, since a worker would not fall into each of these states when asked to.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import django_rq
import pytest
from core.models import Job
from playwright.sync_api import Error, Page, Route, expect

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, make_import_run, somebody
from tests.web import FAILED_REQUEST, Visitor, wait_for

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
JOBS = "**/api/plugins/librenms_plugin/jobs/*"
CHANGE = {"netbox_librenms_plugin.librenmssettings": ["view", "change"]}
Answer = Callable[[], dict[str, Any] | None]


@pytest.fixture
def run(netbox_address: str, simulator: Simulator) -> Run:
    """An import of ten devices with a job in the queue, which nobody works on."""
    return run_of(admin())


@pytest.fixture(autouse=True)
def queue() -> Iterator[None]:
    """The queue is empty after each test."""
    yield
    django_rq.get_queue("default").empty()


def run_of(user: Any) -> Run:
    """The same of this user."""
    job = Job.objects.create(name="x", job_id=uuid.uuid4(), user=user, status="running", queue_name="default")
    run = make_import_run(user, state="running", job=job, outcomes=["pending"] * 10)
    django_rq.get_queue("default").enqueue(print, job_id=str(job.job_id))
    return run


def status(**fields: Any) -> dict[str, Any]:
    """What the job's address answers."""
    usual = {
        **{"rq_status": "started", "text": "Processing…", "finished": False, "cancelling": False, "can_cancel": True},
        **{"done": 0, "total": 10, "counts": {}, "cabled": 0, "rate": None, "seconds_left": None, "failures": []},
    }
    return usual | fields


class Door:
    """Answers in the job's place. ``answers`` come one after the other, the last again and again; None: no answer."""

    def __init__(self, page: Page, *answers: dict[str, Any] | None) -> None:
        self.answers = list(answers)
        self.calls: list[str] = []
        page.route(f"{JOBS}/status/", self._status)
        page.route(f"{JOBS}/cancel/", lambda route: self._post(route, "cancel"))
        page.route(f"{JOBS}/sync-status/", lambda route: self._post(route, "sync"))
        page.route("**/api/core/background-tasks/*/stop/", lambda route: self._post(route, "stop"))

    def _status(self, route: Route) -> None:
        self.calls.append("status")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            route.abort()
        else:
            route.fulfill(status=answer.get("http", 200), json=answer)

    def _post(self, route: Route, name: str) -> None:
        assert route.request.method == "POST" and route.request.headers["x-csrftoken"]
        self.calls.append(name)
        route.fulfill(status=200, json={})


def open_run(visitor: Visitor, run: Run) -> Page:
    visitor.open(run.get_absolute_url())
    title = visitor.page.locator("#htmx-modal .modal-title")
    expect(title).to_have_text("Importing 10 devices")
    expect(title).to_be_visible()
    return visitor.page


def test_from_the_queue_to_the_end(visitor: Visitor, run: Run) -> None:
    visitor.log_in(admin())
    failure = {"librenms_id": 3, "hostname": HOSTILE, "message": f"NetBox refused it: {HOSTILE}"}
    door = Door(
        visitor.page,
        status(rq_status="queued", text="Job queued…"),
        status(done=4, counts={"created": 3, "failed": 1}, failures=[failure], rate=30.4, seconds_left=12),
    )
    page = open_run(visitor, run)
    words = page.locator("#htmx-modal [data-import='text']")
    expect(words).to_have_text("Processing…")
    modal = page.locator("#htmx-modal")
    expect(modal).to_contain_text("4 of 10 devices")
    expect(modal).to_contain_text("30 a minute · about 12 s left")
    expect(modal.locator("[data-import-count='created']")).to_have_text("3 created")
    expect(modal.locator("[data-import-count='linked']")).to_be_hidden()
    expect(modal.locator(".librenms-failures")).to_contain_text(HOSTILE)
    visitor.screenshot("modal-light", full=False)
    for part in ("documentElement", "body"):
        page.evaluate(f"document.{part}.setAttribute('data-bs-theme', 'dark')")
    visitor.screenshot("modal-dark", full=False)
    run.items.update(outcome="created")
    Run.objects.update(state="completed")
    door.answers = [status(rq_status="finished", text="Job completed!", finished=True, done=10, counts={"created": 10})]
    expect(words).to_have_text("Job completed!")
    expect(modal).to_contain_text("10 of 10 devices")
    expect(page.locator("#librenms-cancel")).to_be_hidden()
    expect(page.locator("#librenms-run-head")).to_contain_text("Completed")
    expect(page.locator("#librenms-live")).to_have_count(0)
    expect(page.locator("#librenms-table tbody .badge").first).to_have_text("Created")
    visitor.screenshot("ended", full=False)
    asked = len(door.calls)
    page.wait_for_timeout(2500)
    assert len(door.calls) == asked, "nobody asks about a job that has ended"
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()


@pytest.mark.parametrize("late", [False, True])
def test_the_end_is_shown_though_the_rows_are_just_being_fetched(visitor: Visitor, run: Run, late: bool) -> None:
    """A slow answer from before the end neither keeps the last one away nor comes after it."""
    visitor.log_in(admin())
    held: list[tuple[Route, Any]] = []

    def rows(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    visitor.page.route(re.compile(rf"/import-runs/{run.pk}/rows/"), rows)
    door = Door(visitor.page, status(done=4))
    page = open_run(visitor, run)
    wait_for(page, lambda: bool(held))
    route, answer = held[0]
    if late:
        route.fulfill(response=answer)
        visitor.settle()
    run.items.update(outcome="created")
    Run.objects.update(state="completed")
    door.answers = [status(rq_status="finished", text="Job completed!", finished=True, done=10)]
    expect(page.locator("#librenms-run-head")).to_contain_text("Completed")
    expect(page.locator("#librenms-live")).to_have_count(0)
    if not late:
        with suppress(Error):
            route.fulfill(response=answer)
        visitor.settle()
    expect(page.locator("#librenms-run-head")).to_contain_text("Completed")


def test_the_modal_can_be_closed_and_opened_again(visitor: Visitor, run: Run) -> None:
    visitor.log_in(admin())
    Door(visitor.page, status(done=4))
    page = open_run(visitor, run)
    page.keyboard.press("Escape")
    expect(page.locator("#htmx-modal")).to_be_hidden()
    expect(page.locator("#librenms-live")).to_contain_text("4 of 10 devices")
    visitor.screenshot("card", full=False)
    page.locator("#librenms-show-progress").click()
    expect(page.locator("#htmx-modal")).to_contain_text("4 of 10 devices")


@pytest.mark.parametrize("leave", ["window", "page"])
def test_what_is_closed_while_it_asks_leaves_no_error(visitor: Visitor, run: Run, leave: str) -> None:
    visitor.log_in(admin())
    Door(visitor.page, status(done=4))
    page = open_run(visitor, run)
    expect(page.locator("#htmx-modal")).to_contain_text("4 of 10 devices")
    held: list[Route] = []
    page.route(f"{JOBS}/status/", lambda route: held.append(route), times=1)
    wait_for(page, lambda: bool(held))
    if leave == "window":
        page.keyboard.press("Escape")
        expect(page.locator("#htmx-modal")).to_be_hidden()
        held[0].fulfill(status=200, json=status(done=5))
        expect(page.locator("#librenms-live")).to_contain_text("5 of 10 devices")
    else:
        visitor.open("/plugins/librenms_plugin/librenms-import/")
        expect(page.locator("#librenms-table, .librenms-state").first).to_be_visible()
    visitor.settle()
    assert not visitor.errors


def test_a_network_that_fails_is_waited_for(visitor: Visitor, run: Run) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    door = Door(visitor.page, status(done=2), None, {"http": 503}, None)
    page = open_run(visitor, run)
    words = page.locator("#htmx-modal [data-import='text']")
    expect(words).to_contain_text("NetBox cannot be reached; trying again")
    door.answers = [status(done=5)]
    expect(words).to_have_text("Processing…")
    expect(page.locator("#htmx-modal")).to_contain_text("5 of 10 devices")


def test_it_is_given_up_at_some_time(visitor: Visitor, run: Run) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    visitor.page.clock.install()
    door = Door(visitor.page, None)
    page = open_run(visitor, run)
    for _ in range(40):
        page.clock.run_for(5000)
    expect(page.locator("#htmx-modal [data-import='text']")).to_contain_text("It goes on without this page")
    asked = len(door.calls)
    assert asked == 20
    page.clock.run_for(60_000)
    assert len(door.calls) == asked
    door.answers = [status(done=7)]
    page.locator("#librenms-look").click()
    page.clock.run_for(1000)
    expect(page.locator("#htmx-modal")).to_contain_text("7 of 10 devices")
    expect(page.locator("#librenms-look")).to_be_hidden()


@pytest.mark.parametrize("state", ["finished", "stopped", "failed", "canceled", "missing"])
def test_every_last_state_ends_the_asking(visitor: Visitor, run: Run, state: str) -> None:
    visitor.log_in(admin())
    visitor.page.clock.install()
    door = Door(visitor.page, status(rq_status=state, text="It is over."))
    page = open_run(visitor, run)
    for _ in range(10):
        page.clock.run_for(2000)
    expect(page.locator("#htmx-modal [data-import='text']")).to_have_text("It is over.")
    asked = door.calls.count("status")
    assert asked == 2
    assert door.calls.count("sync") == 1, "the database is brought in line, once"
    page.clock.run_for(60_000)
    assert door.calls.count("status") == asked


def test_who_may_not_ask_is_told(visitor: Visitor, run: Run) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    door = Door(visitor.page, {"http": 404})
    page = open_run(visitor, run)
    expect(page.locator("#htmx-modal [data-import='text']")).to_contain_text("log in again")
    page.wait_for_timeout(2500)
    assert door.calls == ["status"]


def test_a_superuser_cancels_and_then_forces(visitor: Visitor, run: Run) -> None:
    visitor.log_in(admin())
    door = Door(visitor.page, status(done=4))
    page = open_run(visitor, run)
    page.locator("#librenms-cancel").click()
    door.answers = [status(done=4, cancelling=True, text="Cancelling…")]
    expect(page.locator("#htmx-modal [data-import='text']")).to_have_text("Cancelling…")
    expect(page.locator("#librenms-cancel")).to_be_disabled()
    expect(page.locator("#librenms-force")).to_be_hidden()
    expect(page.locator("#librenms-force")).to_be_visible()
    visitor.screenshot("force", full=False)
    page.locator("#librenms-force").click()
    door.answers = [status(rq_status="stopped", done=4, text="Cancelled.", finished=True)]
    expect(page.locator("#htmx-modal [data-import='text']")).to_have_text("Cancelled.")
    posts = [one for one in door.calls if one != "status"]
    assert posts[:3] == ["cancel", "stop", "sync"]


def test_others_force_through_the_plugin(visitor: Visitor, netbox_address: str, simulator: Simulator) -> None:
    user = somebody("importer", CHANGE)
    run = run_of(user)
    visitor.log_in(user)
    door = Door(visitor.page, status(done=4))
    page = open_run(visitor, run)
    assert page.locator("#librenms-live").get_attribute("data-stop-url") == ""
    page.locator("#librenms-cancel").click()
    door.answers = [status(done=4, cancelling=True, text="Cancelling…")]
    page.locator("#librenms-force").click()
    door.answers = [status(rq_status="stopped", done=4, text="Cancelled.", finished=True)]
    expect(page.locator("#htmx-modal [data-import='text']")).to_have_text("Cancelled.")
    assert [one for one in door.calls if one != "status"][:2] == ["cancel", "cancel"]


def test_asking_does_not_meddle_with_a_cancel(visitor: Visitor, run: Run) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    door = Door(visitor.page, status(done=4))
    held: list[Route] = []
    visitor.page.unroute(f"{JOBS}/cancel/")
    visitor.page.route(f"{JOBS}/cancel/", lambda route: held.append(route))
    page = open_run(visitor, run)
    words = page.locator("#htmx-modal [data-import='text']")
    expect(words).to_have_text("Processing…")
    page.locator("#librenms-cancel").click()
    expect(words).to_have_text("Cancelling…")
    asked = len(door.calls)
    page.wait_for_timeout(3000)
    assert len(door.calls) == asked, "nothing is asked while the cancel is under way"
    expect(words).to_have_text("Cancelling…")
    wait_for(page, lambda: bool(held))
    held[0].fulfill(status=500, json={})
    expect(words).to_contain_text("could not be cancelled")
    page.wait_for_timeout(3000)
    expect(words).to_contain_text("could not be cancelled")
    expect(words).to_have_text("Processing…")
    expect(page.locator("#librenms-cancel")).to_be_enabled()


def test_who_only_may_look_sees_it_go_on(visitor: Visitor, run: Run) -> None:
    auditor = somebody("auditor", {"netbox_librenms_plugin.run": ["view"]})
    visitor.log_in(auditor)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open(run.get_absolute_url())
    page = visitor.page
    expect(page.locator("#librenms-live")).to_contain_text("0 of 10 devices")
    expect(page.locator("#librenms-show-progress")).to_have_count(0)
    run.items.update(outcome="created")
    expect(page.locator("#librenms-live")).to_contain_text("10 of 10 devices")
    Run.objects.update(state="completed")
    expect(page.locator("#librenms-run-head")).to_contain_text("Completed")
    expect(page.locator("#librenms-live")).to_have_count(0)
    number = len(asked)
    page.wait_for_timeout(6000)
    assert len(asked) == number, "nobody asks about an import that has ended"
    assert not [url for url in asked if "/jobs/" in url]


def test_the_page_of_a_dead_import_puts_netbox_right(visitor: Visitor, run: Run) -> None:
    Job.objects.update(data={"librenms": "import", "run": run.pk, "server": run.server})
    django_rq.get_queue("default").empty()
    visitor.log_in(admin())
    visitor.open(run.get_absolute_url())
    page = visitor.page
    expect(page.locator("#librenms-run-head .badge")).to_have_text("Abandoned")
    expect(page.locator("#librenms-continue")).to_have_text("Continue with 10 devices")
    expect(page.locator("#librenms-live")).to_have_count(0)
    wait_for(page, lambda: Run.objects.get().state == "abandoned")
    assert Job.objects.get().status == "failed"
