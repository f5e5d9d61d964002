"""Applies NetBox's migrations in the database named by the environment, and says how far it is.

Run as ``python -m tools.migrate``; each line of output is "number of total: migration".
"""

import gc
import sys
from collections.abc import Sequence
from typing import Any


def pending() -> list[str]:
    """Names of the migrations to apply, in order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan: Sequence[tuple[Any, bool]] = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


class Progress:
    """Takes what ``migrate`` prints and counts the migrations in it."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._number = 0

    def write(self, text: str) -> None:
        name = text.strip().removeprefix("Applying ").rstrip(".")
        if text.strip().startswith("Applying "):
            self._number += 1
            print(f"{self._number} of {self._total}: {name}", flush=True)

    def flush(self) -> None:
        sys.stdout.flush()


def main() -> None:
    import django

    # Django's picture of 130 models is copied at every step; looking for garbage in it costs a fifth of the time.
    gc.set_threshold(200_000, 50, 100)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, skip_checks=True, verbosity=1, stdout=Progress(len(pending())))


if __name__ == "__main__":
    main()
