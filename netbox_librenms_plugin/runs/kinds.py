"""The kinds of runs, each declared once by whoever does such work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from ..choices import RunOutcomeChoices
from ..models import Run, RunItem

if TYPE_CHECKING:
    from .phases import Phase, Task

VIEW = "netbox_librenms_plugin.view_librenmssettings"
CHANGE = "netbox_librenms_plugin.change_librenmssettings"
# What the data of a job says that works for a run and is steered through the run's own job
HELPER = "helper"
# Items that a worker takes at once
CHUNK = 8


def _nothing_left(_run: Run, _state: str) -> bool:
    return False


def some_pending(run: Run, _state: str) -> bool:
    """Whether items of a run have no outcome yet: what is left of kinds whose every item can be gone on with."""
    return run.items.filter(outcome=RunOutcomeChoices.PENDING).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind:
    """One kind of work. ``name`` is stored with runs and in the data of their jobs.

    ``runner``: class of the job that does it, in the plugin's ``jobs``. ``helper``: class of the jobs that further
    workers take to help it; empty where one job does all. ``permissions``: without all of them the work ends.

    ``claim``: so many items a worker takes at once, so that more than so many are worth another worker.

    ``outcomes`` are what can become of its items, in order. ``notifications``: when NetBox tells the user of the job's
    end (``always``, ``on_failure``).

    ``phase_names``: the phases that its items come through, in order; ``phases`` makes them for one worker.
    ``work_left`` says whether a run that ended in a state left something undone. ``end_words`` is the sentence for a
    job that came to its end: it is given the number of objects by outcome, and the state. ``figures``: what the kind
    adds to the answer about a job, from the number of items by the last phase that they came through; ``tally``: what
    it adds to the numbers by outcome. ``sums``: what its items have counted together, by the names that they use.
    ``whole_without``: outcomes whose reasons are no failure of the run.
    """

    name: str
    label: Promise | str
    runner: str
    end_words: Callable[[Mapping[str, int], str], str]
    helper: str = ""
    permissions: tuple[str, ...] = (VIEW, CHANGE)
    phase_names: tuple[str, ...] = ()
    phases: Callable[["Task"], Sequence["Phase"]] = lambda _task: ()
    claim: int = CHUNK
    outcomes: tuple[str, ...] = tuple(RunOutcomeChoices.values())
    notifications: str = "always"
    work_left: Callable[[Run, str], bool] = _nothing_left
    figures: Callable[[Mapping[str, int]], Mapping[str, int]] = lambda _by_phase: {}
    tally: Callable[[Run], Mapping[str, int]] = lambda _run: {}
    sums: Callable[[Run], Mapping[str, int]] = lambda _run: {}
    whole_without: frozenset[str] = frozenset({RunOutcomeChoices.LEFT_OUT})


_KINDS: dict[str, RunKind] = {}


def register(kind: RunKind) -> RunKind:
    """Make a kind known; gives it. A kind of the same name is replaced."""
    _KINDS[kind.name] = kind
    return kind


def kind_of(name: Any) -> RunKind:
    """The kind with this name. Raises ``KeyError``."""
    return _KINDS[name]


def kind_label(name: str) -> Any:
    """What people call a kind; the name itself where nobody declares it any more."""
    return _KINDS[name].label if name in _KINDS else name


def kind_choices() -> list[tuple[str, Any]]:
    """All kinds, for people to choose from."""
    return [(one.name, one.label) for one in _KINDS.values()]


def items_before(run: Run, phase: str) -> QuerySet[RunItem]:
    """The items of a run that have not come through this phase. Those that an earlier one left out are among them."""
    names = kind_of(run.kind).phase_names
    return run.items.filter(phase__in=("", *names[: names.index(phase)]))


def steered() -> tuple[str, ...]:
    """Names of all kinds: people ask about jobs with these, and cancel them."""
    return tuple(_KINDS)
