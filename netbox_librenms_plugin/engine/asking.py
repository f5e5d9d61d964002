"""What is asked of LibreNMS about an object, and what comes of comparing it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..librenms.errors import LibreNMSError
from ..librenms.identify import Identification
from ..librenms.records import Part
from ..librenms.session import CALLS_AT_ONCE
from ..librenms.sources import Source
from ..orm.frame.identities import SaidDevice
from ..orm.frame.subjects import Subject
from ..resources import Key, Resource
from ..sync.chassis.units import Units, serial_units_of
from ..sync.core.device_identity import Identity
from ..sync.core.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to compare. ``name_field`` None means by the server's configuration, then the settings.

    ``choices``: resource → row key → what a person chose for that row (``{"member": device id}``). ``run``: id of the
    work on many objects that what is applied is a part of.
    """

    name_field: str | None = None
    refresh: bool = False
    choices: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    run: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of comparing one object. Without ``librenms_id`` LibreNMS does not know it (or knows several);
    with ``error`` LibreNMS could not be asked; then there are no plans. ``errors`` holds the resources that LibreNMS
    did not give, by name; the others have their plan. ``identity`` is what all clues say of who it is, of which
    LibreNMS ``said`` its part; ``units`` are the chassis of its inventory, where several members share the device, and
    ``looked_inside`` says whether those were asked for."""

    object: Any
    server: str
    identification: Identification | None = None
    fetched_at: datetime | None = None
    plans: Mapping[str, Plan] = field(default_factory=dict)
    snapshots: Mapping[str, Any] = field(default_factory=dict)
    said: SaidDevice | None = None
    units: Units = ()
    looked_inside: bool = True
    identity: Identity | None = None
    error: LibreNMSError | None = None
    errors: Mapping[str, LibreNMSError] = field(default_factory=dict)

    @property
    def librenms_id(self) -> int | None:
        """The id on this server, if it is known for certain."""
        return self.identification.librenms_id if self.identification else None

    @property
    def differs(self) -> bool:
        """Whether anything needs attention."""
        return any(plan.attention for plan in self.plans.values())


def ask(subjects: Sequence[Subject], source: Source, resources: Sequence[Resource]) -> dict[Key, Comparison]:
    """What LibreNMS says about each object, by subject; no plans yet. Several are asked about at the same time."""
    known = identify(subjects, source)
    with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="librenms") as pool:
        answers = list(pool.map(lambda one: fetch(one, known[one.key], source, resources), subjects))
    return {one.key: answer for one, answer in zip(subjects, answers, strict=True)}


def identify(subjects: Sequence[Subject], source: Source) -> dict[Key, Identification | LibreNMSError]:
    """Who each subject is in LibreNMS."""
    known: dict[Key, Identification | LibreNMSError] = {}
    try:
        for virtual in (False, True):
            some = [one for one in subjects if one.virtual is virtual]
            found = source.identify([one.object for one in some]) if some else {}
            known.update({one.key: found[one.object.pk] for one in some})
        return known
    except LibreNMSError as error:
        return {one.key: error for one in subjects}


def fetch(
    subject: Subject, known: Identification | LibreNMSError, source: Source, resources: Sequence[Resource]
) -> Comparison:
    """What LibreNMS says about an object; no plans yet. Runs in a thread of its own: no database in here."""
    comparison = Comparison(object=subject.object, server=source.api.server.key)
    if isinstance(known, LibreNMSError):
        return replace(comparison, error=known)
    comparison = replace(comparison, identification=known)
    if known.librenms_id is None:
        return comparison
    snapshots: dict[str, Any] = {}
    errors: dict[str, LibreNMSError] = {}
    for resource in resources:
        if not resource.serves(virtual=subject.virtual):
            continue
        try:
            snapshots[resource.name] = resource.ask(source, known.librenms_id, in_chassis=subject.in_chassis)
        except LibreNMSError as error:
            errors[resource.name] = error
    said: SaidDevice | None = None
    units: Units = ()
    looked = True
    try:
        if snapshots:
            said, units, looked = who(subject, known.librenms_id, source)
    except LibreNMSError as error:
        snapshots, errors = {}, {"": error, **errors}
    return replace(
        comparison,
        snapshots=snapshots,
        errors=errors,
        said=said,
        units=units,
        looked_inside=looked,
        error=None if snapshots else next(iter(errors.values()), None),
        fetched_at=min((one.fetched_at for one in snapshots.values()), default=None),
    )


def who(subject: Subject, librenms_id: int, source: Source) -> tuple[SaidDevice, Units, bool]:
    """LibreNMS's part of who the object is. Members of a chassis are told apart by its inventory, where it has one; the
    last value says whether that was looked at."""
    device = source.device(librenms_id)
    if not subject.in_chassis:
        return SaidDevice(device=device), (), True
    details = source.parts(librenms_id)
    units = serial_units_of(details.inventory)
    looked = source.complete or Part.INVENTORY not in details.partial
    return SaidDevice(device=device, serials=tuple(one.serial for one in units)), units, looked
