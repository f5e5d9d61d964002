"""Figures in NetBox's own /metrics, from stored totals: two queries for each scrape.

NetBox serves what django-prometheus collects. Where several processes share a folder for that, its page has only what
they wrote there; what is read from the database, and is the same in all of them, is added by a middleware then.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error, transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

PREFIX = "netbox_librenms"
# The name of the page of django-prometheus
PAGE = "prometheus-django-metrics"
SHARED_FOLDER = ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir")

logger = logging.getLogger("netbox_librenms_plugin")


class Figures(Collector):
    """Open deviations, and the last full comparison of each server."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """What there is; registering asks for it, when no table can be read yet."""
        return _families()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures as they are now. Without tables, or without a database, there are none: other figures of
        NetBox's are on the same page."""
        families = _families()
        try:
            with transaction.atomic():
                _fill(*families)
        except Error as error:
            logger.warning("The figures for Prometheus could not be read: %s", type(error).__name__)
            families = _families()
        yield from families


def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily(
            f"{PREFIX}_open_deviations",
            "Differences between NetBox and LibreNMS that nobody has settled",
            labels=("server", "resource"),
        ),
        GaugeMetricFamily(
            f"{PREFIX}_comparison_age_seconds",
            "Seconds since the last full comparison of the network ended",
            labels=("server",),
        ),
        GaugeMetricFamily(
            f"{PREFIX}_comparison_duration_seconds",
            "Seconds that the last full comparison of the network took",
            labels=("server",),
        ),
    )


def _fill(deviations: GaugeMetricFamily, ages: GaugeMetricFamily, durations: GaugeMetricFamily) -> None:
    # Registering comes before the models
    from .deviations.overview import full_comparisons
    from .models import Cause

    stored = Cause.objects.filter(counted=True).order_by("server", "resource").values_list("server", "resource")
    for server, resource, number in stored.annotate(n=Sum("open")):
        deviations.add_metric((server, resource), number)
    now = timezone.now()
    for run in full_comparisons().order_by("server", "-ended").distinct("server"):
        ages.add_metric((run.server,), _seconds(run.ended, now))
        if run.started is not None:
            durations.add_metric((run.server,), _seconds(run.started, run.ended))


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return max(0.0, (end - start).total_seconds()) if start and end else 0.0


_figures = Figures()


def register() -> None:
    """Have the figures collected with all others, once in a process."""
    # Refused where they are collected already
    with suppress(ValueError):
        REGISTRY.register(_figures)


class FiguresOfAllProcesses:
    """Adds the figures to NetBox's page where that has only what processes wrote into their shared folder."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_ENABLED or not any(name in os.environ for name in SHARED_FOLDER):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the figures if it is that page."""
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.url_name == PAGE and response.status_code == 200:
            registry = CollectorRegistry()
            registry.register(_figures)
            response.content += generate_latest(registry)
        return response
