"""Who calls the REST API."""

import pytest

from tests.factories import admin

from .support import Caller


@pytest.fixture
def caller() -> Caller:
    """A superuser with a token."""
    return Caller(admin())
