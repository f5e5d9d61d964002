"""The words for the end of a background job, by what became of its devices."""

import uuid
from typing import Any

import pytest
from core.models import Job

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, client_of, make_import_run

pytestmark = pytest.mark.django_db
TAKEN = {"code": "name_taken", "details": {"name": "eth0"}, "resource": "interfaces", "name": "eth0"}


def said_of(data: dict[str, Any]) -> dict[str, Any]:
    """What REST says of a job that NetBox holds to be completed."""
    job = Job.objects.create(name="x", job_id=uuid.uuid4(), user=admin(), status="completed", data=data)
    Run.objects.filter(pk=data.get("run")).update(job=job)
    said: dict[str, Any] = client_of(admin()).get(f"/api/plugins/librenms_plugin/jobs/{job.pk}/status/").json()
    return said


def ended(state: str, *outcomes: str, issues: list[Any]) -> dict[str, Any]:
    """The same of an import whose devices came to these ends."""
    run = make_import_run(admin(), state=state, outcomes=outcomes, issues=issues)
    return said_of({"librenms": "import", "run": run.pk})


@pytest.mark.parametrize(
    ("state", "outcomes", "issues", "words"),
    [
        ("completed", ["created", "exists"], [], "Job completed!"),
        ("partial", ["created", "failed"], [], "The import ended. 1 device failed."),
        ("partial", ["created", "failed", "failed"], [], "The import ended. 2 devices failed."),
        (
            "partial",
            ["created"],
            [TAKEN],
            "The import ended. All devices are in NetBox, but not everything of them could be written.",
        ),
        ("failed", ["failed", "failed"], [], "The import ended, but no device could be imported."),
    ],
)
def test_an_import_that_ended(
    simulator: Simulator, state: str, outcomes: list[str], issues: list[Any], words: str
) -> None:
    said = ended(state, *outcomes, issues=issues)
    assert (said["text"], said["state"], said["finished"]) == (words, state, True)


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        (["done", "done", "done"], "Job completed!"),
        (["done", "done", "failed"], "The search ended. 1 device gave no answer."),
        (["failed", "failed", "failed"], "The search ended. 3 devices gave no answer."),
    ],
)
def test_a_search_that_ended(simulator: Simulator, outcomes: list[str], words: str) -> None:
    run = make_import_run(admin(), kind="stacks", state="completed", outcomes=outcomes)
    said = said_of({"librenms": "stacks", "server": "default", "run": run.pk})
    assert (said["text"], said["done"]) == (words, 3)
