"""Compare devices and virtual machines with LibreNMS and make NetBox agree, from a shell or a timer.

Exit status: 0 nothing to do or everything applied, 1 something failed (LibreNMS error, object that LibreNMS does not
know, refused or stale row) or a sync by filter was cancelled, 2 the command was called wrongly (unknown device, filter,
server, user …), 3 a dry run found differences and nothing failed.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import uuid4

from dcim.models import Device
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ...choices import RunOutcomeChoices, RunStateChoices
from ...fleet_sync.finding import loaded
from ...fleet_sync.options import SyncOptions
from ...fleet_sync.starting import start_sync
from ...librenms.errors import LibreNMSError
from ...librenms.limits import in_background
from ...librenms_api import LibreNMSAPI
from ...models import Run, RunItem
from ...resources import RESOURCES
from ...runs.control import enqueue_run
from ...runs.queue import workers_for_runs
from ...runs.worker import run_now
from ..callers import FAILURE, failure, find_server, find_user, request_in_name_of, usage_error
from ..librenms_import.interrupts import until_interrupted
from ..librenms_sync.many import end_lines, found_by, item_lines, kind_of, run_json
from ..librenms_sync.report import as_json, as_table, exit_status
from ..librenms_sync.work import Done, SyncTask
from ..targets import find_objects
from ..terminal import Bar

EXIT_STATUS = (
    "Exit status: 0 nothing to do, or everything applied; 1 something failed (LibreNMS error, object that LibreNMS "
    "does not know, refused or stale row) or was cancelled; 2 wrong call; 3 a dry run found differences and nothing "
    "failed."
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
        parser.add_argument(
            "--filter",
            metavar="NAME=VALUE",
            help="every device that NetBox's own filters let through, such as site=ams1, as one run; may be repeated",
            **many,
        )
        parser.add_argument("--virtual-machines", action="store_true", help="the filters are those of virtual machines")
        parser.add_argument("--resource", choices=tuple(RESOURCES), help=_resources_help(), **many)
        parser.add_argument("--server", metavar="KEY", help="LibreNMS server; default: the selected one")
        parser.add_argument("--user", metavar="NAME", help="user to act as; default: the first active superuser")
        parser.add_argument("--exclude-field", metavar="FIELD", help="field to leave alone; may be repeated", **many)
        parser.add_argument(
            "--dry-run", action="store_true", help="show what differs (each row with -v 2), write nothing"
        )
        parser.add_argument(
            "--background", action="store_true", help="with --filter: leave it to NetBox's background workers"
        )
        parser.add_argument("--refresh", action="store_true", help="ask LibreNMS anew instead of using cached answers")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    @in_background()
    def handle(self, **options: Any) -> None:
        """Find everything first, so that a wrong call changes nothing; then work, then report."""
        dry_run, writes_json = options["dry_run"], options["format"] == "json"
        user = find_user(options["user"], writes=not dry_run)
        _require_sense(options)
        ids = found_by(options["filter"], user, virtual=options["virtual_machines"]) if options["filter"] else []
        objects = _objects(options, user, ids, load=dry_run)
        resources = list(dict.fromkeys(options["resource"] or RESOURCES))
        _require_fields(options["exclude_field"], resources)
        api = find_server(options["server"], warn=self.stderr.write)
        if options["filter"] and not dry_run:
            self._many(api, user, ids, options)
            return
        work = SyncTask(
            user=user,
            server=api.server.key,
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

    def _many(self, api: LibreNMSAPI, user: Any, ids: Sequence[int], options: dict[str, Any]) -> None:
        """What the filters let through, as one run."""
        if options["background"] and not workers_for_runs():
            raise failure(_("No background worker is running, so nothing was started. Start NetBox's rqworker."))
        request = request_in_name_of(user, uuid4())
        chosen = SyncOptions(
            resources=tuple(options["resource"]) or None,
            exclude_fields=tuple(options["exclude_field"]),
            refresh=options["refresh"],
        )
        kind = kind_of(virtual=options["virtual_machines"])
        run = start_sync(api, request=request, objects={kind: ids}, options=chosen)
        if options["background"]:
            self._enqueue(run, request, options)
        elif not self._work(run, request, options):
            sys.exit(FAILURE)

    def _enqueue(self, run: Run, request: Any, options: dict[str, Any]) -> None:
        job = enqueue_run(run, request)
        if options["format"] == "json":
            self.stdout.write(json.dumps({"server": run.server, "job": job.pk, "run": run.pk}))
            return
        sentence = _("Job {job} does it in the background. The results come to {url}")
        self.stdout.write(sentence.format(job=job.pk, url=run.get_absolute_url()))

    def _work(self, run: Run, request: Any, options: dict[str, Any]) -> bool:
        """Whether all of it was done."""
        says = options["format"] == "table"
        bar = Bar(self.stderr, run.items.filter(outcome=RunOutcomeChoices.PENDING).count())

        def show(item: RunItem) -> None:
            bar.clear()
            self._say(item_lines(item) if says else ())
            bar.step(item.name)

        what = _("Server {server}, on behalf of {user}, sync {run}, request {id}")
        header = what.format(server=run.server, user=run.user_name, run=run.pk, id=run.request_id)
        self._say([header] if says else ())
        trouble = ""
        with until_interrupted() as stop:
            try:
                run_now(run, request, stop=stop, done=show)
            except LibreNMSError as error:
                trouble = error.message
            except KeyboardInterrupt:
                bar.clear()
        self._say(end_lines(run) if says else [run_json(run, run.user)])
        if trouble:
            raise failure(trouble)
        return bool(run.state == RunStateChoices.COMPLETED)

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)

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


def _require_sense(options: dict[str, Any]) -> None:
    named = options["device"] or options["vm"]
    if not named and not options["filter"]:
        raise usage_error(_("Name at least one object with --device or --vm."))
    if named and options["filter"]:
        raise usage_error(_("--filter says which objects, so it goes with neither --device nor --vm."))
    for name in ("background", "virtual_machines"):
        if options[name] and not options["filter"]:
            raise usage_error(_("--{name} goes with --filter alone.").format(name=name.replace("_", "-")))
    if options["background"] and options["dry_run"]:
        raise usage_error(_("A dry run is not done in the background."))


def _objects(options: dict[str, Any], user: Any, ids: Sequence[int], *, load: bool) -> list[Any]:
    if options["filter"]:
        # A run loads its objects by itself
        kind = kind_of(virtual=options["virtual_machines"])
        return list(loaded(kind, ids, user)) if load else []
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
