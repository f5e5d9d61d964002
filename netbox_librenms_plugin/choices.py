"""Choices that the models store."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import ChoiceSet


class InterfaceNameFieldChoices(ChoiceSet):
    """Which LibreNMS column names an interface."""

    IFNAME = "ifName"
    IFDESCR = "ifDescr"

    CHOICES = [
        (IFNAME, _("ifName (short, such as Gi1/0/1)")),
        (IFDESCR, _("ifDescr (long, such as GigabitEthernet1/0/1)")),
    ]


class DeviceNameSourceChoices(ChoiceSet):
    """Which LibreNMS column names a device."""

    SYSNAME = "sysName"
    HOSTNAME = "hostname"

    CHOICES = [
        (SYSNAME, _("sysName (what the device calls itself)")),
        (HOSTNAME, _("hostname (what LibreNMS polls)")),
    ]


class PolicyChoices(ChoiceSet):
    """What happens to a field that differs; the values are those of ``sync.policy.Policy``."""

    LIBRENMS_WINS = "librenms_wins"
    FILL_IF_EMPTY = "fill_if_empty"
    REPORT_ONLY = "report_only"
    IGNORE = "ignore"

    CHOICES = [
        (LIBRENMS_WINS, _("LibreNMS wins"), "green"),
        (FILL_IF_EMPTY, _("Fill if empty"), "cyan"),
        (REPORT_ONLY, _("Report only"), "yellow"),
        (IGNORE, _("Ignore"), "gray"),
    ]


class RunStateChoices(ChoiceSet):
    """How a run ended."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"

    CHOICES = [
        (COMPLETED, _("Completed"), "green"),
        (PARTIAL, _("Completed with failures"), "yellow"),
        (FAILED, _("Failed"), "red"),
    ]
