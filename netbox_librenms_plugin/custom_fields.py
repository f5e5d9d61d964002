"""The custom field ``librenms_id``: which LibreNMS object a NetBox object is, for each server."""

from typing import Any

from django.apps.registry import Apps

from .librenms.identity import FIELD as FIELD_NAME

OBJECT_TYPES = (
    ("dcim", "device"),
    ("dcim", "interface"),
    ("virtualization", "virtualmachine"),
    ("virtualization", "vminterface"),
)


def ensure_custom_field(*, using: str, apps: Apps | None = None, **kwargs: Any) -> None:
    """Make the custom field once and assign it to the four object types; an existing field keeps its own type.

    It has no default: a default would be written into every existing object.
    """
    if using != "default":
        return
    from core.models import ObjectType
    from extras.models import CustomField

    custom_field, _created = CustomField.objects.get_or_create(
        name=FIELD_NAME,
        defaults={
            "type": "json",
            "label": "LibreNMS ID",
            "description": "ID of this object in LibreNMS, by server",
            "ui_visible": "if-set",
            "ui_editable": "hidden",
            "search_weight": 0,
            "is_cloneable": False,
        },
    )
    wanted = {ObjectType.objects.get_by_natural_key(*key).pk for key in OBJECT_TYPES}
    missing = wanted - set(custom_field.object_types.values_list("pk", flat=True))
    if missing:
        custom_field.object_types.add(*missing)
