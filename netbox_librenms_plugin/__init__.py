"""NetBox plugin: what LibreNMS sees beside what NetBox says, and a way to make NetBox agree."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from netbox.plugins import PluginConfig

from .version import __version__


class LibreNMSPluginConfig(PluginConfig):
    """Registers the plugin; what runs at start is limited to checks that need no database and no network."""

    name = "netbox_librenms_plugin"
    verbose_name = "LibreNMS"
    description = "Compares NetBox with LibreNMS and makes NetBox agree where you say so"
    version = __version__
    author = "The netbox_librenms_plugin developers"
    base_url = "librenms_plugin"
    min_version = "4.5.0"
    max_version = "4.7.99"
    middleware = ("netbox_librenms_plugin.metrics.FiguresOfAllProcesses",)
    default_settings: dict[str, Any] = {"servers": {}, "run_retention_days": 90}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        from . import event_types

        event_types.register()

    def ready(self) -> None:
        """Refuse a broken server configuration at start, with the reason, instead of on somebody's first click."""
        super().ready()
        from django.conf import settings
        from django.core import checks
        from django.db.models.signals import post_migrate, pre_migrate

        from . import jobs as _jobs  # noqa: F401  (declares the system job)
        from . import metrics
        from . import widgets as _widgets  # noqa: F401  (registers the dashboard's widget)
        from .custom_fields import ensure_custom_field
        from .deviations import kinds as _compare  # noqa: F401  (declares the kind of run)
        from .deviations.after_sync import note_applied
        from .engine.signals import applied
        from .fleet_sync import kinds as _sync  # noqa: F401  (declares the kind of run)
        from .foreign_tables import check_tables, refuse_to_migrate
        from .import_utils import kinds as _kinds  # noqa: F401  (declares the kinds of runs)
        from .librenms.config import load_servers
        from .librenms.errors import ConfigurationError
        from .maintenance import kinds as _maintenance  # noqa: F401  (declares the kind of run)
        from .models import FieldPolicy, Schedule
        from .push import kinds as _push  # noqa: F401  (declares the kind of run)
        from .resources import policy_fields
        from .schedules.checking import problems
        from .site_sync import kinds as _sites  # noqa: F401  (declares the kind of run)
        from .tables import netbox_lists
        from .undo_runs import kinds as _undo_kinds  # noqa: F401  (declares the kind of runs that undo)

        # Models stand below what they are about, so they cannot look there by themselves
        FieldPolicy.known_fields = staticmethod(policy_fields)
        Schedule.problems = staticmethod(problems)
        netbox_lists.register()
        if settings.METRICS_ENABLED:
            metrics.register()
        applied.connect(note_applied, dispatch_uid=f"{self.name}.deviations")
        checks.register(check_tables, checks.Tags.database)
        pre_migrate.connect(refuse_to_migrate, sender=self, dispatch_uid=f"{self.name}.foreign_tables")
        post_migrate.connect(ensure_custom_field, sender=self, dispatch_uid=f"{self.name}.custom_field")
        try:
            load_servers(settings.PLUGINS_CONFIG[self.name])
        except ConfigurationError as error:
            raise ImproperlyConfigured(f"PLUGINS_CONFIG[{self.name!r}]: {error}") from error


config = LibreNMSPluginConfig
