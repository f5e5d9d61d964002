"""NetBox's search finds causes by their titles."""

from typing import Any

import pytest
from extras.models import CachedValue

from netbox_librenms_plugin.deviations.searching import make_found
from netbox_librenms_plugin.models import Cause
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, client_of, make_object_of, somebody
from tests.librenms import add_switch
from tests.orm.support import counted
from tests.pages.support import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def cause(simulator: Simulator) -> Cause:
    """A platform that NetBox lacks, on a device that was compared."""
    number = add_switch(simulator.state, 2, hostname="sw")
    simulator.state.devices[number]["os"] = "strangeos"
    make_object_of(simulator.state.devices[number])
    compare_network()
    return Cause.objects.get(reason="platform_missing")


def found(user: Any, text: str) -> str:
    return str(client_of(user).get("/search/", {"q": text}).content.decode().replace("&amp;", "&"))


def test_a_cause_is_found_by_its_title(cause: Cause) -> None:
    html = found(admin(), "strangeos")
    assert cause.get_absolute_url() in html
    assert "no platform called" in words(html)


def test_each_cause_is_entered_once(cause: Cause) -> None:
    entered = CachedValue.objects.filter(object_type__model="cause")
    assert entered.count() == Cause.objects.count()
    compare_network()
    assert entered.count() == Cause.objects.count()
    with counted() as queries:
        assert make_found("default") == 0
    assert len([one for one in queries if f'FROM "{Cause._meta.db_table}"' in one["sql"]]) == 1


def test_a_cause_that_is_gone_is_found_no_more(cause: Cause) -> None:
    cause.delete()
    assert "no platform called" not in words(found(admin(), "strangeos"))


@pytest.mark.parametrize("rights", [{"dcim.device": ["view"]}, {"netbox_librenms_plugin.librenmssettings": ["view"]}])
def test_one_finds_what_one_may_read(cause: Cause, rights: Any) -> None:
    """Both are needed: the plugin's pages, and an object that has it."""
    html = found(somebody("reader", rights), "strangeos")
    assert cause.get_absolute_url() not in html
