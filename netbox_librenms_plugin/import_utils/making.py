"""What making one device and making several have in common."""

from collections.abc import Iterable

from django.db import router

from ..librenms_api import LibreNMSAPI
from ..orm.chassis.devices import NewObject
from ..orm.frame.locks import wait_for
from ..sync.chassis.stacks import Stack, members_of
from ..sync.core.serials import real_serial
from ..sync.fields.plan import SERIAL_LENGTH
from .netbox import object_of
from .options import ImportOptions
from .rows import FIELDS, Kind, Row
from .stack_counts import remember_stacks


def hold_serials(serials: Iterable[str]) -> None:
    """Nobody else makes a device with one of these until this transaction is done."""
    wait_for("serials", {one.casefold().encode() for one in serials if one}, using=database())


def new_object(row: Row, serial: str) -> NewObject:
    """What is to be made of a row."""
    return NewObject(
        virtual=row.kind is Kind.VM,
        librenms_id=row.librenms_id,
        name=row.name,
        serial=serial,
        refs={name: row.ref(name) for name in FIELDS if name in row.values},
        tags=row.tags,
    )


def stack_of(row: Row, api: LibreNMSAPI, options: ImportOptions) -> Stack | None:
    """The stack that the device is by LibreNMS's inventory; None where that is not asked for, since it can be none or
    nobody wants to know."""
    if row.kind is Kind.VM or not options.chassis or not (row.may_be_stack or row.stack):
        return None
    return members_of(row.device, api.inventory(row.librenms_id).value)


def remember(asked: Iterable[tuple[Row, Stack]], api: LibreNMSAPI) -> None:
    """Keep for the list how many members these have, where that is news."""
    known = ((row, len(stack.members)) for row, stack in asked if stack.issue is None)
    if news := {row.librenms_id: number for row, number in known if row.stack != number}:
        remember_stacks(api, news)


def serial_of(row: Row) -> str:
    """A virtual machine's serial number is not compared, so it is not taken either."""
    serial = real_serial(row.device.serial)
    return serial if len(serial) <= SERIAL_LENGTH and row.kind is Kind.DEVICE else ""


def database() -> str:
    """The alias that devices are written to."""
    return str(router.db_for_write(object_of(Kind.DEVICE)))
