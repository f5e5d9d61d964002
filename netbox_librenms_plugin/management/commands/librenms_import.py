"""Import devices of LibreNMS into NetBox, from a shell or a timer.

Exit status: 0 nothing to do or everything imported, 1 something failed or was cancelled, 2 the command was called
wrongly (unknown filter, server, user …), 3 a dry run found something to import and nothing failed.
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from dcim.models import DeviceRole, Site
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from ...choices import RunOutcomeChoices, RunStateChoices
from ...import_utils.asked import FILTERS
from ...import_utils.options import ImportOption, ImportOptions, parts
from ...import_utils.outlook import with_complaints
from ...import_utils.starts import Foreseen, foresee, start
from ...librenms.errors import LibreNMSError
from ...librenms.identity import LARGEST_ID
from ...librenms.limits import in_background
from ...librenms_api import LibreNMSAPI
from ...models import Run, RunItem
from ...runs.control import enqueue_run
from ...runs.queue import workers_for_runs
from ...runs.worker import run_now
from ..callers import FAILURE, failure, find_server, find_user, request_in_name_of, usage_error
from ..librenms_import.interrupts import until_interrupted
from ..librenms_import.report import (
    Header,
    end_lines,
    foreseen_json,
    foreseen_lines,
    nothing_json,
    result_lines,
    run_json,
)
from ..librenms_import.selection import Selected, Wish, asked_of, select
from ..targets import find_objects
from ..terminal import Bar

FOUND = 3
EXIT_STATUS = (
    "Exit status: 0 nothing to do, or everything imported; 1 something failed (LibreNMS error, device or part of it "
    "that was not imported) or the import was cancelled; 2 wrong call; 3 a dry run found something to import and "
    "nothing failed."
)


class Command(BaseCommand):
    """The command; its parts are in ``management.librenms_import``."""

    help = "Import devices of LibreNMS into NetBox."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let the help explain the exit status."""
        return super().create_parser(prog_name, subcommand, epilog=EXIT_STATUS, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What can be asked."""
        _add_devices(parser)
        for part in parts():
            _add_part(parser, part)
        parser.add_argument("--server", metavar="KEY", help="LibreNMS server; default: the selected one")
        parser.add_argument("--user", metavar="NAME", help="user to act as; default: the first active superuser")
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be done (each device with -v 2), write nothing"
        )
        parser.add_argument("--refresh", action="store_true", help="ask LibreNMS anew instead of using cached answers")
        parser.add_argument("--background", action="store_true", help="leave it to NetBox's background workers")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    @in_background()
    def handle(self, **options: Any) -> None:
        """Find everything first, so that a wrong call changes nothing; then work, and report."""
        user = find_user(options["user"], writes=not options["dry_run"])
        wish = _wish(options, user)
        api = find_server(options["server"], warn=self.stderr.write)
        try:
            status = self._imported(wish, api, user, options)
        except LibreNMSError as error:
            raise failure(error.message) from error
        if status:
            sys.exit(status)

    def _imported(self, wish: Wish, api: LibreNMSAPI, user: Any, options: dict[str, Any]) -> int:
        """The exit status."""
        selection = select(wish, api, user=user, refresh=options["refresh"])
        header = Header(server=api.server.key, user=user.username, request_id=uuid4())
        if options["dry_run"]:
            return self._foresee(header, selection, api, user, options)
        if options["background"] and selection.wanted and not workers_for_runs():
            raise failure(_("No background worker is running, so nothing was started. Start NetBox's rqworker."))
        if not selection.wanted:
            self._say_nothing(header, selection, options)
            return 0
        request = request_in_name_of(user, header.request_id)
        run = start(
            api,
            user=user,
            request=request,
            choices=selection.choices,
            options=_options_of(options),
            wanted=selection.wanted,
        )
        if options["background"]:
            self._enqueue(header, run, request, options)
            return 0
        self._work(header, run, request, selection, options)
        return 0 if run.state == RunStateChoices.COMPLETED else FAILURE

    def _foresee(
        self, header: Header, selection: Selected, api: LibreNMSAPI, user: Any, options: dict[str, Any]
    ) -> int:
        rows = foresee(selection.found, selection.wanted)
        foreseen = list(with_complaints(rows, api, user=user, options=_options_of(options)))
        if options["format"] == "json":
            self.stdout.write(foreseen_json(header, selection, foreseen))
        else:
            self.stdout.write(header.line(_("dry run")))
            for line in foreseen_lines(selection, foreseen, verbose=options["verbosity"] > 1):
                self.stdout.write(line)
        return _status_of(foreseen)

    def _say_nothing(self, header: Header, selection: Selected, options: dict[str, Any]) -> None:
        if options["format"] == "json":
            self.stdout.write(nothing_json(header, selection))
            return
        self.stdout.write(_("There is nothing to import. Use --dry-run to see why."))

    def _enqueue(self, header: Header, run: Run, request: Any, options: dict[str, Any]) -> None:
        job = enqueue_run(run, request)
        if options["format"] == "json":
            self.stdout.write(header.document(dry_run=False, job=job.pk, run=run.pk))
            return
        sentence = _("Job {job} does it in the background. See the results at {url}")
        self.stdout.write(sentence.format(job=job.pk, url=run.get_absolute_url()))

    def _work(self, header: Header, run: Run, request: Any, selection: Selected, options: dict[str, Any]) -> None:
        says = options["format"] == "table"
        bar = Bar(self.stderr, run.items.filter(outcome=RunOutcomeChoices.PENDING).count())

        def show(row: RunItem) -> None:
            bar.clear()
            self._say(result_lines(row) if says else ())
            bar.step(row.name)

        what = _("import {run}, request {id}").format(run=run.pk, id=header.request_id)
        self._say([header.line(what)] if says else ())
        for row in run.items.exclude(outcome=RunOutcomeChoices.PENDING).order_by("pk"):
            self._say(result_lines(row) if says else ())
        with until_interrupted() as stop:
            try:
                run_now(run, request, stop=stop, done=show)
            except KeyboardInterrupt:
                bar.clear()
        self._say(end_lines(run) if says else [run_json(header, run, selection)])

    def _say(self, lines: Any) -> None:
        for line in lines:
            self.stdout.write(line)


def _add_devices(parser: ArgumentParser) -> None:
    many: dict[str, Any] = {"action": "extend", "nargs": "+", "default": []}
    parser.add_argument(
        "--filter",
        metavar="NAME=VALUE",
        help=f"devices that are ready and fit; may be repeated; names: {', '.join(FILTERS)}",
        **many,
    )
    parser.add_argument("--id", metavar="N", type=_id, help="device by its LibreNMS ID; may be repeated", **many)
    parser.add_argument("--all-ready", action="store_true", help="every device that is ready")
    parser.add_argument("--link", action="store_true", help="also link devices that NetBox has without a LibreNMS ID")
    parser.add_argument("--existing", action="store_true", help="also sync devices that NetBox has already")
    parser.add_argument("--role", metavar="NAME|ID", help="role for devices that lack one")
    parser.add_argument("--site", metavar="NAME|ID", help="site for devices that lack one")


def _add_part(parser: ArgumentParser, part: ImportOption) -> None:
    """What is as usual needs no option: one to leave it out, or one to have it."""
    name = part.name.replace("_", "-")
    if part.default:
        parser.add_argument(f"--no-{name}", dest=part.name, action="store_false", help=f"do not import {part.what}")
    else:
        parser.add_argument(f"--{name}", dest=part.name, action="store_true", help=f"also import {part.what}")


def _id(text: str) -> int:
    if text.isascii() and text.isdecimal() and 0 < int(text) <= LARGEST_ID:
        return int(text)
    raise ArgumentTypeError(_("“{text}” is no LibreNMS ID.").format(text=text[:50]))


def _wish(options: dict[str, Any], user: Any) -> Wish:
    ids, filters = options["id"], options["filter"]
    if not (ids or filters or options["all_ready"]):
        raise usage_error(_("Say which devices: --id, --filter or --all-ready."))
    if ids and (filters or options["all_ready"]):
        raise usage_error(_("--id names the devices, so it goes with neither --filter nor --all-ready."))
    models = {"role": DeviceRole, "site": Site}
    named = {name: options[name] for name in models if options[name]}
    return Wish(
        ids=tuple(dict.fromkeys(ids)),
        asked=asked_of(filters),
        link=options["link"],
        existing=options["existing"],
        defaults={name: find_objects(models[name], [said], user)[0].pk for name, said in named.items()},
    )


def _options_of(options: dict[str, Any]) -> ImportOptions:
    return ImportOptions.of(options)


def _status_of(foreseen: Sequence[Foreseen]) -> int:
    """A failure counts more than something to do."""
    outcomes = {one.outcome for one in foreseen}
    if RunOutcomeChoices.FAILED in outcomes:
        return FAILURE
    return FOUND if outcomes & {RunOutcomeChoices.CREATED, RunOutcomeChoices.LINKED} else 0
