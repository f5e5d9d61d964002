"""Locks for what no constraint of the database keeps apart: until the end of a transaction, or of a piece of work."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from zlib import crc32

from django.db import connections

# PostgreSQL's shared memory holds a few thousand locks for everybody: who wants more of a space has all of it
MOST = 500


def wait_for(space: str, keys: Iterable[bytes], *, using: str) -> None:
    """Let nobody else have these keys of ``space`` until the transaction ends. Taken in one order, so that two who
    want the same ones never wait for each other."""
    numbers = sorted({_number(key) for key in keys})
    if not numbers:
        return
    number_of_space = _number(f"netbox_librenms_plugin {space}".encode())
    # The space itself is a lock too: shared by those who want some of its keys
    whole = "pg_advisory_xact_lock" if len(numbers) > MOST else "pg_advisory_xact_lock_shared"
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {whole}(%s, -1)", [number_of_space])
        if len(numbers) <= MOST:
            keys_sql = "SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) AS number"
            cursor.execute(keys_sql, [number_of_space, numbers])


@contextmanager
def held_alone(space: str, keys: Sequence[bytes], *, using: str) -> Iterator[list[bool]]:
    """Have these keys of ``space`` inside, across transactions, without waiting for anybody: whether each is had, in
    their order. Two queries for any number; at most some dozen at once. Where the connection breaks off, others may
    have them."""
    number_of_space = _number(f"netbox_librenms_plugin {space}".encode())
    numbers = sorted({_number(key) for key in keys})
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT number FROM unnest(%s::int[]) AS number WHERE pg_try_advisory_lock(%s, number)",
            [numbers, number_of_space],
        )
        held = {number for (number,) in cursor.fetchall()}
    try:
        yield [_number(key) in held for key in keys]
    finally:
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_unlock(%s, number) FROM unnest(%s::int[]) AS number",
                [number_of_space, sorted(held)],
            )


def _number(key: bytes) -> int:
    return crc32(key) >> 1
