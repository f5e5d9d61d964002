"""Looking for stacks: the inventories of many devices, four at a time, and what they show kept for the list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched

from ..librenms.errors import LibreNMSError
from ..librenms.records import Device
from ..librenms.session import CALLS_AT_ONCE
from ..librenms_api import LibreNMSAPI
from ..runs.progress import Progress
from ..sync.chassis.stacks import may_be_stack, members_of
from .stack_counts import known_stacks, remember_stacks

# Kept after so many devices, so that a cancel or the end of a worker loses little
BATCH = 16
# So many devices in a row without an inventory, up to the end of a batch, and LibreNMS itself is in trouble
MOST_FAILURES = 8


@dataclass(slots=True, kw_only=True)
class Search:
    """What was found: so many ``done`` of ``total``, ``stacks`` among them, and those that LibreNMS ``failed`` on.

    ``error`` is the reason where LibreNMS failed on one after the other, so that the search ended.
    """

    total: int
    done: int = 0
    stacks: int = 0
    failed: int = 0
    error: LibreNMSError | None = None

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return Progress(done=self.done, total=self.total)


def candidates(api: LibreNMSAPI, ids: Iterable[int]) -> list[Device]:
    """The devices among these that may be stacks and were not asked about yet. Raises ``LibreNMSError``."""
    wanted, known = set(ids), known_stacks(api)
    return [
        one
        for one in api.devices().value
        if one.device_id in wanted and one.device_id not in known and may_be_stack(one)
    ]


def search(
    api: LibreNMSAPI, devices: Sequence[Device], *, stop: Callable[[], bool], tell: Callable[[Search], None]
) -> Search:
    """Ask for the inventories until all are there, somebody cancels, or LibreNMS gives none any more."""
    found, in_a_row = Search(total=len(devices)), 0
    tell(found)
    with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="librenms") as pool:
        for batch in batched(devices, BATCH):
            counts: dict[int, int] = {}
            error: LibreNMSError | None = None
            for device, answer in _in_parallel(pool, api, batch):
                error = answer if isinstance(answer, LibreNMSError) else None
                in_a_row = in_a_row + 1 if error is not None else 0
                found.failed += error is not None
                if isinstance(answer, int):
                    counts[device.device_id] = answer
            found.error = error if in_a_row >= MOST_FAILURES else None
            found.done += len(batch)
            found.stacks += sum(number > 1 for number in counts.values())
            remember_stacks(api, counts)
            tell(found)
            if found.error is not None or stop():
                break
    return found


def _in_parallel(
    pool: ThreadPoolExecutor, api: LibreNMSAPI, devices: Sequence[Device]
) -> Iterator[tuple[Device, int | LibreNMSError | None]]:
    """Number of members; None for a stack whose members cannot be told apart, which is asked about again."""

    def ask(device: Device) -> int | LibreNMSError | None:
        try:
            stack = members_of(device, api.inventory(device.device_id).value)
        except LibreNMSError as error:
            return error
        return None if stack.issue is not None else len(stack.members)

    return zip(devices, pool.map(ask, devices), strict=True)
