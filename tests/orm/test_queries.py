"""How many queries comparing and applying take: the same number for few ports and for many."""

import pytest
from dcim.models import Interface
from ipam.models import VLAN

from simulator.server import Simulator
from tests.factories import make_device
from tests.librenms import add_switch

from .support import apply_to, counted, plan_of, writes_in

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 200


def queries_for(simulator: Simulator, ports: int) -> dict[str, int]:
    """Queries of each step for a switch of so many ports; LibreNMS has been asked before."""
    device = make_device(f"switch-{ports}", librenms_id=add_switch(simulator.state, ports, hostname=f"switch-{ports}"))
    plan_of(device)
    counts = {}
    for step, work in (("compare", plan_of), ("create", apply_to), ("nothing to do", apply_to)):
        with counted() as queries:
            work(device)
        counts[step] = len(queries)
        if step == "nothing to do":
            assert writes_in(queries) == []
    assert Interface.objects.filter(device=device).count() == ports
    Interface.objects.filter(device=device).update(description="", mtu=None, mode=None, untagged_vlan=None)
    with counted() as queries:
        apply_to(device)
    return counts | {"change": len(queries)}


def test_the_number_of_ports_does_not_show(simulator: Simulator) -> None:
    for vid in (10, 20):
        VLAN.objects.create(vid=vid, name=f"v{vid}")
    queries_for(simulator, 5)
    few, many = queries_for(simulator, FEW), queries_for(simulator, MANY)
    print(f"queries for {FEW} and {MANY} ports: {few} {many}")
    assert few == many
    assert many["compare"] <= 20
    assert many["create"] <= 120
    assert many["change"] <= 90
    assert many["nothing to do"] <= 40


def test_the_number_of_devices_hardly_shows(simulator: Simulator) -> None:
    from netbox_librenms_plugin import engine
    from tests.factories import admin

    devices = [
        make_device(f"s{number}", librenms_id=add_switch(simulator.state, 4, hostname=f"s{number}"))
        for number in range(40)
    ]
    list(engine.compare(devices, user=admin(), resources=["interfaces"]))
    counts = []
    for some in (devices[:4], devices):
        with counted() as queries:
            assert len(list(engine.compare(some, user=admin(), resources=["interfaces"]))) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
