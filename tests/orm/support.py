"""What the tests of comparing and applying share: the use cases in one call, and a count of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.sync.core.plan import Plan
from tests.factories import admin, request_of

WRITING = ("INSERT", "UPDATE", "DELETE")


def plan_of(instance: Any, resource: str = "interfaces", *, user: Any = None, chosen: Any = None, **more: Any) -> Plan:
    """The plan of one resource of an object; ``chosen`` is what somebody decided in its rows, ``more`` further options
    of the engine's."""
    options = engine.Options(choices={resource: chosen or {}}, **more)
    (comparison,) = engine.compare([instance], user=user or admin(), resources=[resource], options=options)
    assert comparison.error is None, comparison.error
    return comparison.plans[resource]


def apply_to(
    instance: Any,
    *resources: str,
    user: Any = None,
    chosen: Any = None,
    options: engine.Options | None = None,
    **selection: Any,
) -> AppliedPlans:
    """Apply these resources of one object, its interfaces unless told; ``chosen`` is what somebody decided in the rows
    of the last one, ``selection`` as the engine's."""
    user, resources = user or admin(), resources or ("interfaces",)
    with request_of(user) as request:
        return engine.apply(
            instance,
            user=user,
            request=request,
            selections={name: engine.Selection(**selection) for name in resources},
            options=options or engine.Options(choices={resources[-1]: chosen or {}}),
        )


def analyse() -> None:
    """What PostgreSQL does by itself where transactions end: without it large new tables are taken for empty ones, and
    read row by row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    """Counts the queries inside."""
    with CaptureQueriesContext(connection) as queries:
        yield queries


def writes_in(queries: CaptureQueriesContext) -> list[str]:
    """The statements that write."""
    return [one["sql"] for one in queries.captured_queries if one["sql"].lstrip().upper().startswith(WRITING)]
