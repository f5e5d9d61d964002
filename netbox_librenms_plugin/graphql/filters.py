"""What lists in GraphQL can be filtered by."""

from typing import Annotated

import strawberry
import strawberry_django
from strawberry import auto

from ..models import Cause, ComparedObject, Deviation


@strawberry_django.filter_type(ComparedObject, lookups=True)
class LibreNMSComparedObjectFilter:
    """Objects as far as they were compared."""

    id: auto
    server: auto
    kind: auto
    object_id: auto
    librenms_id: auto
    name: auto
    site_id: auto
    role_id: auto
    platform_id: auto
    tenant_id: auto
    checked_at: auto
    open: auto
    accepted: auto
    extra: auto


@strawberry_django.filter_type(Cause, lookups=True)
class LibreNMSCauseFilter:
    """Deviations that are one and the same thing."""

    id: auto
    server: auto
    resource: auto
    field: auto
    outcome: auto
    reason: auto
    counted: auto


@strawberry_django.filter_type(Deviation, lookups=True)
class LibreNMSDeviationFilter:
    """Differences, also by their objects and causes."""

    id: auto
    resource: auto
    name: auto
    field: auto
    outcome: auto
    reason: auto
    state: auto
    writes: auto
    counted: auto
    first_seen: auto
    accepted_until: auto
    compared: (
        Annotated["LibreNMSComparedObjectFilter", strawberry.lazy("netbox_librenms_plugin.graphql.filters")] | None
    ) = strawberry_django.filter_field()
    cause: Annotated["LibreNMSCauseFilter", strawberry.lazy("netbox_librenms_plugin.graphql.filters")] | None = (
        strawberry_django.filter_field()
    )
