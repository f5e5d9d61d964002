"""Where a page asks about a background job, and cancels it."""

from typing import Any

from core.models import Job
from django.urls import reverse

API = "plugins-api:netbox_librenms_plugin-api"


def job_urls(job: Job, user: Any) -> dict[str, str]:
    """The addresses for ``import_job.js``. Only superusers may stop a worker through NetBox's own address."""
    jobs, task = f"{reverse(f'{API}:api-root')}jobs/{job.pk}", {"id": str(job.job_id)}
    return {
        "status_url": f"{jobs}/status/",
        "cancel_url": f"{jobs}/cancel/",
        "sync_url": f"{jobs}/sync-status/",
        "stop_url": reverse("core-api:rqtask-stop", kwargs=task) if user.is_superuser else "",
    }
