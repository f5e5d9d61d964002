"""The table of the import list: where each device of LibreNMS stands, and what it would become in NetBox."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable

from ..import_utils.filters import is_up
from ..import_utils.rows import NEW, Holder, Kind, Row, State, Value
from ..sync.core.normalise import text
from ..words.labels import field_label
from ..words.sentences import sentence

INC = "netbox_librenms_plugin/inc"
LABELS: dict[State, Any] = {
    State.READY: _("Ready"),
    State.NEEDS_SETUP: _("Needs setup"),
    State.EXISTS: _("Exists, not linked"),
    State.LINKED: _("Linked"),
    State.CONFLICT: _("Conflict"),
    State.IGNORED: _("Ignored"),
}
TITLES: dict[State, Any] = {
    State.READY: _("New in NetBox, and all that it needs is known"),
    State.NEEDS_SETUP: _("New in NetBox, and something that it needs is not known yet"),
    State.EXISTS: _("NetBox has it, without its LibreNMS ID"),
    State.LINKED: _("NetBox has it with its LibreNMS ID"),
    State.CONFLICT: _("It is not certain what it is in NetBox"),
    State.IGNORED: _("Left out of the import"),
}
# Where a value comes from, in words
VIA: dict[str, Any] = {
    "choice": _("your choice"),
    "rule": _("import rule"),
    "mapping": _("mapping"),
    "name": _("same name"),
    "slug": _("same slug"),
    "model": _("same model"),
    "part_number": _("same part number"),
    "host": _("cluster of its host"),
}
# Field → the REST list that its box searches
REMOTES = {
    "role": "dcim-api:devicerole-list",
    "site": "dcim-api:site-list",
    "device_type": "dcim-api:devicetype-list",
    "platform": "dcim-api:platform-list",
    "rack": "dcim-api:rack-list",
    "cluster": "virtualization-api:cluster-list",
}
# Without these a row is not ready; a VM needs a place only
REQUIRED: dict[str, Any] = {"role": _("role"), "site": _("site"), "device_type": _("type")}
DECIDABLE = NEW | {State.CONFLICT}
# What a row can be brought by a click of its own
STARTS: dict[State, Any] = {State.READY: _("Import"), State.EXISTS: _("Link")}
# What nothing is left to do for is shown in a quieter colour
SETTLED = frozenset({State.LINKED, State.IGNORED})
VIEWS = {Kind.DEVICE: "dcim:device", Kind.VM: "virtualization:virtualmachine"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What rows need beside themselves. Addresses of rows are below that of the page; ``details_query`` ends them."""

    librenms_url: Callable[[int], str]
    details_query: str = ""
    may_start: bool = False
    may_ignore: bool = False
    may_unignore: bool = False


def holder_url(holder: Holder) -> str:
    """Address of a NetBox object that the user may view."""
    return reverse(VIEWS[holder.kind], args=(holder.id,))


def fingerprint(row: Row) -> str:
    """Names what a row shows beside LibreNMS's own texts: a row with another one has to be shown anew."""
    shown = (row.state, row.kind, row.name, row.choice.as_json(), row.values, row.holder, row.issues, row.notes)
    return hashlib.sha256(repr((shown, row.stack)).encode()).hexdigest()[:8]


def missing(row: Row) -> list[Any]:
    """Names of the fields that a new row lacks."""
    if row.state is not State.NEEDS_SETUP:
        return []
    if row.kind is Kind.VM:
        return [] if row.ref("cluster") or row.ref("site") else [_("cluster or site")]
    return [label for name, label in REQUIRED.items() if row.ref(name) is None]


def reasons(row: Row) -> list[str]:
    """Why a row is in its state, in words."""
    return [sentence(one) for one in row.issues]


class ImportFieldColumn(tables.Column):
    """A column of one field of what would be made, with a box where a person has to decide, or has."""

    def __init__(self, **options: Any) -> None:
        super().__init__(empty_values=(), **options)

    def render(self, record: Row, **kwargs: Any) -> Any:
        table, name = kwargs["table"], kwargs["bound_column"].name
        value = record.values.get(name)
        if value is None or record.state not in DECIDABLE:
            return table.held(record, name)
        if name in REMOTES and (name == "role" or value.ref is None or value.via == "choice"):
            return table.box(record, name, value)
        return value.ref.name if value.ref else "—"


class ImportTable(BaseTable):
    """Rows of the import list. They come in the order in which they are shown."""

    pk = tables.Column(empty_values=(), orderable=False, verbose_name=_("Select"))
    device = tables.Column(empty_values=(), verbose_name=_("LibreNMS device"))
    hardware = tables.Column(empty_values=(), verbose_name=_("Hardware"))
    os = tables.Column(empty_values=(), verbose_name=_("OS"))
    location = tables.Column(empty_values=(), verbose_name=_("Location"))
    name = tables.Column(empty_values=(), verbose_name=_("Name"))
    device_type = ImportFieldColumn(verbose_name=_("Type"))
    site = ImportFieldColumn(verbose_name=_("Site"))
    role = ImportFieldColumn(verbose_name=_("Role"))
    rack = ImportFieldColumn(verbose_name=_("Rack"))
    cluster = ImportFieldColumn(verbose_name=_("Cluster"))
    platform = ImportFieldColumn(verbose_name=_("Platform"))
    tenant = ImportFieldColumn(verbose_name=_("Tenant"))
    state = tables.Column(empty_values=(), verbose_name=_("State"))
    actions = tables.Column(empty_values=(), orderable=False, verbose_name="")

    exempt_columns = ("pk", "device", "actions")

    class Meta(BaseTable.Meta):
        fields = (
            *("pk", "device", "hardware", "os", "location", "name", "device_type", "site", "role"),
            *("rack", "cluster", "platform", "tenant", "state", "actions"),
        )
        default_columns = (
            *("pk", "device", "hardware", "location", "name", "device_type", "site", "role", "state", "actions"),
        )
        empty_text = _("No device matches")
        attrs = {"class": "table table-hover object-list librenms-table librenms-import-table"}
        row_attrs = {
            "id": lambda record: f"librenms-import-{record.librenms_id}",
            "class": lambda record: f"librenms-row-{record.state}" if record.state in SETTLED else "",
            # What the line below the row says, across the whole of it
            "why": lambda record: "" if missing(record) else " ".join(reasons(record)),
        }

    def __init__(self, data: Sequence[Row], *, around: Around, **options: Any) -> None:
        super().__init__(data, **options)
        self.around = around
        # Reversing an address for each box would take longer than everything else
        self._remotes = {name: reverse(view) for name, view in REMOTES.items()}

    def arrange(self, user: Any, *, like: Sequence[str] = ()) -> None:
        """Show the user's columns. ``like`` are those of a table that stands on a page already."""
        chosen = user.config.get(f"tables.{self.name}.columns") if user.is_authenticated else None
        self._set_columns(like or chosen or self.Meta.default_columns)
        rest = [name for name in self.columns.names() if name not in self.exempt_columns]
        self.sequence = ["pk", "device", *rest, "actions"]

    @property
    def shown_columns(self) -> list[str]:
        """The columns that are shown and can be left out, in their order."""
        return [column.name for column in self.columns if column.name not in self.exempt_columns]

    # Cells

    def render_pk(self, record: Row) -> Any:
        return self._piece("import_select", record)

    def render_device(self, record: Row) -> Any:
        return self._piece(
            "import_device",
            record,
            url=self.around.librenms_url(record.librenms_id),
            sys_name=_if_other(text(record.device.sys_name), record.device.hostname),
            down=is_up(record.device) is False,
        )

    def render_hardware(self, record: Row) -> str:
        return _line(record.device.hardware)

    def render_os(self, record: Row) -> str:
        return _line(record.device.os)

    def render_location(self, record: Row) -> str:
        return _line(record.device.location_name)

    def render_name(self, record: Row) -> Any:
        return self._piece("import_name", record, url=_url_of(record), chosen=bool(record.choice.name))

    def render_state(self, record: Row) -> Any:
        return self._piece(
            "import_state",
            record,
            label=LABELS[record.state],
            missing=missing(record),
            notes=[sentence(one) for one in record.notes],
        )

    @property
    def width(self) -> int:
        """How many columns there are beside the boxes."""
        return len(list(self.columns)) - 1

    def render_actions(self, record: Row) -> Any:
        ignored = record.state is State.IGNORED
        return self._piece(
            "import_actions",
            record,
            details_url=f"{record.librenms_id}/details/{self.around.details_query}",
            stop=ignored and self.around.may_unignore and not (record.rule and record.rule.ignores),
            ignore=not ignored and record.state is not State.LINKED and self.around.may_ignore,
            starts=STARTS.get(record.state, "") if self.around.may_start else "",
        )

    def held(self, record: Row, name: str) -> str:
        """What the NetBox object of a row has in one field, as far as that is known here."""
        holder = record.holder
        if holder is None or not holder.visible:
            ref = record.ref(name) if record.state is State.IGNORED else None
            return ref.name if ref else "—"
        shown = ("site", "cluster", "role", "device_type")
        ref = getattr(holder, name) if name in shown else None
        return ref.name if ref else "—"

    def box(self, record: Row, name: str, value: Value) -> Any:
        """A box to choose the object of one field."""
        return self._piece(
            "import_box",
            record,
            field=name,
            label=field_label(name),
            value=value,
            remote=self._remotes[name],
            params=_params(record, name),
        )

    def _piece(self, piece: str, record: Row, **context: Any) -> str:
        return get_template(f"{INC}/{piece}.html").render({"row": record, "around": self.around, **context})


# Which roles a virtual machine can have, as NetBox's boxes take a filter
VM_ROLES = json.dumps([{"queryParam": "vm_role", "queryValue": ["true"]}])


def _params(row: Row, name: str) -> str:
    """What limits the choice of a field."""
    if name == "role" and row.kind is Kind.VM:
        return VM_ROLES
    site = row.ref("site")
    if name == "rack" and site is not None:
        return json.dumps([{"queryParam": "site_id", "queryValue": [site.id]}])
    return ""


def _line(value: Any) -> str:
    return text(value)[:200] or "—"


def _if_other(name: str, hostname: str) -> str:
    """The sysName where it says more than the hostname, with its domain or without."""
    folded = hostname.casefold()
    return "" if name.casefold() in (folded, folded.partition(".")[0]) else name[:255]


def _url_of(row: Row) -> str:
    return holder_url(row.holder) if row.holder is not None and row.holder.visible else ""


def digests(rows: Sequence[Row]) -> str:
    """What a page shows, for the form that is sent from it: ``id:fingerprint`` of each row."""
    return ",".join(f"{row.librenms_id}:{fingerprint(row)}" for row in rows)


def read_digests(said: str) -> Mapping[int, str]:
    """Id → fingerprint of what ``digests`` wrote; what it did not write is left out."""
    pairs = (one.partition(":") for one in said[:100_000].split(","))
    return {int(pk): digest for pk, _colon, digest in pairs if pk.isascii() and pk.isdigit() and len(pk) <= 19}
