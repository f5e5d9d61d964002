"""What the tests of jobs share: who imports, what he imports, and a look at how it stands."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from core.models import Job
from django.utils import timezone
from rq.utils import utcformat

from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.starts import start
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.control import enqueue_run
from netbox_librenms_plugin.runs.queue import fetch
from tests.factories import client_of, request_of, somebody
from tests.workers import until

API = "/api/plugins/librenms_plugin/jobs"
WRITTEN = ("dcim.device", "dcim.interface", "dcim.macaddress", "dcim.cable", "dcim.virtualchassis", "ipam.vlan")
READ = ("site", "devicerole", "devicetype", "manufacturer", "platform", "location", "rack")
RIGHTS = {
    **{label: ["view", "add", "change"] for label in (*WRITTEN, "ipam.ipaddress")},
    **{f"dcim.{name}": ["view"] for name in READ},
    "netbox_librenms_plugin.librenmssettings": ["view", "change"],
}
PORTS = 3


def importer(name: str = "importer") -> Any:
    """Somebody who may import and is no superuser."""
    return somebody(name, RIGHTS)


def enqueued(user: Any, ids: Iterable[int]) -> tuple[Run, Job]:
    """An import of these devices, in the queue."""
    with request_of(user) as request:
        run = start(LibreNMSAPI(), user=user, request=request, choices={}, options=ImportOptions(), wanted=ids)
        job = enqueue_run(run, request)
    return run, job


def continued(run: Run, user: Any) -> Job:
    """What is left of an import, in the queue again."""
    with request_of(user) as request:
        return enqueue_run(run, request)


def grown_old(job: Job) -> None:
    """Some minutes go by without a sign of the job's worker."""
    found = fetch(job.job_id, "default")
    assert found is not None
    old = utcformat(timezone.now() - timedelta(minutes=5))
    found.connection.hset(found.key, "last_heartbeat", old)


class Person:
    """Somebody in front of REST."""

    def __init__(self, user: Any) -> None:
        self.client = client_of(user)

    def status(self, job: Job) -> dict[str, Any]:
        """How a job stands, as the page hears it."""
        return self._said(self.client.get(f"{API}/{job.pk}/status/"))

    def cancel(self, job: Job, **body: Any) -> dict[str, Any]:
        """Cancel a job."""
        return self._said(self.client.post(f"{API}/{job.pk}/cancel/", body, content_type="application/json"))

    def sync(self, job: Job) -> dict[str, Any]:
        """Bring the row of a job in line with RQ."""
        return self._said(self.client.post(f"{API}/{job.pk}/sync-status/"))

    def finished(self, job: Job) -> dict[str, Any]:
        """How it stands when it has ended."""
        until(lambda: self.status(job)["finished"], what="end of the job")
        return self.status(job)

    def after(self, job: Job, number: int) -> dict[str, Any]:
        """How it stands when so many devices are done."""

        def fits() -> dict[str, Any] | None:
            said = self.status(job)
            return said if said["done"] >= number else None

        found: dict[str, Any] = until(fits, what=f"{number} devices that are done")
        return found

    def _said(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code == 200, answer.content
        return dict(answer.json())
