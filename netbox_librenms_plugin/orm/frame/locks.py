"""Locks until the end of a transaction, for what no constraint of the database keeps apart."""

from collections.abc import Iterable
from zlib import crc32

from django.db import connections

# PostgreSQL's shared memory holds a few thousand locks for everybody
_LOCKS = 256


def wait_for(space: str, keys: Iterable[bytes], *, using: str) -> None:
    """Let nobody else have these keys of ``space`` until the transaction ends. Taken in one order, so that two who
    want the same ones never wait for each other."""
    numbers = sorted({crc32(key) % _LOCKS for key in keys})
    if numbers:
        with connections[using].cursor() as cursor:
            sql = "SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::int[]) AS number"
            cursor.execute(sql, [crc32(f"netbox_librenms_plugin {space}".encode()) >> 1, numbers])
