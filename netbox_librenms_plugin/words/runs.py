"""What a run was asked for and what it wrote, in words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Run
from ..resources import RESOURCES, declared_resources
from ..sync.core.plan import SYNCABLE, Outcome
from .labels import field_label, resource_label
from .sentences import kept_sentence, time_words


def _done(name: str, n: int) -> str | None:
    """What was done to so many objects, or what a comparison found."""
    words = {
        "delete": ngettext("{n} object deleted", "{n} objects deleted", n),
        "put_back": ngettext("{n} object put back", "{n} objects put back", n),
        "recreate": ngettext("{n} object brought back", "{n} objects brought back", n),
        "objects": ngettext("{n} object compared", "{n} objects compared", n),
        "opened": ngettext("{n} difference opened", "{n} differences opened", n),
        "cleared": ngettext("{n} difference resolved", "{n} differences resolved", n),
        "push_added": ngettext("{n} device added in LibreNMS", "{n} devices added in LibreNMS", n),
        "push_changed": ngettext("{n} device changed in LibreNMS", "{n} devices changed in LibreNMS", n),
        "push_linked": ngettext("{n} object linked", "{n} objects linked", n),
        "not_compared": ngettext("{n} object not compared", "{n} objects not compared", n),
        "create_site": ngettext("{n} site created", "{n} sites created", n),
        "create_location": ngettext("{n} location created", "{n} locations created", n),
        "take_coordinates": ngettext("coordinates of {n} site taken", "coordinates of {n} sites taken", n),
        "create_in_librenms": ngettext("{n} location added in LibreNMS", "{n} locations added in LibreNMS", n),
        "push_coordinates": ngettext(
            "coordinates of {n} location changed in LibreNMS", "coordinates of {n} locations changed in LibreNMS", n
        ),
        "place_devices": ngettext("{n} device moved in LibreNMS", "{n} devices moved in LibreNMS", n),
    }
    return words[name].format(n=n) if name in words else None


def count_words(counts: Mapping[str, Any]) -> list[str]:
    """What an item, or all of a run, counted: "48 interfaces". What is 0, or has no words, is left out."""
    return [words for name, number in counts.items() if number and (words := _counted(str(name), int(number)))]


def _counted(name: str, number: int) -> str | None:
    if name in RESOURCES:
        return RESOURCES[name].words.number(number)
    brought = [one for one in declared_resources().values() if one.brought is not None]
    resource = next((one for one in brought if one.counted_as == name), None)
    return resource.words.number(number) if resource is not None else _done(name, number)


def option_words(run: Run) -> list[str]:
    """What was chosen for all items of a run, and why it was stopped, if it was."""
    words = KINDS.get(run.kind, _of_others)(run.options)
    stopped = run.options.get("stopped")
    return [*words, *([kept_sentence(stopped["code"], stopped.get("details"))] if stopped else ())]


def _of_sync(options: Mapping[str, Any]) -> Iterator[str]:
    names = options.get("resources")
    chosen = ", ".join(str(resource_label(str(one))) for one in names) if names is not None else _("everything")
    yield _("Of each object: {what}").format(what=chosen)
    outcomes = options.get("outcomes") or list(SYNCABLE)
    if outcomes == [Outcome.MISSING]:
        yield _("Only what NetBox lacked")
    if outcomes == [Outcome.CHANGED]:
        yield _("Only what differed")
    if excluded := options.get("exclude_fields"):
        fields = ", ".join(dict.fromkeys(str(field_label(str(one))) for one in excluded))
        yield _("Without the fields {fields}").format(fields=fields)


def _of_comparison(options: Mapping[str, Any]) -> Iterator[str]:
    if options.get("complete"):
        yield _("Device by device, for what LibreNMS's lists lack")
    if options.get("force"):
        yield _("Although the lists were shorter: {reason}").format(reason=str(options["force"])[:200])


def _of_push(options: Mapping[str, Any]) -> Iterator[str]:
    if options.get("ping_only"):
        yield _("Only pinged, without SNMP")
    if options.get("forced"):
        yield _("Without LibreNMS's own checks")
    if not options.get("add", True):
        yield _("Nothing was added")
    if options.get("link"):
        yield _("What LibreNMS had already was linked")
    if options.get("change"):
        yield _("Linked devices were brought into step")


def _of_maintenance(options: Mapping[str, Any]) -> Iterator[str]:
    minutes = int(options.get("minutes") or 0)
    yield _("For {duration}").format(duration=duration_words(minutes))
    if start := options.get("start"):
        yield _("From {time}").format(time=time_words(str(start)))
    if note := options.get("note"):
        yield _("Note: {note}").format(note=str(note)[:500])


def duration_words(minutes: int) -> str:
    """So many minutes as people say them: 1 h 30 min."""
    hours, rest = divmod(minutes, 60)
    parts = (_("{n} h").format(n=hours) if hours else "", _("{n} min").format(n=rest) if rest else "")
    return " ".join(part for part in parts if part)


def _of_others(_options: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


KINDS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "sync": _of_sync,
    "compare": _of_comparison,
    "push": _of_push,
    "push_shadow": _of_push,
    "maintenance": _of_maintenance,
}
