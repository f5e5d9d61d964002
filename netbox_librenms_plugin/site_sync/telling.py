"""What is told to LibreNMS: each change once, and then all of them read back, since its answers are not to be
trusted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..librenms.errors import AuthenticationError, LibreNMSError, TransportError, WriteDenied
from ..librenms.records import Device, Location
from ..librenms_api import LibreNMSAPI
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.normalise import text
from ..sync.sites.places import Coordinates, coordinates, distance
from ..sync.sites.plan import no_updates
from ..sync.sites.rows import Action, SiteRow

# Metres: LibreNMS keeps more decimals than NetBox
NEAR = 1.0
NAMED = 5
# After one of these nothing else would be answered better
FINAL = (AuthenticationError, TransportError, WriteDenied)

type Wanted = tuple[SiteRow, Action]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an action: so many objects of LibreNMS's are as they were to be, and why others are not."""

    done: int = 0
    problem: Issue | None = None


def tell(api: LibreNMSAPI, wanted: Sequence[Wanted]) -> list[Told]:
    """Tell a server what these rows' actions ask for, and say what became of each, in their order."""
    teller = _Teller(api)
    errors = [teller.tell(row, action) for row, action in wanted]
    check = _Check(api, {action for _row, action in wanted})
    return [check.told(row, action, one) for (row, action), one in zip(wanted, errors, strict=True)]


# Id of a device, or 0 for the location itself → what LibreNMS answered to its change
type Errors = Mapping[int, Issue]


@dataclass(slots=True)
class _Teller:
    """Sends changes until one is answered in a way that the next would be answered too."""

    api: LibreNMSAPI
    _final: Issue | None = field(default=None)

    def tell(self, row: SiteRow, action: Action) -> Errors:
        return dict(self._answers(row, action))

    def _answers(self, row: SiteRow, action: Action) -> Iterator[tuple[int, Issue]]:
        for number, change in self._changes(row, action):
            problem = self._final or self._refused(action) or self._sent(change)
            if problem is not None:
                yield number, problem

    def _changes(self, row: SiteRow, action: Action) -> Iterator[tuple[int, Callable[[], None]]]:
        api, place, target = self.api, row.netbox, row.place
        if action is Action.CREATE_IN_LIBRENMS and place is not None:
            yield 0, lambda: api.add_location(row.name, place.latitude, place.longitude)
        if action is Action.PUSH_COORDINATES and place is not None and target is not None:
            yield 0, lambda: api.change_location(target.id, place.latitude, place.longitude)
        if action is Action.PLACE_DEVICES and target is not None:
            for stray in row.strays:
                yield stray.librenms_id, _placing(api, stray.librenms_id, target.name)

    def _refused(self, action: Action) -> Issue | None:
        """What the server could not do a moment ago it is not asked for again."""
        return no_updates(self.api.location_updates()) if action is Action.PUSH_COORDINATES else None

    def _sent(self, change: Callable[[], None]) -> Issue | None:
        try:
            change()
        except LibreNMSError as error:
            problem = issue(Code.LIBRENMS_FAILED, reason=error.message)
            self._final = problem if isinstance(error, FINAL) else None
            return problem
        return None


def _placing(api: LibreNMSAPI, number: int, name: str) -> Callable[[], None]:
    return lambda: api.place_device(number, name)


class _Check:
    """LibreNMS as it is after it was told: one call for locations, one for devices, as far as they were changed."""

    def __init__(self, api: LibreNMSAPI, actions: set[Action]) -> None:
        self.api = api
        self.unread: Issue | None = None
        self.locations: dict[int, Location] = {}
        self.devices: dict[int, Device] = {}
        try:
            if actions - {Action.PLACE_DEVICES}:
                self.locations = {one.id: one for one in api.locations(refresh=True).value}
            if Action.PLACE_DEVICES in actions:
                self.devices = {one.device_id: one for one in api.devices(refresh=True).value}
                api.locations(refresh=True)
        except LibreNMSError as error:
            self.unread = issue(Code.NOT_READ_BACK, reason=error.message)
        self.by_name = {text(one.location).casefold(): one for one in self.locations.values()}

    def told(self, row: SiteRow, action: Action, errors: Errors) -> Told:
        """What became of one action: what is there counts, whatever was answered."""
        if action is Action.PLACE_DEVICES:
            return self._placed(row, errors)
        place = self.by_name.get(row.name.casefold()) if action is Action.CREATE_IN_LIBRENMS else None
        if action is Action.PUSH_COORDINATES and row.place is not None:
            place = self.locations.get(row.place.id)
        if place is not None and _is_at(place, row.netbox):
            if action is Action.PUSH_COORDINATES:
                self.api.location_update_seen()
            return Told(1)
        return Told(0, errors.get(0) or self.unread or issue(Code.NOT_TAKEN))

    def _placed(self, row: SiteRow, errors: Errors) -> Told:
        target = text(row.place.name).casefold() if row.place is not None else ""
        left = [
            one
            for one in row.strays
            if (device := self.devices.get(one.librenms_id)) is None or text(device.location_name).casefold() != target
        ]
        if not left:
            return Told(len(row.strays))
        done = len(row.strays) - len(left)
        if done:
            names = [one.name for one in left[:NAMED]] + (["…"] if len(left) > NAMED else [])
            return Told(done, issue(Code.DEVICES_NOT_PLACED, names=tuple(names)))
        answered = next((errors[one.librenms_id] for one in left if one.librenms_id in errors), None)
        return Told(0, answered or self.unread or issue(Code.NOT_TAKEN))


def _is_at(location: Location, place: Coordinates | None) -> bool:
    found = coordinates(location.lat, location.lng)
    return found is not None and place is not None and distance(found, place) <= NEAR
