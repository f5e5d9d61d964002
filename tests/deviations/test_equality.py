"""What is stored of an object is what its page shows: for random parts of a company, and of recorded devices."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from dcim.models import Device
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.deviations.seen import seen_in
from netbox_librenms_plugin.models import ComparedObject, Deviation
from netbox_librenms_plugin.models.compared_object import NETBOX_MODELS
from simulator.server import Simulator
from tests.beside import DATASET, needs
from tests.factories import admin, make_object_of, request_of
from tests.librenms import simulated_librenms

from .support import compare_network

pytestmark = [pytest.mark.django_db, pytest.mark.network]
ELSEWHERE = "link_ends"


@pytest.fixture
def objects(company: Simulator) -> Iterator[Sequence[Any]]:
    """Everything that LibreNMS has, in NetBox; every third object was synced already."""
    found = [make_object_of(row) for row in company.state.devices.values()]
    for instance in found[::3]:
        names = ("vlans", "interfaces", "ip_addresses") if isinstance(instance, Device) else ("interfaces",)
        with request_of(admin()) as request:
            chosen = {name: engine.Selection() for name in names}
            engine.apply(instance, user=admin(), request=request, selections=chosen)
    yield found


def stored(instance: Any) -> set[tuple[str, str, str]]:
    rows = Deviation.objects.filter(compared__kind=instance._meta.model_name, compared__object_id=instance.pk).exclude(
        resource=ELSEWHERE
    )
    return set(rows.exclude(state="resolved").values_list("resource", "key", "field"))


def on_page(instance: Any) -> set[tuple[str, str, str]]:
    (compared,) = engine.compare([instance], user=admin())
    assert compared.error is None
    return {one.identity for one in seen_in(compared, unseen_days=30).found}


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_some_of_a_company(objects: Sequence[Any], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(list(objects)), min_size=1, max_size=6, unique_by=lambda one: str(one)))
    cache.clear()
    ComparedObject.objects.all().delete()
    among = {kind: [one.pk for one in some if isinstance(one, model)] for kind, model in NETBOX_MODELS.items()}
    compare_network(complete=True, among=among)
    for instance in some:
        assert stored(instance) == on_page(instance), instance


def test_all_of_it_by_the_lists_alone_is_a_part_of_it(objects: Sequence[Any]) -> None:
    compare_network()
    for instance in objects:
        assert stored(instance) <= on_page(instance), instance


@needs(DATASET)
def test_recorded_devices() -> None:
    with simulated_librenms(str(DATASET)) as simulator:
        some = [make_object_of(row) for row in simulator.state.devices.values()]
        compare_network(complete=True)
        for instance in some:
            assert stored(instance) == on_page(instance), instance
