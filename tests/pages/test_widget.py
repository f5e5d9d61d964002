"""The dashboard's widget: stored numbers by resource, for who may see them, whatever else is wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from extras.dashboard.utils import get_widget_class
from extras.models import Dashboard

from netbox_librenms_plugin.models import Cause, DailyTotal
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, client_of, grant, make_device, make_interface, somebody
from tests.librenms import add_switch, librenms_servers, server_entry
from tests.orm.support import counted, writes_in
from tests.pages.support import HTMX, words

pytestmark = pytest.mark.django_db

NAME = "netbox_librenms_plugin.DifferencesWidget"
APP = "plugins:netbox_librenms_plugin"
READ = {"netbox_librenms_plugin.librenmssettings": ["view"]}


def fill(simulator: Simulator, *names: str) -> None:
    for name in names:
        number = add_switch(simulator.state, 3, vlans=(), hostname=name)
        make_interface(make_device(name, librenms_id=number), "Gi1/0/1", mtu=9000)
    compare_network()


def shown(user: Any, **config: Any) -> str:
    """The widget's markup."""
    request = HttpRequest()
    request.user = user
    return str(get_widget_class(NAME)(config=config).render(request)).replace("&amp;", "&")


def test_it_says_what_differs_by_resource(simulator: Simulator) -> None:
    fill(simulator, "one", "other")
    html = shown(admin())
    causes = Cause.objects.filter(resource="interfaces", open__gt=0, counted=True)
    number = sum(one.open for one in causes)
    assert f"Interfaces {number} {causes.count()}" in words(html)
    assert f"{reverse(f'{APP}:deviation_list')}?server=default&resource=interfaces&counted=true&state=open" in html
    assert f"{reverse(f'{APP}:network')}?server=default" in html
    assert "all compared just now" in words(html)


def test_a_trend_of_several_days_is_drawn(simulator: Simulator) -> None:
    fill(simulator, "one")
    assert "<svg" not in shown(admin())
    yesterday = timezone.localdate() - timedelta(days=1)
    DailyTotal.objects.create(server="default", day=yesterday, resource="interfaces", open=40)
    html = shown(admin())
    assert html.count("<svg") == 1 and "From 40 to" in html


def test_the_rows_that_were_asked_for(simulator: Simulator) -> None:
    fill(simulator, "one")
    rows = shown(admin(), rows=1)
    assert rows.count("<tr>") == 2 and "row more" in words(rows).replace("rows more", "row more")


def test_before_anything_was_compared_it_says_so(simulator: Simulator) -> None:
    assert "The network was not compared yet." in words(shown(admin()))


def test_a_server_that_is_gone_is_one_sentence(simulator: Simulator) -> None:
    fill(simulator, "one")
    assert "elsewhere" in words(shown(admin(), server="elsewhere"))


def test_another_server_has_its_own_numbers(simulator: Simulator) -> None:
    fill(simulator, "one")
    with librenms_servers({"default": server_entry(simulator), "second": server_entry(simulator)}):
        assert "not compared yet" in shown(admin(), server="second")
        assert "Interfaces" in shown(admin(), server="default")


def test_numbers_that_cannot_be_read_are_one_sentence(simulator: Simulator) -> None:
    user = admin()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Cause._meta.db_table} RENAME TO not_migrated")
    assert "The numbers cannot be read just now." in words(shown(user))
    assert Dashboard.objects.count() == 0


def test_who_may_not_read_the_plugins_pages_sees_nothing(simulator: Simulator) -> None:
    fill(simulator, "one")
    text = words(shown(somebody("nobody", {"dcim.device": ["view"]})))
    assert text == "No permission to view this content."


def test_one_sees_the_numbers_of_objects_that_one_may_view(simulator: Simulator) -> None:
    fill(simulator, "one", "other")
    user = somebody("reader", READ)
    grant(user, "dcim.device", "view", constraints={"name": "one"})
    number = sum(one.open for one in Cause.objects.filter(resource="interfaces", counted=True))
    assert f"Interfaces {number // 2} " in words(shown(user))


def test_the_number_of_queries_is_fixed(simulator: Simulator) -> None:
    asked = []
    for names in (["a"], [f"b{number}" for number in range(8)]):
        fill(simulator, *names)
        user = admin()
        shown(user)
        with counted() as queries:
            shown(user)
        assert not writes_in(queries)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10


def test_it_is_added_and_configured_on_the_dashboard(simulator: Simulator) -> None:
    fill(simulator, "one")
    client = client_of(admin())
    client.get("/")
    add = reverse("extras:dashboardwidget_add")
    assert "Differences to LibreNMS" in client.get(add, headers=HTMX).content.decode()
    form = client.get(add, {"widget_class": NAME}, headers=HTMX).content.decode()
    assert "Number of rows" in form and "Server" in form
    values = {"widget_class": NAME, "title": "Differences", "config-server": "", "config-rows": "30"}
    assert "Ensure this value is less than or equal to 20." in client.post(add, values, headers=HTMX).content.decode()
    client.post(add, {**values, "config-rows": "3"}, headers=HTMX)
    home = client.get("/").content.decode()
    assert "all compared" in home and "An error was encountered" not in home
