"""Which objects a schedule is about, in the name of whom it runs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..choices import ScheduleObjectsChoices
from ..fleet_sync.finding import DEVICE, VIRTUAL_MACHINE, FilterError, Filters, asked_filters, filtered, ids_of
from ..models import Schedule

# Kind → the fields of a schedule that say which
FIELDS: Mapping[str, tuple[str, str]] = {
    DEVICE: ("devices", "device_filter"),
    VIRTUAL_MACHINE: ("virtual_machines", "vm_filter"),
}


def filters_of(kept: Any) -> Filters:
    """Filters as saved filters store them: name → a value, or several. Raises ``FilterError``."""
    if not isinstance(kept, dict):
        raise FilterError(_("Write filters as an object of JSON, such as {example}.").format(example='{"site": ["x"]}'))
    pairs: list[tuple[str, str]] = []
    for name, values in kept.items():
        several = values if isinstance(values, list) else [values]
        if not several or not all(isinstance(one, str | int | float | bool) for one in several):
            raise FilterError(_("The filter “{name}” has no value.").format(name=str(name)[:50]))
        pairs += [(str(name), _as_text(one)) for one in several]
    return asked_filters(pairs)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def chosen(schedule: Schedule) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Kind → the objects, of each kind that is meant. Raises ``FilterError``."""
    user = schedule.run_as or AnonymousUser()
    for kind, (which, filters) in FIELDS.items():
        said = getattr(schedule, which)
        if said == ScheduleObjectsChoices.NONE:
            continue
        yield kind, filtered(kind, filters_of(getattr(schedule, filters)) if said == "some" else Filters(), user)


def ids_by_kind(schedule: Schedule) -> dict[str, Sequence[int]]:
    """Kind → ids of the objects. Raises ``FilterError``."""
    return {kind: ids_of(rows) for kind, rows in chosen(schedule)}
