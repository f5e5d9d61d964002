"""Locks until the end of a transaction, for what no constraint of the database keeps apart."""

from collections.abc import Iterable
from zlib import crc32

from django.db import connections

# PostgreSQL's shared memory holds a few thousand locks for everybody: who wants more of a space has all of it
MOST = 500


def wait_for(space: str, keys: Iterable[bytes], *, using: str) -> None:
    """Let nobody else have these keys of ``space`` until the transaction ends. Taken in one order, so that two who
    want the same ones never wait for each other."""
    numbers = sorted({crc32(key) >> 1 for key in keys})
    if not numbers:
        return
    number_of_space = crc32(f"netbox_librenms_plugin {space}".encode()) >> 1
    # The space itself is a lock too: shared by those who want some of its keys
    whole = "pg_advisory_xact_lock" if len(numbers) > MOST else "pg_advisory_xact_lock_shared"
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {whole}(%s, -1)", [number_of_space])
        if len(numbers) <= MOST:
            keys_sql = "SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) AS number"
            cursor.execute(keys_sql, [number_of_space, numbers])
