"""What the tests of deviations share: comparing everything, and what is stored of it then."""

from typing import Any

from netbox_librenms_plugin.deviations.starting import start_comparison
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Deviation, Run
from netbox_librenms_plugin.runs.worker import run_now
from tests.factories import admin, request_of


def compare_network(**options: Any) -> Run:
    """A comparison of everything, as a job would do it."""
    with request_of(admin()) as request:
        run = start_comparison(LibreNMSAPI(), request=request, **options)
        run_now(run, request)
    run.refresh_from_db()
    return run


def stored(*states: str) -> set[tuple[str, str, str, str, str]]:
    """(object, resource, name, field, outcome) of the deviations in these states, of all that are not resolved."""
    rows = Deviation.objects.select_related("compared").exclude(state="resolved")
    rows = rows.filter(state__in=states) if states else rows
    return {(one.compared.name, one.resource, one.name, one.field, one.outcome) for one in rows}


def deviation(**wanted: Any) -> Deviation:
    """The one deviation of these columns."""
    return Deviation.objects.select_related("compared", "cause").get(**wanted)
