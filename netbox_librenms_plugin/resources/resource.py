"""What a resource declares: everything that the engine, the import and the faces have to know of it."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from ..librenms.sources import Source
from ..orm.frame.batches import Batch, Written
from ..orm.frame.foreseen import ForeseenWrites
from ..orm.frame.results import RowResult
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject
from ..sync.core.compare import Field
from ..sync.core.plan import Change, Plan
from ..sync.core.policy import Policies, Policy
from .census import Census, Survey
from .decisions import Decision
from .words import Text, Words

Key = tuple[str, int]


class ResourceReader[Snapshot, Reading](Protocol):
    """Reads what NetBox holds of some subjects, in a number of queries that does not depend on how many they are."""

    def __call__(
        self, subjects: Sequence[Subject], snapshots: Mapping[Key, Snapshot], scope: Scope, *, lock: bool = False
    ) -> Mapping[Key, Reading]:
        """Subject key → reading. With ``lock`` the rows stay locked until the transaction ends."""


class Step(Enum):
    """When the import brings something."""

    MAKING_DEVICE = "while the device is made, before it is compared"
    WITH_DEVICE = "in the transaction that makes the device"
    AFTER_DEVICES = "when all devices are there, since it needs several of them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """How the import brings a resource: the label of its option, whether it is on if nobody says anything, its
    ``place`` among the options, and when it is written. The option has the resource's name.

    ``count`` says how much LibreNMS knows of the devices that are to be imported, for the numbers of the review. It
    raises ``LibreNMSError``. With ``beside`` its number stands beside each device too, in these words (lazy, of the
    number ``n``, which ``number`` shows). What was written is kept under ``counted_as``, else the resource's name.
    """

    label: Text
    place: int
    default: bool = True
    step: Step = Step.WITH_DEVICE
    count: Callable[[Survey], Census] | None = None
    beside: Any = None
    counted_as: str = ""


@dataclass(frozen=True, slots=True)
class Right:
    """What a user has to be allowed: some actions on a model, such as ``("add", "change")`` on ``dcim.interface``."""

    model: str
    actions: tuple[str, ...]

    @property
    def permissions(self) -> tuple[str, ...]:
        """NetBox's names of it: ``dcim.add_interface``."""
        app, name = self.model.split(".")
        return tuple(f"{app}.{action}_{name}" for action in self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource[Snapshot, Reading]:
    """One kind of thing that is compared, with all that is to be known of it outside of its own modules.

    ``words`` are its names, ``page`` the page of the documentation (``docs/<page>.md``). ``decisions`` are what a
    person can decide about a row; ``brought`` says how the import brings it, and without that the import does not.
    The first of ``device_rights`` and ``vm_rights`` is about the model that rows stand for. Where the type stands
    without parameters, it is any of them: what one reads is nobody else's business.

    Without ``vm_fields`` virtual machines do not have it, without ``remove`` nothing of it can be deleted.
    ``write`` is given the rows of several objects at once. ``shared`` names what a row takes in NetBox that a row of
    another object may want too, so that the second is looked at again when the first is written. ``lock`` makes
    whoever else would make the same shared objects wait, and says whether it did: then they may be there now.
    ``foresee`` adds what its rows will have written to what later resources look ahead to. ``fetch_chassis`` is asked
    instead of ``fetch`` where several chassis members share one LibreNMS device. ``alike`` are the fields by whose
    values rows that NetBox lacks are one and the same thing on every object.
    """

    name: str
    words: Words
    page: str
    fetch: Callable[[Source, int], Snapshot]
    read: ResourceReader[Snapshot, Reading]
    plan: Callable[[Snapshot, Reading, Policies], Plan]
    write: Callable[[Batch, Scope], Written]
    device_fields: tuple[Field, ...]
    device_rights: tuple[Right, ...]
    vm_fields: tuple[Field, ...] = ()
    vm_rights: tuple[Right, ...] = ()
    decisions: tuple[Decision, ...] = ()
    brought: Brought | None = None
    remove: Callable[[Subject, Sequence[Change], Scope], Iterable[RowResult]] | None = None
    fetch_chassis: Callable[[Source, int], Snapshot] | None = None
    shared: Callable[[Subject, Change], Iterable[Hashable]] | None = None
    lock: Callable[[Batch], bool] | None = None
    foresee: Callable[[ForeseenWrites, Subject, Sequence[Change]], ForeseenWrites] | None = None
    alike: tuple[str, ...] = ()

    def ask(self, source: Source, librenms_id: int, *, in_chassis: bool) -> Snapshot:
        """What LibreNMS says about one device, for an object that is or is not one of several chassis members."""
        fetch = self.fetch_chassis if in_chassis and self.fetch_chassis else self.fetch
        return fetch(source, librenms_id)

    @property
    def counted_as(self) -> str:
        """The name under which an import counts what it wrote."""
        return (self.brought.counted_as if self.brought else "") or self.name

    @property
    def label(self) -> Text:
        """What it is called where it stands alone."""
        return self.words.label

    def fields(self, *, virtual: bool) -> tuple[Field, ...]:
        """The compared fields of a VM or of a device."""
        return self.vm_fields if virtual else self.device_fields

    def rights(self, *, virtual: bool) -> tuple[Right, ...]:
        """What syncing it to a VM or a device needs."""
        return self.vm_rights if virtual else self.device_rights

    def model(self, *, virtual: bool) -> str:
        """The model that rows stand for, as NetBox writes it: ``dcim.interface``."""
        return self.rights(virtual=virtual)[0].model

    def decision(self, name: str) -> Decision:
        """The decision of this name. Raises ``KeyError``."""
        return {one.name: one for one in self.decisions}[name]

    def serves(self, *, virtual: bool) -> bool:
        """Whether a VM, or a device, has such things at all."""
        return bool(self.fields(virtual=virtual))

    @property
    def policy_fields(self) -> dict[str, Policy]:
        """Name that people set a policy by → built-in default."""
        return {one.policy_name: one.default for one in (*self.device_fields, *self.vm_fields)}
