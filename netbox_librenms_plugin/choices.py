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


class DeviceStateChoices(ChoiceSet):
    """What LibreNMS thinks of a device; the values are those of ``sync.core.device_state.DeviceState``."""

    UP = "up"
    DOWN = "down"
    DISABLED = "disabled"
    IGNORED = "ignored"

    CHOICES = [
        (UP, _("Up"), "green"),
        (DOWN, _("Down"), "red"),
        (DISABLED, _("Disabled"), "gray"),
        (IGNORED, _("Ignored"), "gray"),
    ]
    LABELS = {value: label for value, label, _color in CHOICES}


class PolicyChoices(ChoiceSet):
    """What happens to a field that differs; the values are those of ``sync.core.policy.Policy``."""

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


class SyncStateChoices(ChoiceSet):
    """How the sync of one object ended."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"

    CHOICES = [
        (COMPLETED, _("Completed"), "green"),
        (PARTIAL, _("Completed with failures"), "yellow"),
        (FAILED, _("Failed"), "red"),
    ]


class RunStateChoices(ChoiceSet):
    """How work on many objects stands."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"

    OPEN = (PENDING, RUNNING)
    ENDED_WELL = (COMPLETED, PARTIAL)

    CHOICES = [
        (PENDING, _("Queued"), "cyan"),
        (RUNNING, _("Running"), "blue"),
        (COMPLETED, _("Completed"), "green"),
        (PARTIAL, _("Completed with failures"), "yellow"),
        (FAILED, _("Failed"), "red"),
        (CANCELLED, _("Cancelled"), "gray"),
        (ABANDONED, _("Abandoned"), "orange"),
    ]


class RunOutcomeChoices(ChoiceSet):
    """What became of one item of a run; ``pending`` while nobody has come to it."""

    PENDING = "pending"
    CREATED = "created"
    LINKED = "linked"
    EXISTS = "exists"
    DONE = "done"
    SYNCED = "synced"
    AGREES = "agrees"
    LEFT_OUT = "left_out"
    FAILED = "failed"

    CHOICES = [
        (PENDING, _("Not done"), "gray"),
        (CREATED, _("Created"), "green"),
        (LINKED, _("Linked"), "teal"),
        (EXISTS, _("Was there already"), "cyan"),
        (DONE, _("Done"), "green"),
        (SYNCED, _("Synced"), "green"),
        (AGREES, _("Nothing to write"), "cyan"),
        (LEFT_OUT, _("Left out"), "orange"),
        (FAILED, _("Failed"), "red"),
    ]


class DeviationStateChoices(ChoiceSet):
    """What was decided about a difference, and whether it is there still. ``pending``: seen too few times to count."""

    PENDING = "pending"
    OPEN = "open"
    FAILED = "failed"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"

    # What somebody has to look at
    WAITING = (OPEN, FAILED)

    CHOICES = [
        (PENDING, _("Seen once"), "gray"),
        (OPEN, _("Open"), "yellow"),
        (FAILED, _("Sync failed"), "red"),
        (ACCEPTED, _("Accepted"), "cyan"),
        (RESOLVED, _("Resolved"), "green"),
    ]


class DeviationOutcomeChoices(ChoiceSet):
    """How NetBox and LibreNMS differ."""

    MISSING = "missing"
    CHANGED = "changed"
    CONFLICT = "conflict"
    BLOCKED = "blocked"
    EXTRA = "extra"

    CHOICES = [
        (MISSING, _("Missing in NetBox"), "blue"),
        (CHANGED, _("Differs"), "blue"),
        (CONFLICT, _("Conflict"), "orange"),
        (BLOCKED, _("Blocked"), "orange"),
        (EXTRA, _("Only in NetBox"), "gray"),
    ]


class ComparedKindChoices(ChoiceSet):
    """What was compared: an object of NetBox, or a device that only LibreNMS has."""

    DEVICE = "device"
    VIRTUAL_MACHINE = "virtualmachine"
    LIBRENMS = "librenms"

    CHOICES = [
        (DEVICE, _("Device")),
        (VIRTUAL_MACHINE, _("Virtual machine")),
        (LIBRENMS, _("Only in LibreNMS")),
    ]


class ScheduleActionChoices(ChoiceSet):
    """What a schedule does with its objects."""

    COMPARE = "compare"
    SYNC = "sync"
    PUSH = "push"

    CHOICES = [
        (COMPARE, _("Compare"), "cyan"),
        (SYNC, _("Sync"), "blue"),
        (PUSH, _("Add to LibreNMS"), "teal"),
    ]


class ScheduleStateChoices(ChoiceSet):
    """Whether a schedule writes. In shadow its runs only say what they would write."""

    SHADOW = "shadow"
    ARMED = "armed"

    CHOICES = [
        (SHADOW, _("Shadow"), "gray"),
        (ARMED, _("Armed"), "green"),
    ]


class ScheduleObjectsChoices(ChoiceSet):
    """Which objects of a kind a schedule is about. All of them has to be said: a filter never means it by mistake."""

    NONE = "none"
    SOME = "some"
    ALL = "all"

    CHOICES = [
        (NONE, _("None")),
        (SOME, _("Those that match the filter")),
        (ALL, _("All")),
    ]


class ScheduleOutcomeChoices(ChoiceSet):
    """What a schedule writes, by the names of ``sync.core.plan.Outcome``; it never deletes."""

    MISSING = "missing"
    CHANGED = "changed"

    CHOICES = [
        (MISSING, _("Create what NetBox lacks")),
        (CHANGED, _("Update what differs")),
    ]


class SchedulePushChoices(ChoiceSet):
    """How a schedule adds devices to LibreNMS, by the names that REST has for it."""

    PING_ONLY = "ping_only"
    FORCE_ADD = "force_add"
    LINK = "link"

    CHOICES = [
        (PING_ONLY, _("Only ping them, without SNMP")),
        (FORCE_ADD, _("Add them even if they do not answer")),
        (LINK, _("Link what LibreNMS has already")),
    ]


class PushAddressChoices(ChoiceSet):
    """What LibreNMS is told to reach a device by."""

    PRIMARY = "primary"
    OOB = "oob"
    DNS_NAME = "dns_name"
    NAME = "name"

    CHOICES = [
        (PRIMARY, _("Primary IP address")),
        (OOB, _("Out-of-band IP address")),
        (DNS_NAME, _("DNS name of the primary IP address")),
        (NAME, _("Name")),
    ]


class KeptFieldChoices(ChoiceSet):
    """What of LibreNMS's devices can be kept in step; the values are those of ``sync.push.keeping.Kept``."""

    STATE = "state"
    LOCATION = "location"
    NOTES = "notes"
    POLLER_GROUP = "poller_group"
    PARENTS = "parents"
    DISPLAY = "display"

    CHOICES = [
        (STATE, _("Monitoring")),
        (LOCATION, _("Location")),
        (NOTES, _("Notes")),
        (POLLER_GROUP, _("Poller group")),
        (PARENTS, _("Parents")),
        (DISPLAY, _("Display name")),
    ]
    LABELS = dict(CHOICES)


class KeepPolicyChoices(ChoiceSet):
    """What happens to one that differs; the values are those of ``sync.push.keeping.KeepPolicy``."""

    NETBOX_WINS = "netbox_wins"
    FILL_IF_EMPTY = "fill_if_empty"
    REPORT_ONLY = "report_only"
    IGNORE = "ignore"

    # LibreNMS's API cannot change the display name
    NEVER_WRITE = (REPORT_ONLY, IGNORE)

    CHOICES = [
        (NETBOX_WINS, _("NetBox wins"), "green"),
        (FILL_IF_EMPTY, _("Fill if empty"), "cyan"),
        (REPORT_ONLY, _("Report only"), "yellow"),
        (IGNORE, _("Ignore"), "gray"),
    ]
    LABELS = {value: label for value, label, _color in CHOICES}


class MonitoringChoices(ChoiceSet):
    """What LibreNMS does with a device; the values are those of ``sync.push.keeping.Monitoring``."""

    MONITORED = "monitored"
    IGNORED = "ignored"
    DISABLED = "disabled"

    CHOICES = [
        (MONITORED, _("Monitored")),
        (IGNORED, _("Ignored: polled, without alerts")),
        (DISABLED, _("Disabled: not polled")),
    ]


class NotesSourceChoices(ChoiceSet):
    """What becomes LibreNMS's notes."""

    DESCRIPTION = "description"
    COMMENTS = "comments"

    CHOICES = [
        (DESCRIPTION, _("Description")),
        (COMMENTS, _("Comments")),
    ]
