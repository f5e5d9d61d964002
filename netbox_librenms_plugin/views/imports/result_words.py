"""What a run kept about a device, in words and with links: nothing in it is shown that the viewer may not see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...import_utils.options import brought_resources
from ...librenms.errors import LibreNMSError
from ...librenms_api import LibreNMSAPI
from ...models import Run, RunItem
from ...runs.access import visible_objects
from ...words.labels import part_label
from ...words.sentences import kept_gap_sentence, kept_sentence

MOST_REASONS = 3
DEVICE = gettext_lazy("Device")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReason:
    """Something that was not written: of which part, which row of it, and why."""

    part: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The first reasons of a row, those after them, and what was not looked at."""

    first: tuple[ResultReason, ...] = ()
    rest: tuple[ResultReason, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSurroundings:
    """What rows need beside themselves. ``objects``: (id of the object type, id) → what the viewer may see."""

    api: LibreNMSAPI | None = None
    objects: Mapping[tuple[int, int], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Run, rows: Iterable[RunItem], user: Any) -> "ResultSurroundings":
        """For the rows of a page: one query for a type of object."""
        return cls(api=_api(run), objects=visible_objects(rows, user))

    def device_url(self, row: RunItem) -> str:
        """The device's page in LibreNMS; empty where the server is not configured any more."""
        return self.api.device_url(row.librenms_id) if self.api else ""

    def instance(self, row: RunItem) -> Any:
        """The device or virtual machine in NetBox, if it is there and may be seen."""
        return self.objects.get((row.object_type_id, row.object_id)) if row.object_type_id and row.object_id else None

    def written(self, row: RunItem) -> list[str]:
        """What was written beside the device: "48 interfaces"."""
        counts = ((one, row.counts.get(one.counted_as)) for one in brought_resources())
        return [resource.words.number(number) for resource, number in counts if number]

    def reasons(self, row: RunItem) -> Reasons:
        """What was not written, and why; and what was not looked at, each once."""
        found = tuple(reason_of(one) for one in row.issues if isinstance(one, Mapping))
        gaps = dict.fromkeys(kept_gap_sentence(one) for one in row.gaps if isinstance(one, Mapping))
        return Reasons(first=found[:MOST_REASONS], rest=found[MOST_REASONS:], gaps=tuple(gaps))


def reason_of(one: Mapping[str, Any]) -> ResultReason:
    """The words for what a row keeps as codes, in the reader's language; a code that is gone says itself."""
    resource, code = str(one.get("resource", "")), str(one.get("code", ""))
    part = part_label(resource) if resource else DEVICE
    said = kept_sentence(code, one.get("details")) or _("No reason is known.")
    return ResultReason(part=str(part), name=str(one.get("name", ""))[:100], sentence=said[:500])


def _api(run: Run) -> LibreNMSAPI | None:
    try:
        return LibreNMSAPI(run.server)
    except LibreNMSError:
        return None
