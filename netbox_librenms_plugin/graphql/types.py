"""What GraphQL tells of deviations, causes and compared objects: what the pages show to the same user."""

from typing import Annotated

import strawberry
import strawberry_django
from netbox.graphql.scalars import BigInt
from netbox.graphql.types import BaseObjectType
from strawberry.scalars import JSON
from strawberry.types import Info

from ..models import Cause, ComparedObject, Deviation
from ..models.compared_object import sees_network
from ..words.deviations import cause_title, problem_words, reason_words, told_value
from .filters import LibreNMSCauseFilter, LibreNMSComparedObjectFilter, LibreNMSDeviationFilter

HERE = "netbox_librenms_plugin.graphql.types"


def _whole(info: Info) -> bool:
    """Whether names of any other objects may be told."""
    return sees_network(info.context.request.user)


@strawberry_django.type(
    ComparedObject,
    fields=["id", "server", "kind", "name", "checked_at", "open", "accepted", "extra"],
    filters=LibreNMSComparedObjectFilter,
    pagination=True,
)
class LibreNMSComparedObjectType(BaseObjectType):
    """A device or virtual machine as far as it was compared, or a device that NetBox lacks."""

    object_id: BigInt
    librenms_id: BigInt | None
    deviations: list[Annotated["LibreNMSDeviationType", strawberry.lazy(HERE)]]

    @strawberry_django.field(only=["problem"])
    def problem(self) -> str:
        """Why it could not be compared the last time; empty where it could."""
        return str(self.problem.get("message", ""))


@strawberry_django.type(
    Cause,
    fields=["id", "server", "resource", "field", "outcome", "reason", "counted"],
    filters=LibreNMSCauseFilter,
    pagination=True,
)
class LibreNMSCauseType(BaseObjectType):
    """Deviations that are one and the same thing. The numbers are those of objects that the user may view."""

    deviations: list[Annotated["LibreNMSDeviationType", strawberry.lazy(HERE)]]

    @strawberry_django.field(only=["resource", "field", "outcome", "reason", "value", "details"])
    def title(self, info: Info) -> str:
        """In words."""
        return cause_title(self, whole=_whole(info))

    @strawberry_django.field
    def open(self) -> int:
        """Deviations that somebody has to look at."""
        return int(self.seen_open)

    @strawberry_django.field
    def objects_open(self) -> int:
        """Objects that have one of them."""
        return int(self.seen_objects)

    @strawberry_django.field
    def accepted(self) -> int:
        """Deviations that were accepted."""
        return int(self.seen_accepted)


@strawberry_django.type(
    Deviation,
    fields=[
        *("id", "resource", "key", "name", "field", "outcome", "reason", "writes", "counted", "state", "first_seen"),
        *("reopened", "resolved_at", "accepted_until", "accepted_reason"),
    ],
    filters=LibreNMSDeviationFilter,
    pagination=True,
)
class LibreNMSDeviationType(BaseObjectType):
    """One difference of one object; ``field`` is empty for a row as a whole."""

    netbox_id: BigInt | None
    compared: Annotated["LibreNMSComparedObjectType", strawberry.lazy(HERE)]
    cause: Annotated["LibreNMSCauseType", strawberry.lazy(HERE)]

    @strawberry_django.field(only=["found"])
    def found(self, info: Info) -> JSON | None:
        """What NetBox has."""
        return told_value(self.found, whole=_whole(info))

    @strawberry_django.field(only=["wanted"])
    def wanted(self, info: Info) -> JSON | None:
        """What LibreNMS says."""
        return told_value(self.wanted, whole=_whole(info))

    @strawberry_django.field(only=["reason", "details"])
    def reason_text(self, info: Info) -> str:
        """Why it is not simply written; empty where nothing is in the way."""
        return reason_words(self, whole=_whole(info))

    @strawberry_django.field(only=["problem"])
    def problem(self, info: Info) -> str:
        """Why its sync failed; empty where none did."""
        return problem_words(self, whole=_whole(info))

    @strawberry_django.field(only=["accepted_name"])
    def accepted_by(self) -> str:
        """Who accepted it."""
        return str(self.accepted_name)
