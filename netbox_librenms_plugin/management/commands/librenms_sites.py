"""Compare sites with LibreNMS's locations, and write one side from a shell or a timer.

Exit status: 0 nothing is to be done, or all of it was done; 1 something could not be done; 2 the command was called
wrongly (unknown server, user, name); 3 without a direction or in a dry run: something differs.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from ...choices import RunStateChoices
from ...librenms.errors import LibreNMSError
from ...librenms.limits import in_background
from ...librenms_api import LibreNMSAPI
from ...lost_connections import ConnectionLostError
from ...site_sync.choosing import wishes
from ...site_sync.comparing import SiteComparison, compare_sites
from ...site_sync.documents import foreseen_document, plan_document, row_document, run_document
from ...site_sync.filtering import ATTENTION, matching
from ...site_sync.starting import sync_sites
from ...sync.sites.rows import MEANT, Direction, SiteRow
from ...words.sentences import sentence
from ..callers import FAILURE, failure, find_server, find_user, request_in_name_of, usage_error
from ..terminal import aligned, clean

DIFFERS = 3
EXIT_STATUS = (
    "Exit status: 0 nothing is to be done, or all was done; 1 something could not be done; 2 wrong call; 3 without a "
    "direction, or in a dry run: something differs."
)


class Command(BaseCommand):
    """The command."""

    help = "Compare NetBox's sites with LibreNMS's locations; with --to, write one side."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let the help explain the exit status."""
        return super().create_parser(prog_name, subcommand, epilog=EXIT_STATUS, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What can be asked."""
        directions = [one.value for one in Direction]
        parser.add_argument("--to", choices=directions, help="the side that is written; without it, only compare")
        parser.add_argument("--name", nargs="+", action="extend", metavar="NAME", help="only rows of these names")
        parser.add_argument("--server", metavar="KEY", help="key of the LibreNMS server; default: the selected one")
        parser.add_argument("--user", metavar="NAME", help="user to act as; default: the first active superuser")
        parser.add_argument("--dry-run", action="store_true", help="say what --to would do, write nothing")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    @in_background()
    def handle(self, **options: Any) -> None:
        """Compare, then say or do."""
        writes = options["to"] is not None and not options["dry_run"]
        user = find_user(options["user"], writes=writes)
        api = find_server(options["server"], warn=self.stderr.write)
        try:
            comparison = compare_sites(api, user=user, refresh=True)
            rows = _rows(comparison, options["name"])
            status = self._compare(comparison, rows, options) if options["to"] is None else 0
            if options["to"] is not None:
                status = self._sync(api, comparison, rows, user, options)
        except (LibreNMSError, ConnectionLostError) as error:
            raise failure(error.message) from error
        if status:
            sys.exit(status)

    def _compare(self, comparison: SiteComparison, rows: Sequence[SiteRow], options: dict[str, Any]) -> int:
        if options["format"] == "json":
            document = {**plan_document(comparison), "results": [row_document(row) for row in rows]}
            self.stdout.write(json.dumps(document, default=str))
        else:
            lines = [(row.outcome.value, row.name, " ".join(sentence(one) for one in row.issues)) for row in rows]
            self._say(aligned(lines, words=3) if lines else [_("NetBox and LibreNMS agree.")])
        return DIFFERS if rows else 0

    def _sync(
        self,
        api: LibreNMSAPI,
        comparison: SiteComparison,
        rows: Sequence[SiteRow],
        user: Any,
        options: dict[str, Any],
    ) -> int:
        actions = MEANT[Direction(options["to"])]
        asked = wishes(comparison.plan, [row.key for row in rows], actions, user=user)
        if options["dry_run"] or not asked.ready:
            document = foreseen_document(asked)
            status = DIFFERS if asked.ready else 0
        else:
            run = sync_sites(api, asked, request=request_in_name_of(user, uuid4()))
            document = run_document(run)
            status = 0 if run.state == RunStateChoices.COMPLETED else FAILURE
        if options["format"] == "json":
            self.stdout.write(json.dumps(document))
        else:
            lines = [
                (str(one["outcome"]), one["action"], one["name"], " ".join(why["message"] for why in one["issues"]))
                for one in document["results"]
            ]
            self._say(aligned(lines, words=4) if lines else [_("There is nothing to write.")])
        return status

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(clean(line))


def _rows(comparison: SiteComparison, names: Sequence[str] | None) -> list[SiteRow]:
    """The rows that are not the same, or those of these names."""
    if names is None:
        return matching(comparison.plan, show=ATTENTION)
    found = [row for row in comparison.plan.rows if row.name in names]
    if unknown := sorted(set(names) - {row.name for row in found}):
        raise usage_error(_("There is no site or location called “{name}”.").format(name=unknown[0]))
    return found
