"""Figures in NetBox's own /metrics: from stored totals, never in the way of the other figures."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone
from netbox.urls import urlpatterns as netbox_urls
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from netbox_librenms_plugin import metrics
from netbox_librenms_plugin.models import Cause, ComparedObject, Run
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import make_device, make_interface
from tests.librenms import add_switch
from tests.orm.support import counted

pytestmark = pytest.mark.django_db

# NetBox's addresses where METRICS_ENABLED is set
urlpatterns = [*netbox_urls, path("", include("django_prometheus.urls"))]
MIDDLEWARE = f"{metrics.__name__}.{metrics.FiguresOfAllProcesses.__name__}"


def fill(simulator: Simulator, *names: str) -> None:
    """Devices whose ports NetBox has with another MTU, compared."""
    for name in names:
        number = add_switch(simulator.state, 3, vlans=(), hostname=name)
        device = make_device(name, librenms_id=number)
        make_interface(device, "Gi1/0/1", mtu=9000)
    compare_network()


def figures(text: str) -> dict[tuple[str, ...], float]:
    """(name, server, resource) → value, of the plugin's figures."""
    samples = (one for family in text_string_to_metric_families(text) for one in family.samples)
    return {
        (one.name, *(one.labels[name] for name in ("server", "resource") if name in one.labels)): one.value
        for one in samples
        if one.name.startswith(metrics.PREFIX)
    }


def collected() -> dict[tuple[str, ...], float]:
    registry = CollectorRegistry()
    registry.register(metrics.Figures())
    return figures(generate_latest(registry).decode())


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    """NetBox's page as it is with METRICS_ENABLED; gives what it says."""
    middleware = [one for one in settings.MIDDLEWARE if one != MIDDLEWARE]
    with override_settings(METRICS_ENABLED=True, ROOT_URLCONF=__name__, MIDDLEWARE=[*middleware, MIDDLEWARE]):
        yield lambda: Client().get("/metrics").content.decode()


def test_open_deviations_by_server_and_resource(simulator: Simulator) -> None:
    fill(simulator, "one", "other")
    found = collected()
    for resource, number in ComparedObject.objects.get(name="one").counts.items():
        assert found[f"{metrics.PREFIX}_open_deviations", "default", resource] == 2 * number


def test_age_and_duration_of_the_last_full_comparison(simulator: Simulator) -> None:
    fill(simulator, "one")
    now = timezone.now()
    Run.objects.update(started=now - timedelta(seconds=700), ended=now - timedelta(seconds=600))
    # One of a part says nothing of the whole
    compare_network(among={"device": []})
    found = collected()
    assert found[f"{metrics.PREFIX}_comparison_duration_seconds", "default"] == pytest.approx(100, abs=1)
    assert 600 <= found[f"{metrics.PREFIX}_comparison_age_seconds", "default"] < 3600


def test_before_anything_was_compared_there_is_nothing_to_say() -> None:
    assert collected() == {}


def test_the_number_of_queries_is_fixed(simulator: Simulator) -> None:
    asked = []
    for names in (["a"], [f"b{number}" for number in range(8)]):
        fill(simulator, *names)
        with counted() as queries:
            assert collected()
        asked.append(len([one for one in queries if one["sql"].startswith("SELECT")]))
    assert asked == [2, 2]


def test_without_tables_all_other_figures_are_there(page: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Cause._meta.db_table} RENAME TO not_migrated")
    metrics.register()
    try:
        text = page()
    finally:
        REGISTRY.unregister(metrics._figures)
    assert figures(text) == {} and "python_info" in text


def test_netbox_has_them_on_its_page(simulator: Simulator, page: Any) -> None:
    fill(simulator, "one")
    metrics.register()
    metrics.register()
    try:
        assert figures(page()) == pytest.approx(collected(), abs=60)
    finally:
        REGISTRY.unregister(metrics._figures)


def test_with_several_processes_they_are_there_once(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: Any
) -> None:
    fill(simulator, "one")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    text = page()
    assert figures(text) == pytest.approx(collected(), abs=60) != {}
    assert len(re.findall(f"^# TYPE {metrics.PREFIX}_open_deviations", text, re.MULTILINE)) == 1


def test_other_pages_are_left_alone(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: Any
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert metrics.PREFIX not in Client().get("/login/").content.decode()


def test_where_metrics_are_off_nothing_is_added() -> None:
    assert metrics._figures not in REGISTRY._collector_to_names
    with pytest.raises(MiddlewareNotUsed):
        metrics.FiguresOfAllProcesses(lambda request: None)  # type: ignore[arg-type, return-value]
