"""The ground that browser tests stand on: real commits, a new database after each test, a person who is logged in."""

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import web


@pytest.fixture
def executable() -> str:
    """Path of Chromium; without one there is nothing to test."""
    found = web.chromium()
    if found is None:
        pytest.skip("Chromium is not here: install the package chromium.")
    return found


@pytest.mark.browser
def test_connections_from_before_chromium_outlive_a_new_database(
    executable: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    from dcim.models import Site

    with django_db_blocker.unblock():
        assert Site.objects.count() == 0
        with web.chromium_browser(executable):
            Site.objects.create(name="Kiel", slug="kiel")
            web.renew_database()
        assert Site.objects.count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("time", ["first", "second"])
def test_visitor_sees_what_was_saved_and_leaves_nothing_behind(visitor: web.Visitor, time: str) -> None:
    from dcim.models import Site
    from users.models import User

    assert Site.objects.count() == 0
    Site.objects.create(name="Kiel", slug="kiel")
    visitor.log_in(User.objects.create_superuser("boss", "boss@example.com", "secret"))
    visitor.open("/dcim/sites/")
    assert visitor.page.locator("table td a", has_text="Kiel").count() == 1
    assert visitor.screenshot("sites").stat().st_size > 10_000


@pytest.mark.browser
def test_script_errors_of_a_page_are_noticed(visitor: web.Visitor) -> None:
    visitor.open("/login/")
    visitor.page.evaluate("setTimeout(() => { throw new Error('broken button') }, 0)")
    visitor.page.wait_for_timeout(200)
    assert ["broken button" in error for error in visitor.errors] == [True]
    visitor.errors.clear()
