"""The plugin's settings that are kept in the database: one row."""

from typing import Any, Self

from dcim.choices import DeviceStatusChoices
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_slug
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from extras.models import CustomField
from netbox.models import NetBoxModel
from virtualization.choices import VirtualMachineStatusChoices

from ..choices import (
    DeviceNameSourceChoices,
    DeviceStateChoices,
    InterfaceNameFieldChoices,
    KeepPolicyChoices,
    KeptFieldChoices,
    MonitoringChoices,
    NotesSourceChoices,
)
from ..location_pattern import LONGEST_PATTERN as LONGEST_LOCATION_PATTERN
from ..location_pattern import LocationPattern
from ..location_pattern import PatternError as LocationPatternError
from ..member_names import PatternError, check_pattern
from ..place_names import GROUPS

# Where the version of the operating system can be kept: a key of the object's own config context, or a custom field
IN_CONTEXT = "context"
IN_FIELD = "field:"

MOST_PATTERNS = 100
LONGEST_PATTERN = 100

# Phones by what Cisco's, Yealink's and Polycom's call themselves, computers by the names that their systems make up
UNRECORDED = "\n".join(
    (
        "SEP????????????",
        "ATA????????????",
        "*IP Phone*",
        "SIP-T*",
        "Yealink*",
        "Polycom*",
        "DESKTOP-???????",
        "LAPTOP-????????",
        "*MacBook*",
        "??:??:??:??:??:??",
    )
)


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line for one in text.splitlines() if (line := one.strip())]


def validate_name_patterns(text: str) -> None:
    """Refuse more or longer patterns than are looked at, and one that is everything."""
    lines = lines_of(text)
    if len(lines) > MOST_PATTERNS:
        raise ValidationError(_("At most {number} patterns are possible.").format(number=MOST_PATTERNS))
    for line in lines:
        if len(line) > LONGEST_PATTERN:
            raise ValidationError(_("A pattern has at most {number} characters.").format(number=LONGEST_PATTERN))
        if not line.strip("*?"):
            raise ValidationError(_("“{pattern}” would match every neighbour.").format(pattern=line))


def validate_member_pattern(pattern: str) -> None:
    """Refuse a pattern that gives two members one name, or that cannot be read."""
    try:
        check_pattern(pattern)
    except PatternError as error:
        messages = {
            "unknown": _("Only {name}, {position} and {serial} can be used in braces."),
            "same": _("Use {position} or {serial}, so that every member has a name of its own."),
        }
        raise ValidationError(messages[str(error)]) from error


def validate_location_pattern(pattern: str) -> None:
    """Refuse what is no regular expression, and one that reads nothing, or something that nobody knows."""
    try:
        LocationPattern(pattern)
    except LocationPatternError as error:
        groups = ", ".join(GROUPS)
        messages = {
            "invalid": _(
                "This is no regular expression that can be used: {reason}. Lookarounds and back-references are not "
                "possible."
            ).format(reason=error.detail),
            "unknown": _("“{names}” means nothing here. The groups are: {groups}.").format(
                names=error.detail, groups=groups
            ),
            "twice": _("Each of the groups can be there once. Put what differs into the group: (?P<site>…|…)."),
            "none": _("Name at least one group, as in (?P<site>…). The groups are: {groups}.").format(groups=groups),
        }
        if error.kind in messages:  # of its length the field says so
            raise ValidationError(messages[error.kind]) from error


def version_fields() -> dict[str, str]:
    """The custom fields of text that devices or virtual machines have: name → what people call it."""
    types = [("dcim", "device"), ("virtualization", "virtualmachine")]
    wanted = models.Q()
    for app, model in types:
        wanted |= models.Q(object_types__app_label=app, object_types__model=model)
    rows = CustomField.objects.filter(wanted, type="text").distinct().order_by("name")
    return {one.name: str(one) for one in rows}


def possible_statuses() -> dict[str, str]:
    """The statuses of devices and of virtual machines: value → label."""
    return {value: label for one in (DeviceStatusChoices, VirtualMachineStatusChoices) for value, label in one}


def validate_status_map(statuses: object) -> None:
    """Refuse what is no state of LibreNMS's, or no status of NetBox's."""
    if not isinstance(statuses, dict):
        raise ValidationError(_("Write an object: LibreNMS's state, and the status in NetBox."))
    states = list(DeviceStateChoices.LABELS)
    for state, status in statuses.items():
        if state not in states:
            message = _("“{value}” is not a state. Choose from: {known}")
            raise ValidationError(message.format(value=str(state)[:50], known=", ".join(states)))
        if status not in possible_statuses():
            message = _("“{value}” is not a status. Choose from: {known}")
            raise ValidationError(message.format(value=str(status)[:50], known=", ".join(possible_statuses())))


def validate_kept_fields(policies: object) -> None:
    """Refuse what is no field or no policy, and a policy that cannot do what it says."""
    if not isinstance(policies, dict):
        raise ValidationError(_("Write an object: a field of LibreNMS's devices, and its policy."))
    for name, policy in policies.items():
        _require_one_of(name, list(KeptFieldChoices.LABELS), _("“{value}” is not a field. Choose from: {known}"))
        known = list(KeepPolicyChoices.values())
        _require_one_of(policy, known, _("“{value}” is not a policy. Choose from: {known}"))
        if name == KeptFieldChoices.DISPLAY and policy not in KeepPolicyChoices.NEVER_WRITE:
            raise ValidationError(_("LibreNMS's API cannot change a display name. It can be reported, or ignored."))


def validate_monitoring_map(states: object) -> None:
    """Refuse what is no status of NetBox's, and what LibreNMS cannot do with a device."""
    if not isinstance(states, dict):
        raise ValidationError(_("Write an object: NetBox's status, and what LibreNMS does with the device."))
    for status, state in states.items():
        _require_one_of(status, list(possible_statuses()), _("“{value}” is not a status. Choose from: {known}"))
        known = list(MonitoringChoices.values())
        _require_one_of(state, known, _("“{value}” is nothing that LibreNMS does. Choose from: {known}"))


def validate_parent_roles(text: str) -> None:
    """Refuse what is no slug, and a role that stands in two places."""
    slugs = lines_of(text)
    if len(slugs) > MOST_PATTERNS:
        raise ValidationError(_("At most {number} roles are possible.").format(number=MOST_PATTERNS))
    for slug in slugs:
        try:
            validate_slug(slug)
        except ValidationError:
            message = _("“{value}” is not a slug: write one per line, such as core-router.")
            raise ValidationError(message.format(value=slug[:50])) from None
        if slugs.count(slug) > 1:
            raise ValidationError(_("“{value}” stands there twice.").format(value=slug))


def _require_one_of(value: object, known: list[str], message: Any) -> None:
    if value not in known:
        raise ValidationError(message.format(value=str(value)[:50], known=", ".join(known)))


class LibreNMSSettings(NetBoxModel):
    """The selected server and the naming rules. At most one row exists; ``load()`` gives it or the defaults."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    selected_server = models.CharField(
        verbose_name=_("server"),
        max_length=50,
        blank=True,
        help_text=_("Key of the LibreNMS server that is used where no other is chosen; empty means the first one."),
    )
    interface_name_field = models.CharField(
        verbose_name=_("interface names"),
        max_length=10,
        choices=InterfaceNameFieldChoices,
        default=InterfaceNameFieldChoices.IFNAME,
        help_text=_(
            "The LibreNMS column that names an interface, for servers whose configuration does not say. "
            "Every user can choose otherwise on the sync page."
        ),
    )

    # NetBox's own documentation does not know this model
    docs_url = ""
    device_name_source = models.CharField(
        verbose_name=_("device names"),
        max_length=10,
        choices=DeviceNameSourceChoices,
        default=DeviceNameSourceChoices.SYSNAME,
        help_text=_("The LibreNMS column that names a device or virtual machine."),
    )
    strip_domain = models.BooleanField(
        verbose_name=_("strip domain"),
        default=True,
        help_text=_("Compare names without their domain. A name that is an IP address is never stripped."),
    )
    member_name_pattern = models.CharField(
        verbose_name=_("VC member names"),
        max_length=64,
        default="{name}-{position}",
        validators=(validate_member_pattern,),
        help_text=_(
            "What the other members of an imported virtual chassis are called; the master has the device's own name. "
            "{name}, {position} and {serial} stand for the device's name and the member's position and serial number."
        ),
    )
    include_reserved_vlans = models.BooleanField(
        verbose_name=_("reserved VLANs"),
        default=False,
        help_text=_("Compare the VLANs that every switch has (1 and 1002–1005) too."),
    )
    include_link_local = models.BooleanField(
        verbose_name=_("link-local addresses"),
        default=False,
        help_text=_("Compare link-local IP addresses (169.254.0.0/16, fe80::/10) too."),
    )
    include_loopback = models.BooleanField(
        verbose_name=_("host loopback addresses"),
        default=False,
        help_text=_("Compare the loopback addresses every host has (127.0.0.0/8, ::1) too."),
    )
    cable_label = models.CharField(
        verbose_name=_("cable label"),
        max_length=100,
        blank=True,
        help_text=_("Label of cables made from LibreNMS links."),
    )
    cable_tag = models.ForeignKey(
        to="extras.Tag",
        verbose_name=_("cable tag"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Tag of cables made from LibreNMS links."),
    )

    unrecorded_neighbours = models.TextField(
        verbose_name=_("neighbours not recorded"),
        max_length=5000,
        blank=True,
        default=UNRECORDED,
        validators=(validate_name_patterns,),
        help_text=_(
            "Names or hardware of neighbours that nobody records, such as phones and laptops: one per line, with * and "
            "? for any characters. While neither NetBox nor LibreNMS has such a device, there is nothing to do."
        ),
    )

    os_version_in = models.CharField(
        verbose_name=_("operating system version"),
        max_length=60,
        blank=True,
        help_text=_(
            "Where NetBox keeps the version of a device's operating system: “field:” and the name of a custom field of "
            "type text, or “context” for the key os_version of the local config context. Empty: it is not compared."
        ),
    )
    status_map = models.JSONField(
        verbose_name=_("statuses"),
        blank=True,
        default=dict,
        validators=(validate_status_map,),
        help_text=_(
            "NetBox's status by LibreNMS's state (up, down, disabled, ignored). Empty: statuses are not compared. A "
            "status that stands nowhere here, such as planned, is left alone."
        ),
    )

    times_before_open = models.PositiveSmallIntegerField(
        verbose_name=_("comparisons before it counts"),
        default=1,
        validators=(MinValueValidator(1), MaxValueValidator(20)),
        help_text=_("How many comparisons in a row must see a difference before it counts as a deviation."),
    )
    unseen_days = models.PositiveSmallIntegerField(
        verbose_name=_("days without an answer"),
        default=30,
        validators=(MinValueValidator(1), MaxValueValidator(3650)),
        help_text=_(
            "A device that LibreNMS has not reached for this many days may be gone: the network page lists it."
        ),
    )
    fewer_percent = models.PositiveSmallIntegerField(
        verbose_name=_("fewer devices or ports"),
        default=20,
        validators=(MinValueValidator(1), MaxValueValidator(100)),
        help_text=_(
            "In percent. If LibreNMS lists this many fewer devices or ports than last time, a comparison of the "
            "network stops before it writes anything."
        ),
    )

    location_tolerance = models.PositiveIntegerField(
        verbose_name=_("tolerance of coordinates"),
        default=50,
        validators=(MinValueValidator(1), MaxValueValidator(100_000)),
        help_text=_("In metres. A site and its LibreNMS location that lie no further apart are at the same place."),
    )

    kept_fields = models.JSONField(
        verbose_name=_("kept in step"),
        blank=True,
        default=dict,
        validators=(validate_kept_fields,),
        help_text=_(
            "What of LibreNMS's devices follows NetBox: field (state, location, notes, poller_group, parents, display) "
            "and policy (netbox_wins, fill_if_empty, report_only, ignore). Empty: nothing does."
        ),
    )
    monitoring_map = models.JSONField(
        verbose_name=_("monitoring by status"),
        blank=True,
        default=dict,
        validators=(validate_monitoring_map,),
        help_text=_(
            "What LibreNMS does with a device (monitored, ignored, disabled) by its status in NetBox. A status that "
            "does not stand here is left alone."
        ),
    )
    notes_from = models.CharField(
        verbose_name=_("notes from"),
        max_length=20,
        choices=NotesSourceChoices,
        default=NotesSourceChoices.DESCRIPTION,
        help_text=_("The field of the device or virtual machine that becomes LibreNMS's notes."),
    )
    parent_roles = models.TextField(
        verbose_name=_("order of roles"),
        max_length=5000,
        blank=True,
        validators=(validate_parent_roles,),
        help_text=_(
            "Slugs of device roles, one per line, the role nearest to the core first. A device depends on the devices "
            "that its cables lead to, where their role stands above its own."
        ),
    )
    location_pattern = models.CharField(
        verbose_name=_("location pattern"),
        max_length=LONGEST_LOCATION_PATTERN,
        blank=True,
        validators=(validate_location_pattern,),
        help_text=_(
            "A regular expression (RE2) that matches a whole location of LibreNMS's, with named groups for what is "
            "which part of it: site, location, rack, tenant. Empty: the whole location means a site."
        ),
    )

    class Meta:
        verbose_name = _("LibreNMS settings")
        verbose_name_plural = _("LibreNMS settings")

    def __str__(self) -> str:
        return str(_("LibreNMS settings"))

    def clean(self) -> None:
        """The version can only go where there is something to keep it."""
        super().clean()
        place = self.os_version_in
        if place in ("", IN_CONTEXT):
            return
        if not place.startswith(IN_FIELD) or place.removeprefix(IN_FIELD) not in version_fields():
            message = _("There is no custom field of type text on devices or virtual machines for “{value}”.")
            raise ValidationError({"os_version_in": message.format(value=place)})

    @property
    def unrecorded_patterns(self) -> list[str]:
        """Names or hardware of neighbours that nobody records, as far as they were not written past validation."""
        lines = lines_of(self.unrecorded_neighbours)[:MOST_PATTERNS]
        return [line for line in lines if len(line) <= LONGEST_PATTERN]

    @property
    def parent_order(self) -> list[str]:
        """Slugs of roles, the topmost first."""
        return lines_of(self.parent_roles)[:MOST_PATTERNS]

    def get_absolute_url(self) -> str:
        """The settings page shows the one row there is."""
        return reverse("plugins:netbox_librenms_plugin:settings")

    @classmethod
    def load(cls) -> Self:
        """The stored settings, or unsaved defaults: reading never writes. In place of a choice that does not exist,
        written past validation, stands the default."""
        found = cls.objects.first() or cls()
        for field in cls._meta.fields:
            if field.choices and getattr(found, field.attname) not in dict(field.flatchoices):
                setattr(found, field.attname, field.get_default())
        return found
