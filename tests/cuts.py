"""Connections to the database that are cut by PostgreSQL itself, in the midst of something."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def cut() -> None:
    """End this thread's session from another one, and wait until it is gone."""
    from django.db import connection, connections

    connection.ensure_connection()
    pid = connection.connection.info.backend_pid

    def kill() -> None:
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
                assert cursor.fetchone() == (True,)
        finally:
            connections.close_all()

    thread = threading.Thread(target=kill)
    thread.start()
    thread.join()


@contextmanager
def cut_before(matches: Callable[[str], bool], *, times: int = 1) -> Iterator[list[str]]:
    """Cut the session as the first statements that match are on their way; gives those."""
    from django.db import connection

    hit: list[str] = []

    def execute(go_on: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if len(hit) < times and matches(sql):
            hit.append(sql)
            cut()
        return go_on(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield hit
