"""Pages. Importing a module registers its views."""

from . import (
    chassis_sync,
    field_policy,
    import_rules,
    imports,
    mappings,
    member_names,
    object_sync,
    push_rules,
    schedules,
    settings,
    webhook,
)

__all__ = (
    "chassis_sync",
    "field_policy",
    "import_rules",
    "imports",
    "mappings",
    "member_names",
    "object_sync",
    "push_rules",
    "schedules",
    "settings",
    "webhook",
)
