"""Fixtures of all tests; importable without Django, for the tests of the pure core and of the simulator."""

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from simulator.data import Dataset
from simulator.server import Simulator
from tests import web
from tests.librenms import simulated_librenms

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.plugin import DjangoDbBlocker

    from tests.workers import Nursery


# A landing must not depend on luck: new examples are looked for on people's machines, CI tries the same ones each time.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that take minutes come first, so that in the end nobody waits for one of them alone."""
    items.sort(key=lambda item: not (item.get_closest_marker("network") or item.get_closest_marker("slow")))


def pytest_collection_finish() -> None:
    """The garbage collector need not look through NetBox and thousands of tests again and again."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str | None:
    if "NETBOX_CONFIGURATION" in os.environ:
        return None
    return "NetBox is not set up here, so only tests that do without it can run; 'make test' sets it up."


@pytest.fixture(autouse=True)
def forget_cached() -> None:
    """No test finds what another one left in the cache, nor its jobs, nor workers that were killed: RQ takes those for
    living ones for eight minutes more, and NetBox leaves its search entries to them."""
    if "NETBOX_CONFIGURATION" in os.environ:
        from django.core.cache import cache
        from django_rq import get_connection

        cache.clear()
        get_connection("default").flushdb()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A LibreNMS without devices, the plugin's only server; tests fill it by hand (``simulator.state.add_device``)."""
    with simulated_librenms(Dataset.empty()) as running:
        yield running


@pytest.fixture
def company() -> Iterator[Simulator]:
    """A LibreNMS that watches a whole company, the plugin's only server."""
    with simulated_librenms("company") as running:
        yield running


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[None]:
    """The test database, for every test that asks for it: pytest-django's own would make it for its own marks only."""
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator["Browser"]:
    """Headless Chromium. Without one the test is skipped, except in CI, where that would hide a missing test.

    The database comes first: made inside Chromium's event loop, it would be out of sight for the tests after that.
    """
    executable = web.chromium()
    if executable is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not here: install the package chromium.")
    with web.chromium_browser(executable) as running:
        yield running


@pytest.fixture
def real_commits(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """A database in which commits are real, for several connections at once; renewed after the test.

    pytest-django's own way would empty every table, and with them what NetBox's migrations put there.
    """
    with django_db_blocker.unblock():
        yield
        web.renew_database()


@pytest.fixture(scope="session")
def nursery(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Nursery"]:
    """NetBox, loaded and ready to be forked into workers; one for all tests of a process, since loading takes long."""
    from django.db import connection

    from tests.workers import Nursery

    made = Nursery(str(connection.settings_dict["NAME"]), tmp_path_factory.mktemp("workers") / "log")
    yield made
    made.close()


@pytest.fixture
def queue(real_commits: None) -> None:
    """A queue in which arrives what is enqueued: commits are real."""


@pytest.fixture
def workers(queue: None, nursery: "Nursery") -> Iterator["Nursery"]:
    """Makes workers, once the test has said which LibreNMS there is; they are gone after the test."""
    from django.urls import get_resolver

    # The first answer of a process takes seconds, in which a job would end
    assert get_resolver().url_patterns
    yield nursery
    nursery.end()


@pytest.fixture
def netbox_address(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[str]:
    """NetBox behind a real web server, on a database in which commits are real; renewed after the test."""
    with django_db_blocker.unblock():
        with web.served() as address:
            yield address
        web.renew_database()


@pytest.fixture
def visitor(browser: "Browser", netbox_address: str, request: pytest.FixtureRequest) -> Iterator[web.Visitor]:
    """Somebody in front of Chromium, not logged in. An error of a script, or in the console, on any page that he saw
    fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(web.PATIENCE)
    page = context.new_page()
    web.slow_down(page, float(os.environ.get("SLOW_BROWSER", 1)))
    person = web.Visitor(page, netbox_address, request.node.name)
    yield person
    context.close()
    assert not person.errors, f"Errors of scripts or in the console: {person.errors}"
