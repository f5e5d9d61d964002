"""The plugin's background jobs. What they do is in ``runs`` and ``import_utils``; here they begin, end and report."""

import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from typing import Any, NoReturn

from core.choices import JobIntervalChoices
from core.exceptions import JobFailed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from netbox.jobs import JobRunner, system_job
from redis.exceptions import RedisError

from .choices import RunOutcomeChoices, RunStateChoices
from .deviations import notices
from .deviations.again import compare_again
from .librenms.errors import LibreNMSError
from .librenms.limits import in_background
from .librenms_api import LibreNMSAPI
from .models import Run
from .runs.control import abandoned_words, cancelled_words, enqueue, sync_helpers
from .runs.ends import RunStopped, finish
from .runs.garbage import old_objects_left_alone
from .runs.kinds import HELPER, RunKind, kind_of
from .runs.queue import is_running, living, queue_name_of, workers_of
from .runs.watch import LOOK_EVERY, Reason, Watch
from .runs.worker import Worker
from .schedules.tick import tick
from .words.sentences import kept_sentence

MOST_HELPERS = 7
# Seconds that a cancelled run waits for its helpers to come to the end of their items
PATIENCE = 60
MOST_LOGGED = 200
# Seconds that a job compares what LibreNMS gave notice of
AT_MOST = 120
_STATES = {
    Reason.CANCELLED: RunStateChoices.CANCELLED,
    Reason.ABANDONED: RunStateChoices.ABANDONED,
    Reason.NOT_ALLOWED: RunStateChoices.FAILED,
}


class LibreNMSJob(JobRunner):
    """What the jobs share: they are watched, end with a sentence, and may wait longer for LibreNMS than a page."""

    class Meta:
        abstract = True

    @classmethod
    def handle(cls, job: Any, *args: Any, **kwargs: Any) -> None:
        """What the queue calls."""
        with in_background(), old_objects_left_alone():
            super().handle(job, *args, **kwargs)

    def watch(self, kind: RunKind, request: Any, *, job_id: uuid.UUID | None = None) -> Watch:
        """Says when to end. ``job_id``: the job that people steer, if it is another one."""
        return Watch(
            job_id=job_id or self.job.job_id,
            queue_name=queue_name_of(self.job),
            request=request,
            permissions=kind.permissions,
        )

    def note(self, **data: Any) -> None:
        """Keep something in the job's data; it is written with the job's end."""
        self.job.data = {**(self.job.data or {}), **data}

    def fail(self, sentence: Any, state: str) -> NoReturn:
        """End the job as failed, with a sentence for people."""
        self.logger.error(f"{sentence}")
        self.note(state=state)
        self.job.error = str(sentence)
        raise JobFailed

    def fail_for(self, reason: Reason | None) -> NoReturn:
        """End the job for what its watch saw."""
        words = {
            Reason.CANCELLED: cancelled_words(),
            Reason.NOT_ALLOWED: _("The user who started this may not do it any more."),
            Reason.ABANDONED: abandoned_words(),
        }
        seen = reason or Reason.ABANDONED
        self.fail(words[seen], _STATES[seen])


class RunJob(LibreNMSJob):
    """A run: it lives as long as that does, so it is the one that the page asks about and that people cancel."""

    class Meta:
        abstract = True

    def run(self, run_pk: int, request: Any = None, **kwargs: Any) -> None:
        """Work the run off, with as many helpers as there are workers."""
        run = Run.objects.filter(pk=run_pk, job=self.job.pk).first()
        if run is None:
            self.fail(_("This run does not exist any more, or another job is working on it."), RunStateChoices.FAILED)
        try:
            self._run(run, self.watch(kind_of(run.kind), request))
        finally:
            # A Redis that is away for a moment is no reason for a run to fail
            with suppress(RedisError):
                sync_helpers(self.job)

    def _run(self, run: Run, watch: Watch) -> None:
        try:
            done = self._work(run, watch)
        except (LibreNMSError, RunStopped) as error:
            finish(run, state=RunStateChoices.FAILED)
            self._report(run)
            self.fail(error.message, RunStateChoices.FAILED)
        except Exception:
            finish(run, state=RunStateChoices.FAILED)
            raise
        finish(run, state=None if done else _STATES[watch.reason or Reason.ABANDONED])
        self._report(run)
        if not done:
            self.fail_for(watch.reason)

    def _work(self, run: Run, watch: Watch) -> bool:
        if watch.stop():
            return False
        worker = _worker(run, watch, self)
        left = run.items.filter(outcome=RunOutcomeChoices.PENDING).count()
        helpers = self._helpers(run, watch, left)
        self.logger.info(
            f"{run}, LibreNMS server {run.server}: {left} items to do, " f"{helpers} further workers are asked to help"
        )
        if worker.work():
            return True
        end = time.monotonic() + PATIENCE
        while worker.others_at_it() and time.monotonic() < end:
            time.sleep(LOOK_EVERY)
        return False

    def _helpers(self, run: Run, watch: Watch, left: int) -> int:
        """Ask the other workers of the queue to help, as far as there is work for them."""
        kind = kind_of(run.kind)
        if not kind.helper:
            return 0
        others = workers_of(watch.queue_name) - 1
        number = max(0, min(others, MOST_HELPERS, (left - 1) // kind.claim))
        for _number in range(number):
            enqueue(
                kind.helper,
                {"librenms": HELPER, "parent": str(self.job.job_id), "run": run.pk},
                user=self.job.user,
                queue_name=watch.queue_name,
                notifications="never",
                request=watch.request,
                run_pk=run.pk,
                parent=str(self.job.job_id),
            )
        return number

    def _report(self, run: Run) -> None:
        """The numbers for the job's data, the reasons for its log."""
        counts = dict(run.counts())
        self.note(counts=counts, state=run.state)
        failed = run.items.filter(outcome=RunOutcomeChoices.FAILED)
        for item in failed[:MOST_LOGGED]:
            reasons = " ".join(kept_sentence(one["code"], one["details"]) for one in item.issues)
            number = f" (#{item.librenms_id})" if item.librenms_id else ""
            self.logger.warning(f"{item.name}{number}: {reasons}")
        kind = kind_of(run.kind)
        labels = {value: label for value, label, _color in RunOutcomeChoices.CHOICES if value in kind.outcomes}
        numbers = [f"{label}: {counts[value]}" for value, label in labels.items()]
        numbers += [f"{name}: {number}" for name, number in kind.tally(run).items()]
        self.logger.info(", ".join(numbers))


class RunHelperJob(LibreNMSJob):
    """Helps a run: takes what is free of it. One that starts late finds nothing and ends at once."""

    class Meta:
        abstract = True

    def run(self, run_pk: int, parent: str = "", request: Any = None, **kwargs: Any) -> None:
        """Work until nothing is left, or the run that it helps has ended."""
        run = Run.objects.filter(pk=run_pk, state__in=RunStateChoices.OPEN).first()
        if run is None:
            return
        watch = self.watch(kind_of(run.kind), request, job_id=uuid.UUID(parent))
        if watch.stop():
            return
        try:
            done = _worker(run, watch, self).work()
        except (LibreNMSError, RunStopped) as error:
            self.logger.warning(f"{error.message}")
            return
        if done and not is_running(watch.job_id, watch.queue_name):
            finish(run)


class ImportDevicesJob(RunJob):
    """An import of devices."""

    class Meta:
        name = gettext_lazy("Import of LibreNMS devices")


class ImportChunkJob(RunHelperJob):
    """Helps an import."""

    class Meta:
        name = gettext_lazy("Import of LibreNMS devices (helper)")


class FilterDevicesJob(RunJob):
    """Finds out which devices of the import list are stacks, which only their inventories tell."""

    class Meta:
        name = gettext_lazy("Search for stacks in LibreNMS")


class CompareNetworkJob(RunJob):
    """A comparison of many objects, or of everything."""

    class Meta:
        name = gettext_lazy("Comparison with LibreNMS")


class CompareHelperJob(RunHelperJob):
    """Helps a comparison."""

    class Meta:
        name = gettext_lazy("Comparison with LibreNMS (helper)")


class SyncObjectsJob(RunJob):
    """A sync of many objects."""

    class Meta:
        name = gettext_lazy("Sync with LibreNMS")


class SyncHelperJob(RunHelperJob):
    """Helps a sync."""

    class Meta:
        name = gettext_lazy("Sync with LibreNMS (helper)")


class ShadowJob(RunJob):
    """A sync that only says what it would write."""

    class Meta:
        name = gettext_lazy("Sync with LibreNMS in shadow")


class ShadowHelperJob(RunHelperJob):
    """Helps a sync in shadow."""

    class Meta:
        name = gettext_lazy("Sync with LibreNMS in shadow (helper)")


class CompareNoticedJob(LibreNMSJob):
    """Compares the devices that LibreNMS gave notice of, as long as any is due. Nobody started it: it reads for
    everybody, as all comparisons do that are stored."""

    class Meta:
        name = gettext_lazy("Comparison of devices that LibreNMS reported")

    def run(self, server: str, later: bool = False, **kwargs: Any) -> None:
        """Some devices at a time. After some minutes another job goes on, so that other jobs have their turn."""
        try:
            api = LibreNMSAPI(server)
        except LibreNMSError as error:
            notices.forget(server)
            self.fail(error.message, RunStateChoices.FAILED)
        notices.begin(server, later=later)
        end = time.monotonic() + AT_MOST
        counts: Counter[str] = Counter()
        try:
            while some := notices.take(server, more=time.monotonic() < end):
                counts.update(asdict(compare_again(api, some)))
        except Exception:
            notices.take(server, more=False)
            raise
        self.note(counts=dict(counts))
        self.logger.info(", ".join(f"{name}: {number}" for name, number in counts.items()) or "nothing was due")


class PushJob(RunJob):
    """Adds devices to LibreNMS."""

    class Meta:
        name = gettext_lazy("Push to LibreNMS")


class PushHelperJob(RunHelperJob):
    """Helps to add devices."""

    class Meta:
        name = gettext_lazy("Push to LibreNMS (helper)")


class PushShadowJob(RunJob):
    """Says which devices would be added."""

    class Meta:
        name = gettext_lazy("Adding to LibreNMS in shadow")


class MaintenanceJob(RunJob):
    """Puts devices under maintenance in LibreNMS."""

    class Meta:
        name = gettext_lazy("Maintenance in LibreNMS")


class SitesJob(RunJob):
    """A sync of sites with LibreNMS's locations."""

    class Meta:
        name = gettext_lazy("Sync of sites with LibreNMS")


class UndoJob(RunJob):
    """An undo of a run."""

    class Meta:
        name = gettext_lazy("Undo of a LibreNMS run")


@system_job(interval=JobIntervalChoices.INTERVAL_MINUTELY)
class SchedulesJob(LibreNMSJob):
    """Looks after the schedules, every minute. NetBox's workers put it into the queue when they start."""

    class Meta:
        # NetBox knows a system job by its name, so it must be the same in every language
        name = "LibreNMS schedules"

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Start what is due."""
        ticked = tick()
        self.note(started=ticked.started, taken_up=ticked.taken_up, failed=ticked.failed)
        for name, sentence in ticked.failed.items():
            self.logger.warning(f"{name}: {sentence}")


def _worker(run: Run, watch: Watch, job: LibreNMSJob) -> Worker:
    return Worker(
        run=run,
        request=watch.request,
        id=job.job.job_id,
        stop=watch.stop,
        alive=living(watch.queue_name, clock=time.monotonic, every=LOOK_EVERY),
    )
