"""GraphQL reads what the lists show, to those who may read them, in a fixed number of queries."""

import json
from typing import Any

import pytest
from django.test import Client

from netbox_librenms_plugin.models import Cause, ComparedObject, Deviation
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, grant, make_device, make_interface, somebody, token_header
from tests.librenms import add_switch
from tests.orm.support import counted, writes_in

pytestmark = pytest.mark.django_db

READ = {"netbox_librenms_plugin.librenmssettings": ["view"]}


def fill(simulator: Simulator, *names: str) -> None:
    for name in names:
        number = add_switch(simulator.state, 3, vlans=(), hostname=name)
        make_interface(make_device(name, librenms_id=number), "Gi1/0/1", mtu=9000)
    compare_network()


def ask(query: str, user: Any = None) -> Any:
    """The data of an answer."""
    header = token_header(user or admin())
    answer = Client().post("/graphql/", json.dumps({"query": query}), content_type="application/json", headers=header)
    said = answer.json()
    assert "errors" not in said, said
    return said["data"]


def test_deviations_with_what_they_are_of(simulator: Simulator) -> None:
    fill(simulator, "one")
    (row,) = ask(
        """{ librenms_deviation_list(filters: {field: {exact: "mtu"}}) { id field found wanted state reason_text problem
        accepted_by first_seen netbox_id compared { name server kind object_id } cause { title open objects_open } } }
        """
    )["librenms_deviation_list"]
    stored = Deviation.objects.select_related("compared", "cause").get(field="mtu")
    assert (row["id"], row["found"], row["wanted"], row["state"]) == (str(stored.pk), 9000, 1500, "open")
    assert row["compared"] == {
        "name": "one",
        "server": "default",
        "kind": "device",
        "object_id": stored.compared.object_id,
    }
    assert row["cause"] == {"title": "MTU should be 1500", "open": 1, "objects_open": 1}


def test_objects_and_causes(simulator: Simulator) -> None:
    fill(simulator, "one", "other")
    data = ask("""{ librenms_compared_object_list(filters: {name: {exact: "other"}}) { name open librenms_id problem
        deviations { field } } librenms_cause_list(filters: {field: {exact: "mtu"}}) { title accepted
        deviations { compared { name } } } }""")
    (compared,), (cause,) = data["librenms_compared_object_list"], data["librenms_cause_list"]
    stored = ComparedObject.objects.get(name="other")
    assert (compared["open"], compared["librenms_id"]) == (stored.open, stored.librenms_id)
    assert len(compared["deviations"]) == stored.deviations.count()
    assert {one["compared"]["name"] for one in cause["deviations"]} == {"one", "other"}


def test_one_of_each(simulator: Simulator) -> None:
    fill(simulator, "one")
    for name, model in (("deviation", Deviation), ("cause", Cause), ("compared_object", ComparedObject)):
        pk = model.objects.values_list("pk", flat=True)[0]
        assert ask(f"{{ librenms_{name}(id: {pk}) {{ id }} }}") == {f"librenms_{name}": {"id": str(pk)}}


def test_netboxs_own_types_say_how_much_differs(simulator: Simulator) -> None:
    fill(simulator, "one")
    make_device("unknown")
    found = ask("{ device_list { name librenms_differences } }")["device_list"]
    assert {one["name"]: one["librenms_differences"] for one in found} == {
        "one": ComparedObject.objects.get(name="one").open,
        "unknown": None,
    }
    assert ask("{ virtual_machine_list { librenms_differences } }") == {"virtual_machine_list": []}


LISTS = "{ librenms_deviation_list { id } librenms_cause_list { id } librenms_compared_object_list { id } }"


def test_who_may_not_read_the_plugins_pages_reads_nothing(simulator: Simulator) -> None:
    fill(simulator, "one")
    user = somebody("reader", {"dcim.device": ["view"]})
    assert set(map(len, ask(LISTS, user).values())) == {0}
    assert ask("{ device_list { librenms_differences } }", user)["device_list"] == [{"librenms_differences": None}]


def test_one_reads_of_objects_that_one_may_view(simulator: Simulator) -> None:
    fill(simulator, "one", "other")
    user = somebody("reader", READ)
    grant(user, "dcim.device", "view", constraints={"name": "one"})
    query = """{ librenms_deviation_list { compared { name } } librenms_compared_object_list { name }
        librenms_cause_list(filters: {field: {exact: "mtu"}}) { open deviations { compared { name } } } }"""
    data = ask(query, user)
    assert {one["name"] for one in data["librenms_compared_object_list"]} == {"one"}
    assert {one["compared"]["name"] for one in data["librenms_deviation_list"]} == {"one"}
    (cause,) = data["librenms_cause_list"]
    assert cause == {"open": 1, "deviations": [{"compared": {"name": "one"}}]}


@pytest.mark.parametrize(
    "query",
    [
        "{ librenms_deviation_list { found compared { name } cause { title open } } }",
        "{ librenms_cause_list { title open deviations { name } } }",
        "{ librenms_compared_object_list { name deviations { name cause { title } } } }",
        "{ device_list { name librenms_differences } }",
    ],
)
def test_the_number_of_queries_is_fixed(simulator: Simulator, query: str) -> None:
    user = somebody("reader", {**READ, "dcim.device": ["view"], "virtualization.virtualmachine": ["view"]})
    asked = []
    for names in (["a"], [f"b{number}" for number in range(8)]):
        fill(simulator, *names)
        ask(query, user)
        with counted() as queries:
            ask(query, user)
        assert not [one for one in writes_in(queries) if "users_token" not in one]
        asked.append(len(queries))
    assert asked[0] == asked[1], asked
