"""Pages. Importing a module registers its views."""

from . import (
    chassis_sync,
    field_policy,
    graphs,
    import_rules,
    imports,
    location_pattern,
    mappings,
    member_names,
    monitoring,
    object_sync,
    push_rules,
    schedules,
    settings,
    webhook,
)

__all__ = (
    "chassis_sync",
    "field_policy",
    "graphs",
    "import_rules",
    "imports",
    "location_pattern",
    "mappings",
    "member_names",
    "monitoring",
    "object_sync",
    "push_rules",
    "schedules",
    "settings",
    "webhook",
)
