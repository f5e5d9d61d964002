"""The table that compares cables: who hears whom, and what is plugged in by NetBox."""

from collections.abc import Iterable
from typing import Any

from dcim.choices import CableTypeChoices
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from utilities.choices import unpack_grouped_choices

from ..resources.cables import CABLES
from ..sync.cables.facts import cable_facts
from ..sync.cables.neighbours import End
from ..sync.core.ordering import natural
from ..sync.core.plan import Change, Outcome
from . import values
from .base import SyncTable, table_of
from .cells import Cell, CellState, DifferenceColumn
from .row_choices import RowChoice
from .rows import ChangeRow

TEMPLATE = "netbox_librenms_plugin/inc/cable_end.html"


def cable_type(value: Any) -> str:
    """The label of a cable type."""
    labels = dict(unpack_grouped_choices(CableTypeChoices.CHOICES))
    return str(labels.get(value, value)) if value else ""


def end_of(change: Change, side: str) -> End:
    """One end of the row, ``local`` or ``remote``."""
    facts = cable_facts(change)
    return (facts.get("local") if side == "local" else facts.get("remote")) or End(name="", port="")


def end_names(end: End) -> tuple[str, str]:
    """Names of the device and of the interface as NetBox has them, else LibreNMS's."""
    jack = end.carrier or end.jack
    device = jack.device if jack else end.device
    return device.name if device else end.name, jack.ref.name if jack else end.port


def port_url(end: End) -> str:
    """Address of the interface, if NetBox has it."""
    jack = end.carrier or end.jack
    return reverse("dcim:interface", args=(jack.id,)) if jack else ""


def end_context(end: End) -> dict[str, str]:
    """Names and addresses of the device and the interface, as far as NetBox has them; else LibreNMS's names."""
    jack, (device_name, port) = end.carrier or end.jack, end_names(end)
    device = jack.device if jack else end.device
    return {
        "device": device_name,
        "device_url": reverse("dcim:device", args=(device.id,)) if device and device.id else "",
        "port": port,
        "port_url": port_url(end),
    }


def interfaces(change: Change) -> dict[str, str]:
    """The interfaces that the remote port can be, where that is not certain."""
    found = cable_facts(change).get("choices", {}).get("remote", {})
    return {str(pk): name for pk, name in found.items()}


def may_choose_interface(change: Change) -> bool:
    """Interfaces that are joined already need no choice."""
    return change.outcome is not Outcome.SAME and bool(interfaces(change))


class EndColumn(DifferenceColumn):
    """One end of a link, with links to its device and its interface."""

    def cell(self, change: Change) -> Cell:
        """Device and interface in one phrase; an end is never changed."""
        text = " ".join(filter(None, end_names(end_of(change, self.fields[0]))))
        return Cell(label=self.verbose_name, state=CellState.SAME, found=text)

    def sort_key(self, change: Change) -> Any:
        """By the names, those of unknown neighbours last."""
        text = self.cell(change).found
        return (0, natural(text)) if text else (1, ())

    def render(self, record: Any, table: Any = None) -> str:
        context = end_context(end_of(record.change, self.fields[0]))
        box = table.choice_box(self.fields[0], record, undecided=context["port"])
        return get_template(TEMPLATE).render({**context, "box": box})


class LocalColumn(EndColumn):
    """The local port by its own name: the page is that of its device."""

    def cell(self, change: Change) -> Cell:
        """The interface, else LibreNMS's name of the port."""
        _device, port = end_names(end_of(change, self.fields[0]))
        return Cell(label=self.verbose_name, state=CellState.SAME, found=port or change.name)


class CableColumn(DifferenceColumn):
    """The cable that NetBox has, on this pair of interfaces or in its way."""

    def cell(self, change: Change) -> Cell:
        """Its label, else its number."""
        label = values.plain(change.found.get("label"))
        text = label or (f"#{change.netbox_id}" if change.netbox_id else "")
        return Cell(label=self.verbose_name, state=CellState.SAME, found=text)

    def render(self, record: Any, table: Any = None) -> str:
        number = record.change.netbox_id
        url = reverse("dcim:cable", args=(number,)) if number else ""
        context = {"port": self.cell(record.change).found, "port_url": url}
        return get_template(TEMPLATE).render(context)


@table_of(CABLES)
class CableSyncTable(SyncTable):
    """One row for each neighbour of each port."""

    name = LocalColumn("local", verbose_name=_("Local port"))
    remote = EndColumn("remote", verbose_name=_("Remote port"))
    cable = CableColumn("status", verbose_name=_("Cable"))
    type = DifferenceColumn("type", verbose_name=_("Type"), show=values.one("type", cable_type))
    label = DifferenceColumn("label", verbose_name=_("Label"))
    tag = DifferenceColumn("tag", verbose_name=_("Tag"))

    optional = ("type", "label", "tag")
    choices = (RowChoice(decision=CABLES.decision("remote"), offered=may_choose_interface, options=interfaces),)
    search_hint = _("Ports and devices")

    class Meta(SyncTable.Meta):
        fields = ("pk", "name", "member", "remote", "cable", "type", "label", "tag", "actions")
        default_columns = fields
        empty_text = _("No cable matches")

    @classmethod
    def title(cls, change: Change) -> str:
        """Both ends."""
        return change.name

    @classmethod
    def search_words(cls, change: Change) -> Iterable[str]:
        """Both ends, as NetBox and as LibreNMS name them."""
        yield change.name.casefold()
        for side in ("local", "remote"):
            end = end_of(change, side)
            yield from (text.casefold() for text in (end.label, end.name, end.port))

    def render_name(self, record: ChangeRow) -> str:
        change = record.change
        name = self.difference_columns()["name"].cell(change)
        url = port_url(end_of(change, "local"))
        return self._name(record, name, url=url)

    def librenms_url(self, change: Change) -> str:
        """Address of the local port's page in LibreNMS."""
        if change.librenms_id is None or self.around.librenms_url is None:
            return ""
        return self.around.librenms_url(change.librenms_id)
