"""Compare devices and virtual machines with LibreNMS and make NetBox agree, from a shell or a timer.

Exit status: 0 nothing to do or everything applied, 1 something failed (LibreNMS error, object that LibreNMS does not
know, refused or stale row), 2 the command was called wrongly (unknown device, server, user …), 3 a dry run found
differences and nothing failed.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dcim.models import Device
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ...librenms.limits import in_background
from ...resources import RESOURCES
from ..callers import find_server, find_user, usage_error
from ..librenms_sync.report import as_json, as_table, exit_status
from ..librenms_sync.work import Done, SyncTask
from ..targets import find_objects
from ..terminal import Bar

EXIT_STATUS = (
    "Exit status: 0 nothing to do, or everything applied; 1 something failed (LibreNMS error, object that LibreNMS "
    "does not know, refused or stale row); 2 wrong call; 3 a dry run found differences and nothing failed."
)


class Command(BaseCommand):
    """The command; its work is in ``management.librenms_sync``."""

    help = "Make devices and virtual machines in NetBox agree with LibreNMS."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let the help explain the exit status."""
        return super().create_parser(prog_name, subcommand, epilog=EXIT_STATUS, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What can be asked."""
        many: dict[str, Any] = {"action": "extend", "nargs": "+", "default": []}
        parser.add_argument("--device", metavar="NAME|ID", help="device; may be repeated", **many)
        parser.add_argument("--vm", metavar="NAME|ID", help="virtual machine; may be repeated", **many)
        parser.add_argument("--resource", choices=tuple(RESOURCES), help=_resources_help(), **many)
        parser.add_argument("--server", metavar="KEY", help="LibreNMS server; default: the selected one")
        parser.add_argument("--user", metavar="NAME", help="user to act as; default: the first active superuser")
        parser.add_argument("--exclude-field", metavar="FIELD", help="field to leave alone; may be repeated", **many)
        parser.add_argument(
            "--dry-run", action="store_true", help="show what differs (each row with -v 2), write nothing"
        )
        parser.add_argument("--refresh", action="store_true", help="ask LibreNMS anew instead of using cached answers")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    @in_background()
    def handle(self, **options: Any) -> None:
        """Find everything first, so that a wrong call changes nothing; then work, then report."""
        dry_run, writes_json = options["dry_run"], options["format"] == "json"
        user = find_user(options["user"], writes=not dry_run)
        objects = _objects(options, user)
        resources = list(dict.fromkeys(options["resource"] or RESOURCES))
        _require_fields(options["exclude_field"], resources)
        work = SyncTask(
            user=user,
            server=find_server(options["server"], warn=self.stderr.write).server.key,
            resources=resources,
            exclude_fields=tuple(options["exclude_field"]),
            refresh=options["refresh"],
        )
        results = list(self._watched(work.foresee(objects) if dry_run else work.write(objects), total=len(objects)))
        if writes_json:
            self.stdout.write(as_json(work, results, dry_run=dry_run))
        else:
            for line in as_table(work, results, dry_run=dry_run, verbose=options["verbosity"] > 1):
                self.stdout.write(line)
        if status := exit_status(results):
            sys.exit(status)

    def _watched(self, results: Iterable[Done], *, total: int) -> Iterator[Done]:
        """The results as they come, with a bar on a terminal."""
        bar = Bar(self.stderr, total)
        for one in results:
            yield one
            bar.step(str(one.instance))


def _resources_help() -> str:
    """Each with its page of the documentation."""
    pages = ", ".join(f"{one.words.many} (docs/{one.page}.md)" for one in RESOURCES.values())
    return f"what to sync; default: everything; may be repeated: {pages}"


def _objects(options: dict[str, Any], user: Any) -> list[Any]:
    if not options["device"] and not options["vm"]:
        raise usage_error(_("Name at least one object with --device or --vm."))
    found = [
        *find_objects(Device, options["device"], user),
        *find_objects(VirtualMachine, options["vm"], user),
    ]
    return list(dict.fromkeys(found))


def _require_fields(names: Sequence[str], resources: Sequence[str]) -> None:
    fields = [one for name in resources for one in (*RESOURCES[name].device_fields, *RESOURCES[name].vm_fields)]
    known = dict.fromkeys(name for one in fields for name in (one.policy_name, one.name))
    for name in names:
        if name not in known:
            sentence = _("There is no field “{name}” to leave out. Choose from: {known}")
            raise usage_error(sentence.format(name=name, known=", ".join(known)))
