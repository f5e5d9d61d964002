"""The lists, and one of each."""

import strawberry
import strawberry_django

from .types import LibreNMSCauseType, LibreNMSComparedObjectType, LibreNMSDeviationType


@strawberry.type(name="Query")
class LibreNMSQuery:
    """What the plugin adds to NetBox's queries."""

    librenms_deviation: LibreNMSDeviationType = strawberry_django.field()
    librenms_deviation_list: list[LibreNMSDeviationType] = strawberry_django.field()

    librenms_cause: LibreNMSCauseType = strawberry_django.field()
    librenms_cause_list: list[LibreNMSCauseType] = strawberry_django.field()

    librenms_compared_object: LibreNMSComparedObjectType = strawberry_django.field()
    librenms_compared_object_list: list[LibreNMSComparedObjectType] = strawberry_django.field()


schema = [LibreNMSQuery]
