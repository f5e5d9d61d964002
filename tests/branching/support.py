"""What the tests of branches share: a branch, a request in it, and what main holds."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from netbox_branching.models import Branch
from utilities.request import NetBoxFakeRequest

from netbox_librenms_plugin.compat import apply_request_processors
from tests.factories import admin

# What a sync in a branch leaves in main: the record of it, NetBox's own background jobs, what branching itself keeps
BOOKS = ("netbox_librenms_plugin_", "netbox_branching_", "core_job")


def new_branch(name: str, strategy: str = "iterative") -> Branch:
    """A branch that is ready."""
    branch = Branch(name=name, merge_strategy=strategy)
    branch.save(provision=False)
    branch.provision(user=admin())
    branch.refresh_from_db()
    assert branch.ready
    return branch


def request_in(branch: Branch | None, user: Any = None) -> NetBoxFakeRequest:
    """A request of somebody who has chosen this branch, or main."""
    empty: dict[str, Any] = {name: {} for name in ("META", "GET", "POST", "FILES", "headers")}
    return NetBoxFakeRequest(
        {
            "id": uuid.uuid4(),
            "user": user or admin(),
            "method": "POST",
            "path": "/",
            "path_info": "/",
            "COOKIES": {"active_branch": branch.schema_id} if branch else {},
            **empty,
        }
    )


@contextmanager
def inside(branch: Branch | None) -> Iterator[NetBoxFakeRequest]:
    """Work in a branch, or in main, as in such a request."""
    request = request_in(branch)
    with apply_request_processors(request):
        yield request


def main_contents() -> dict[str, str]:
    """Table → digest of all its rows, in main, but for what ``BOOKS`` names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(BOOKS)]
        digests = {}
        for table in tables:
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM public."{table}" t')
            digests[table] = cursor.fetchone()[0] or ""
    return digests
