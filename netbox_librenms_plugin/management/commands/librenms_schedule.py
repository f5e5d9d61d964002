"""List schedules, run one, preview one, or look after all of them, from a shell or a timer.

Exit status: 0 done; 1 it could not be done (a run that is still open, nothing that matches, a LibreNMS that fails); 2
the command was called wrongly. What a run writes is not waited for: background workers do it.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from ...fleet_sync.tallies import Tally
from ...librenms.errors import LibreNMSError
from ...librenms.limits import in_background
from ...models import Schedule
from ...schedules.preview import Preview, preview
from ...schedules.starting import StartError
from ...schedules.tick import run_now, tick
from ...schedules.timing import begins
from ...words.schedules import times_of
from ..callers import FAILURE, failure, usage_error
from ..terminal import aligned, clean

EXIT_STATUS = (
    "Exit status: 0 done; 1 it could not be done (a run that is still open, nothing that matches, a LibreNMS that "
    "fails); 2 wrong call."
)


class Command(BaseCommand):
    """The command."""

    help = "List schedules, run or preview one, or start what is due."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let the help explain the exit status."""
        return super().create_parser(prog_name, subcommand, epilog=EXIT_STATUS, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What can be asked."""
        parser.add_argument("action", choices=("list", "run", "preview", "tick"), help="tick: start what is due, once")
        parser.add_argument("name", nargs="?", metavar="NAME", help="name of the schedule, for run and preview")
        parser.add_argument("--force", metavar="REASON", default="", help="run although a guard stopped the last run")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    @in_background()
    def handle(self, **options: Any) -> None:
        """Do it."""
        action, named = options["action"], options["name"]
        if (named is not None) != (action in ("run", "preview")):
            raise usage_error(_("Name one schedule with run and preview, and none otherwise."))
        if options["force"] and action != "run":
            raise usage_error(_("--force goes with run alone."))
        as_json = options["format"] == "json"
        if action == "list":
            self._list(as_json=as_json)
        elif action == "tick":
            self._tick(as_json=as_json)
        elif action == "run":
            self._run(self._named(named), options["force"], as_json=as_json)
        else:
            self._preview(self._named(named), as_json=as_json)

    def _named(self, name: str) -> Schedule:
        found = Schedule.objects.filter(name=name).first()
        if found is None:
            raise usage_error(_("There is no schedule “{name}”.").format(name=name[:100]))
        return found

    def _list(self, *, as_json: bool) -> None:
        rows = [_document(one) for one in Schedule.objects.select_related("last_run")]
        if as_json:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        titles = [str(one) for one in (_("Name"), _("Action"), _("State"), _("When"), _("Next"), _("Last run"))]
        lines = [[clean(str(row[name] or "–")) for name in COLUMNS] for row in rows]
        self._say(aligned([titles, *lines], words=len(COLUMNS)))

    def _run(self, schedule: Schedule, force: str, *, as_json: bool) -> None:
        try:
            run = run_now(schedule, force=force, by=_("the command line"))
        except StartError as error:
            raise failure(str(error)) from error
        words = _("{run} of “{name}” is in the queue.").format(run=run, name=clean(schedule.name))
        self.stdout.write(json.dumps({"run": run.pk, "kind": run.kind}) if as_json else words)

    def _preview(self, schedule: Schedule, *, as_json: bool) -> None:
        try:
            seen = preview(schedule)
        except (StartError, LibreNMSError) as error:
            raise failure(str(error)) from error
        if as_json:
            self.stdout.write(json.dumps({"schedule": schedule.name, **seen.as_json()}, indent=2))
        else:
            self._say(_preview_lines(seen))

    def _tick(self, *, as_json: bool) -> None:
        came = tick()
        if as_json:
            said = {"started": came.started, "taken_up": came.taken_up, "failed": came.failed}
            self.stdout.write(json.dumps(said, indent=2))
        else:
            words = ((_("started"), came.started), (_("taken up"), came.taken_up))
            self._say(clean(f"{name}: {word}") for word, names in words for name in names)
            self._say(clean(f"{name}: {sentence}") for name, sentence in came.failed.items())
        if came.failed:
            sys.exit(FAILURE)

    def _say(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(line)


COLUMNS = ("name", "action", "state", "when", "next", "last_run")


def _document(schedule: Schedule) -> dict[str, Any]:
    moment = begins(schedule, timezone.now())
    return {
        "name": schedule.name,
        "enabled": schedule.enabled,
        "action": schedule.action,
        "state": schedule.state if schedule.writes else None,
        "server": schedule.server,
        "when": times_of(schedule),
        "next": moment.isoformat(timespec="minutes") if moment else None,
        "last_run": str(schedule.last_run.state) if schedule.last_run else None,
        "message": schedule.message,
    }


def _preview_lines(seen: Preview) -> Iterator[str]:
    if seen.push is not None:
        yield from aligned([list(seen.push), [str(one) for one in seen.push.values()]], words=0)
        yield _("{objects} objects match, {compared} were planned").format(objects=seen.objects, compared=seen.compared)
        return
    names: Sequence[str] = tuple(Tally().as_json())
    tallies = seen.totals.tallies
    rows = [[resource, *(str(one) for one in tally.as_json().values())] for resource, tally in tallies.items()]
    yield from aligned([[_("resource"), *names], *rows], words=1)
    yield _("{objects} objects match, {compared} were compared").format(objects=seen.objects, compared=seen.compared)
