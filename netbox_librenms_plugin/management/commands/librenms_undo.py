"""Undo what a run wrote, from a shell or a timer.

Exit status: 0 everything is as before, or would be; 1 something stays as it is, or it was cancelled; 2 nothing can be
undone, or the command was called wrongly (unknown run, user …).
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from ...choices import RunOutcomeChoices, RunStateChoices
from ...engine.undo import Record, plan_undo
from ...lost_connections import ConnectionLostError
from ...models import RunItem
from ...runs.access import visible_runs, visible_sync_runs
from ...runs.worker import run_now
from ...undo_runs.starts import UndoRefusedError, start_undo, whole_of
from ..callers import FAILURE, USAGE, failure, find_user, request_in_name_of, usage_error
from ..librenms_import.interrupts import until_interrupted
from ..librenms_undo.report import end_lines, item_lines, plan_json, plan_lines, refusal_json, run_json
from ..terminal import Bar

# Digits: the database has none that are longer
LONGEST_ID = 18
EXIT_STATUS = (
    "Exit status: 0 everything is as before, or would be; 1 something stays as it is, or it was cancelled; 2 nothing "
    "can be undone, or wrong call."
)


class Command(BaseCommand):
    """The command; its report is in ``management.librenms_undo``."""

    help = "Undo what a run of the plugin wrote in NetBox, as far as nobody changed it since."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let the help explain the exit status."""
        return super().create_parser(prog_name, subcommand, epilog=EXIT_STATUS, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What can be asked."""
        parser.add_argument("run", metavar="RUN", help="ID of a run, as its page and the list of runs have it")
        parser.add_argument(
            "--sync", action="store_true", help="the ID is that of the sync of one object, as REST lists in sync-runs/"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
        parser.add_argument("--user", metavar="NAME", help="user to act as; default: the first active superuser")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    def handle(self, **options: Any) -> None:
        """Find the run, then say what would be undone, or undo it."""
        user = find_user(options["user"], writes=not options["dry_run"])
        record = _found(options["run"], user, of_one=options["sync"])
        try:
            all_done = self._foresee(record, user, options) if options["dry_run"] else self._undo(record, user, options)
        except UndoRefusedError as error:
            if options["format"] == "json":
                self.stdout.write(refusal_json(error.reason, user))
                sys.exit(USAGE)
            raise usage_error(str(error)) from error
        if not all_done:
            sys.exit(FAILURE)

    def _foresee(self, record: Record, user: Any, options: dict[str, Any]) -> bool:
        plan = plan_undo(whole_of(record), user=user)
        if plan.problem is not None:
            raise UndoRefusedError(plan.problem)
        self._say([plan_json(plan, user)] if options["format"] == "json" else plan_lines(plan, user))
        return not plan.left_out

    def _undo(self, record: Record, user: Any, options: dict[str, Any]) -> bool:
        """Whether all of it was undone."""
        request = request_in_name_of(user, uuid4())
        run = start_undo(record, user=user, request=request)
        says = options["format"] == "table"
        bar = Bar(self.stderr, run.items.filter(outcome=RunOutcomeChoices.PENDING).count())

        def show(item: RunItem) -> None:
            bar.clear()
            self._say(item_lines(item) if says else ())
            bar.step(item.name)

        what = _("Undo of {name} on behalf of {user}, run {run}, request {id}")
        header = what.format(name=record, user=user.username, run=run.pk, id=run.request_id)
        self._say([header] if says else ())
        for item in run.items.filter(outcome=RunOutcomeChoices.LEFT_OUT):
            self._say(item_lines(item) if says else ())
        trouble = ""
        with until_interrupted() as stop:
            try:
                run_now(run, request, stop=stop, done=show)
            except ConnectionLostError as error:
                trouble = error.message
            except KeyboardInterrupt:
                bar.clear()
        self._say(end_lines(run) if says else [run_json(run)])
        if trouble:
            raise failure(trouble)
        return bool(run.state == RunStateChoices.COMPLETED)

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def _found(text: str, user: Any, *, of_one: bool) -> Record:
    """The run with this ID that the user may see."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else 0
    record: Record | None = visible_runs(user).filter(pk=number).first()
    if of_one:
        record = visible_sync_runs(user).filter(pk=number).first()
    if record is None:
        sentence = _("There is no run “{id}” that {user} may see.")
        if of_one:
            sentence = _("There is no sync “{id}” of one object that {user} may see.")
        raise usage_error(sentence.format(id=text[:50], user=user.username))
    return record
