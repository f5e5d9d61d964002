"""What a resource declares: how to fetch, read, plan, write and remove it, and which fields it has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..librenms.sources import Source
from ..orm.frame.foreseen import Foreseen
from ..orm.frame.results import Result
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject
from ..sync.core.compare import Field
from ..sync.core.plan import Change, Plan
from ..sync.core.policy import Policies, Policy

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of thing that is compared: how to fetch, read, plan, write and remove it, and which fields it has.

    Without ``vm_fields`` virtual machines do not have it, without ``remove`` nothing of it can be deleted.
    ``lock`` makes whoever else would make the same shared objects wait, and says whether it did: then they may be there
    now. ``foresee`` adds what its rows will have written to what later resources look ahead to. ``fetch_chassis`` is
    asked instead of ``fetch`` where several chassis members share one LibreNMS device.
    """

    name: str
    label: Any
    fetch: Callable[[Source, int], Any]
    read: Callable[..., Mapping[Key, Any]]
    plan: Callable[[Any, Any, Policies], Plan]
    write: Callable[[Subject, Sequence[Change], Scope], Iterable[Result]]
    device_fields: tuple[Field, ...]
    vm_fields: tuple[Field, ...] = ()
    remove: Callable[[Subject, Sequence[Change], Scope], Iterable[Result]] | None = None
    fetch_chassis: Callable[[Source, int], Any] | None = None
    lock: Callable[[Subject, Sequence[Change]], bool] | None = None
    foresee: Callable[[Foreseen, Subject, Sequence[Change]], Foreseen] | None = None

    def ask(self, source: Source, librenms_id: int, *, in_chassis: bool) -> Any:
        """What LibreNMS says about one device, for an object that is or is not one of several chassis members."""
        fetch = self.fetch_chassis if in_chassis and self.fetch_chassis else self.fetch
        return fetch(source, librenms_id)

    def fields(self, *, virtual: bool) -> tuple[Field, ...]:
        """The compared fields of a VM or of a device."""
        return self.vm_fields if virtual else self.device_fields

    def serves(self, *, virtual: bool) -> bool:
        """Whether a VM, or a device, has such things at all."""
        return bool(self.fields(virtual=virtual))

    @property
    def policy_fields(self) -> dict[str, Policy]:
        """Name that people set a policy by → built-in default."""
        return {one.policy_name: one.default for one in (*self.device_fields, *self.vm_fields)}
