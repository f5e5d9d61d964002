"""What NetBox's own types in GraphQL say of differences; NetBox takes it from 4.7 on."""

from typing import Any

import strawberry
import strawberry_django
from django.db.models import OuterRef, Subquery, Sum
from strawberry.types import Info

from .choices import ComparedKindChoices
from .models import ComparedObject
from .models.compared_object import reads_pages


def _number(kind: str) -> Subquery:
    rows = ComparedObject.objects.filter(kind=kind, object_id=OuterRef("pk")).exclude(checked_at=None)
    return Subquery(rows.order_by().values("object_id").annotate(n=Sum("open")).values("n"))


def _told(instance: Any, info: Info) -> int | None:
    return instance._librenms_open if reads_pages(info.context.request.user) else None


@strawberry.type
class DifferencesOfDevice:
    """The number of a device's differences."""

    models = ["dcim.device"]

    @strawberry_django.field(annotate={"_librenms_open": _number(ComparedKindChoices.DEVICE)})
    def librenms_differences(self, info: Info) -> int | None:
        """Open differences to LibreNMS, as stored; null where it was not compared."""
        return _told(self, info)


@strawberry.type
class DifferencesOfVirtualMachine:
    """The number of a virtual machine's differences."""

    models = ["virtualization.virtualmachine"]

    @strawberry_django.field(annotate={"_librenms_open": _number(ComparedKindChoices.VIRTUAL_MACHINE)})
    def librenms_differences(self, info: Info) -> int | None:
        """Open differences to LibreNMS, as stored; null where it was not compared."""
        return _told(self, info)


type_extensions = (DifferencesOfDevice, DifferencesOfVirtualMachine)
