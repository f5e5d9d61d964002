"""How many queries comparing cables takes: the same number for few links and for many."""

import pytest

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.sync.core.plan import Outcome
from simulator.server import Simulator
from tests.factories import admin
from tests.orm.support import apply_to, plan_of

from .support import counted, writes_in
from .test_cables import Pair

pytestmark = pytest.mark.django_db


def steps(simulator: Simulator, links: int) -> dict[str, int]:
    pair = Pair(simulator.state, links=links, prefix=f"{links}-")
    plan_of(pair.switch, "cables")
    counts = {}
    with counted() as queries:
        assert len(plan_of(pair.switch, "cables").changes) == links
    counts["compare"] = len(queries)
    assert writes_in(queries) == []
    apply_to(pair.switch, "cables")
    plan_of(pair.switch, "cables")
    with counted() as queries:
        assert plan_of(pair.switch, "cables").counts[Outcome.SAME] == links
    counts["compare again"] = len(queries)
    with counted() as queries:
        apply_to(pair.switch, "cables")
    counts["nothing to do"] = len(queries)
    return counts


def test_the_number_of_links_does_not_show(simulator: Simulator) -> None:
    steps(simulator, 3)
    few, many = steps(simulator, 10), steps(simulator, 200)
    print(few, many)
    assert few == many
    assert many["compare"] <= 25
    assert many["nothing to do"] <= 40


def test_the_number_of_devices_does_not_show(simulator: Simulator) -> None:
    pairs = [Pair(simulator.state, links=2, prefix=f"{number}-") for number in range(12)]
    devices = [one.switch for one in pairs]
    list(engine.compare(devices, user=admin(), resources=["cables"]))
    counts = []
    for some in (devices[:4], devices):
        with counted() as queries:
            assert len(list(engine.compare(some, user=admin(), resources=["cables"]))) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
