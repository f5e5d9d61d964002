"""Compare devices and virtual machines with LibreNMS, from a shell or a timer. Nothing is written.

Exit status, as that of ``diff``: 0 nothing differs, 1 something differs or is to be decided, 2 trouble: the command was
called wrongly, or an object could not be compared.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from dcim.models import Device
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ...engine import OBJECTS_AT_ONCE
from ...fleet_sync.finding import loaded
from ...fleet_sync.options import SyncOptions
from ...fleet_sync.tallies import Counter, ObjectTally, Totals, source_of
from ...librenms.limits import in_background
from ...resources import RESOURCES
from ...sync.core.issues import Code
from ..callers import USAGE, find_server, find_user, usage_error
from ..librenms_compare.report import JsonReport, Report, TableReport
from ..librenms_sync.many import found_by, kind_of
from ..targets import find_objects
from ..terminal import Bar

SAME, DIFFERS, TROUBLE = 0, 1, USAGE
EXIT_STATUS = (
    "Exit status: 0 nothing differs; 1 something differs or is to be decided; 2 wrong call, or an object could not be "
    "compared (LibreNMS failed, or does not know an object that was named)."
)


class Command(BaseCommand):
    """The command; its report is in ``management.librenms_compare``."""

    help = "Compare devices and virtual machines in NetBox with LibreNMS, in numbers. Nothing is written."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let the help explain the exit status."""
        return super().create_parser(prog_name, subcommand, epilog=EXIT_STATUS, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What can be asked."""
        many: dict[str, Any] = {"action": "extend", "nargs": "+", "default": []}
        parser.add_argument("device", metavar="NAME|ID", nargs="*", help="device")
        parser.add_argument("--vm", metavar="NAME|ID", help="virtual machine; may be repeated", **many)
        parser.add_argument(
            "--filter",
            metavar="NAME=VALUE",
            help="every device that NetBox's own filters let through, such as site=ams1; may be repeated",
            **many,
        )
        parser.add_argument("--virtual-machines", action="store_true", help="the filters are those of virtual machines")
        parser.add_argument("--resource", choices=tuple(RESOURCES), help="what to compare; default: everything", **many)
        parser.add_argument("--server", metavar="KEY", help="LibreNMS server; default: the selected one")
        parser.add_argument(
            "--user",
            metavar="NAME",
            help="whose permissions apply and who is in the change log; default: the first active superuser",
        )
        parser.add_argument(
            "--complete", action="store_true", help="ask about each device for what LibreNMS's lists of all lack"
        )
        parser.add_argument("--refresh", action="store_true", help="ask LibreNMS anew instead of using cached answers")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    @in_background()
    def handle(self, **options: Any) -> None:
        """Find everything first, then compare, and tell of each object when it is compared."""
        user = find_user(options["user"], writes=False)
        ids = self._ids(options, user)
        api = find_server(options["server"], warn=self.stderr.write)
        number = sum(map(len, ids.values()))
        source = source_of(api, number, refresh=options["refresh"], complete=options["complete"])
        chosen = SyncOptions(resources=tuple(options["resource"]) or None)
        counter = Counter(source, user=user, options=chosen)
        report: Report = (JsonReport if options["format"] == "json" else TableReport)(api.server.key, user.username)
        totals, status, bar = Totals(), SAME, Bar(self.stderr, number)
        self._say(report.begin())
        for kind, some in ids.items():
            for one in counter.count(loaded(kind, some, user), many=number > OBJECTS_AT_ONCE):
                totals.add(one)
                status = max(status, _status_of(one, named=not options["filter"]))
                bar.clear()
                self._say(report.tell(one))
                bar.step(str(one.object))
        self._say(report.end(totals))
        if status:
            sys.exit(status)

    def _say(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _ids(self, options: dict[str, Any], user: Any) -> dict[str, list[int]]:
        """Kind → ids."""
        named = options["device"] or options["vm"]
        virtual = options["virtual_machines"]
        if bool(named) == bool(options["filter"]):
            raise usage_error(_("Say which objects: either by name, or with --filter."))
        if options["filter"]:
            return {kind_of(virtual=virtual): found_by(options["filter"], user, virtual=virtual)}
        if virtual:
            raise usage_error(_("--virtual-machines goes with --filter alone."))
        found = {
            kind_of(virtual=False): find_objects(Device, options["device"], user),
            kind_of(virtual=True): find_objects(VirtualMachine, options["vm"], user),
        }
        return {kind: list(dict.fromkeys(one.pk for one in some)) for kind, some in found.items() if some}


def _status_of(one: ObjectTally, *, named: bool) -> int:
    """What LibreNMS does not know is nobody's difference, unless it was named."""
    if one.failed:
        return TROUBLE
    if one.reason is not None and one.reason.code is Code.NOT_IN_LIBRENMS:
        return TROUBLE if named else SAME
    return DIFFERS if one.reason is not None or one.together.writes or one.together.decisions else SAME
