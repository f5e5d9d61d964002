"""The table that compares console ports."""

from django.utils.translation import gettext_lazy as _

from netbox_librenms_plugin.sync.core.plan import Outcome
from netbox_librenms_plugin.tables.base import SyncTable, table_of
from netbox_librenms_plugin.tables.cells import ChoiceColumn, DifferenceColumn
from netbox_librenms_plugin.tables.row_choices import RowChoice

from .declaration import CONSOLE_PORTS


@table_of(CONSOLE_PORTS)
class ConsolePortSyncTable(SyncTable):
    """One row for each serial port, then those that only NetBox has."""

    label = DifferenceColumn("label", verbose_name=_("Label"))
    type = ChoiceColumn("type", choice="type", verbose_name=_("Type"))

    choices = (
        RowChoice(decision=CONSOLE_PORTS.decision("type"), offered=lambda change: change.outcome is Outcome.MISSING),
    )
    of_ports = True

    class Meta(SyncTable.Meta):
        fields = ("pk", "name", "member", "label", "type", "actions")
        default_columns = fields
        empty_text = _("No console port matches")
