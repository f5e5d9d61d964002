"""A run, worked off by however many workers there are.

The items of the run are the work that is left. A worker claims some of them, does them, one by one or a batch at once,
and writes down what became of each: whoever is killed costs time and nothing else. A phase comes when all items of the
one before are done, whoever did them.
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rq.timeouts import JobTimeoutException

from ..choices import RunOutcomeChoices, RunStateChoices
from ..lost_connections import lasting
from ..models import Run, RunItem
from ..sync.core.issues import Code
from .claims import Claims
from .ends import finish
from .kinds import items_before, kind_of
from .phases import Phase, Result, Task

# Items that a worker fetches ahead at the same time
AHEAD = 4
# Seconds between two looks at what other workers have left
POLL = 0.5

logger = logging.getLogger("netbox_librenms_plugin")


@dataclass(slots=True, kw_only=True)
class Worker:
    """One of those who work a run off. ``id`` names it in the items that it claims.

    ``stop`` says that somebody cancelled; ``alive`` whether the worker of an id is still there, so that what a dead
    one has claimed is given to others. ``done`` is told of each item when its outcome is written down.
    """

    run: Run
    request: Any
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    stop: Callable[[], bool] = lambda: False
    alive: Callable[[uuid.UUID], bool] = lambda _id: True
    done: Callable[[RunItem], None] = lambda _item: None
    _phases: Sequence[Phase] = field(init=False)
    _claims: Claims = field(init=False)

    def __post_init__(self) -> None:
        task = Task(run=self.run, request=self.request, worker=self.id, stop=self.stop)
        self._phases = kind_of(self.run.kind).phases(task)
        self._claims = Claims(worker=self.id, alive=self.alive)

    def work(self) -> bool:
        """Work until nothing is left or somebody cancels; says whether all is done.

        Raises what a phase raises as it begins or checks: what is left stays to be done.
        """
        self._begin()
        return all(self._work_off(phase) for phase in self._phases)

    @lasting
    def others_at_it(self) -> bool:
        """Whether a living worker other than this one is at an item."""
        return any(self._claims.others_at(self._pending(phase)) for phase in self._phases)

    @lasting
    def _begin(self) -> None:
        waiting = Run.objects.filter(pk=self.run.pk, started=None, state__in=RunStateChoices.OPEN)
        waiting.update(started=timezone.now(), state=RunStateChoices.RUNNING)

    def _pending(self, phase: Phase) -> QuerySet[RunItem]:
        return phase.pending(items_before(self.run, phase.name))

    def _work_off(self, phase: Phase) -> bool:
        """Whether the phase came to its end."""
        phase.begin()
        self._claims.begin()
        while not self.stop():
            items = self._claims.take(self._pending(phase), max(kind_of(self.run.kind).claim, phase.batch))
            if items:
                self._chunk(phase, items)
            elif self._claims.all_done(self._pending(phase)):
                return True
            else:
                time.sleep(POLL)
        return False

    def _chunk(self, phase: Phase, items: Sequence[RunItem]) -> None:
        """Do some items. Those that a cancel or the end of the work leaves over are free again."""
        left = list(items)
        with ThreadPoolExecutor(AHEAD, thread_name_prefix="ahead") as pool:
            answers = {item.pk: pool.submit(phase.fetch, item) for item in items} if phase.fetches else {}
            for batch in batched(items, phase.batch):
                if self.stop():
                    pool.shutdown(cancel_futures=True)
                    self._claims.release(left)
                    return
                for item in batch:
                    if item.pk in answers:
                        answers[item.pk].result()
                self._batch(phase, batch)
                del left[: len(batch)]
                try:
                    phase.check()
                except Exception:
                    pool.shutdown(cancel_futures=True)
                    self._claims.release(left)
                    raise

    def _batch(self, phase: Phase, items: Sequence[RunItem]) -> None:
        results = list(zip(items, _results(phase, items), strict=True))
        done = [(item, result) for item, result in results if result is not None]
        if left := [item for item, result in results if result is None]:
            self._claims.release(left)
        for item, result in done:
            phase.note(item, result)
        self._claims.keep([item for item, _result in done], phase.name)
        for item, result in done:
            if result.outcome is not None:
                self.done(item)


def run_now(
    run: Run,
    request: Any,
    *,
    stop: Callable[[], bool] = lambda: False,
    done: Callable[[RunItem], None] = lambda _item: None,
) -> None:
    """Work a run off while the caller waits. Raises what its phases raise; the run is closed in any case.

    ``stop`` and ``done`` as in ``Worker``.
    """
    state: str | None = RunStateChoices.CANCELLED
    try:
        if Worker(run=run, request=request, stop=stop, done=done).work():
            state = None
    except Exception:
        state = RunStateChoices.FAILED
        raise
    finally:
        finish(run, state=state)


def _results(phase: Phase, items: Sequence[RunItem]) -> Sequence[Result | None]:
    """One bad item never ends a run, and costs only itself, whatever is wrong with it."""
    try:
        return phase.do(items)
    except JobTimeoutException:
        raise
    except Exception as error:
        if len(items) > 1:
            return [result for item in items for result in _results(phase, [item])]
        logger.exception("%s of run %s failed", items[0], items[0].run_id)
        fault = {"code": Code.PLUGIN_FAILED.value, "details": {"error": type(error).__name__}}
        return [Result(outcome=RunOutcomeChoices.FAILED, issues=[{**fault, "resource": "", "name": ""}])]
