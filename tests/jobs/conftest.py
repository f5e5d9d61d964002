"""Workers for the tests of jobs."""

from collections.abc import Iterator

import pytest
from django.urls import get_resolver

from tests.workers import Nursery


@pytest.fixture(scope="session")
def nursery(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """NetBox, loaded and ready to be forked."""
    from django.db import connection

    made = Nursery(str(connection.settings_dict["NAME"]), tmp_path_factory.mktemp("workers") / "log")
    yield made
    made.close()


@pytest.fixture
def queue(real_commits: None) -> None:
    """A queue in which arrives what is enqueued: commits are real."""


@pytest.fixture
def workers(queue: None, nursery: Nursery) -> Iterator[Nursery]:
    """Makes workers, once the test has said which LibreNMS there is; they are gone after the test."""
    # The first answer of a process takes seconds, in which a job would end
    assert get_resolver().url_patterns
    yield nursery
    nursery.end()
