"""The table that compares the fields of a device or VM."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dcim.models import Platform
from django.http import QueryDict
from django.template.loader import get_template
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from utilities.permissions import get_permission_for_model
from utilities.views import get_viewname

from ..models import DeviceTypeMapping, LocationMapping, PlatformMapping
from ..models.settings import possible_statuses
from ..resources.fields import FIELDS as RESOURCE
from ..sync.core.ordering import natural
from ..sync.core.plan import Change
from ..sync.fields.facts import field_facts
from ..sync.fields.plan import DEVICE_FIELDS
from ..words.labels import field_label
from . import values
from .base import INC, SyncTable, table_of
from .cells import Cell, CellState, DifferenceColumn
from .row_choices import RowChoice

FIELDS = tuple(one.name for one in DEVICE_FIELDS)
# Field → the choice of what its text means
MEANINGS = {
    **{name: name for name in ("device_type", "platform", "site", "location", "rack", "tenant")},
    "member_serial": "part",
}
# Field → the mapping that can say what its text means
MAPPINGS = {"device_type": DeviceTypeMapping, "platform": PlatformMapping, "site": LocationMapping}


def field_of(change: Change) -> str:
    """The field that a row is about; it has exactly one."""
    return next(iter(change.found), "")


def _about(name: str) -> Callable[[Change], bool]:
    return lambda change: field_of(change) == name and bool(field_facts(change).get("choices"))


def _meanings(change: Change) -> Mapping[str, Any]:
    return {str(key): words for key, words in field_facts(change).get("choices", {}).items()}


def _names(change: Change) -> bool:
    return field_of(change) == "name"


CHOICES = (
    *(
        RowChoice(decision=RESOURCE.decision(choice), offered=_about(name), options=_meanings)
        for name, choice in MEANINGS.items()
    ),
    RowChoice(decision=RESOURCE.decision("name_source"), offered=_names),
    RowChoice(decision=RESOURCE.decision("strip_domain"), offered=_names),
)


class FieldNameColumn(DifferenceColumn):
    """What the row is about."""

    def cell(self, change: Change) -> Cell:
        """The field's name for people; whose serial number it is says the column beside it."""
        name = field_of(change)
        label = field_label("serial" if name == "member_serial" else name)
        return Cell(label=self.verbose_name, state=CellState.SAME, found=str(label))


class SaidColumn(DifferenceColumn):
    """LibreNMS's own text, which the value is made from: with a box where it can mean several things, and a way to a
    mapping where it means none."""

    def cell(self, change: Change) -> Cell:
        """The text as LibreNMS has it, whether NetBox knows what it means or not."""
        return Cell(label=self.verbose_name, state=CellState.SAME, found=str(field_facts(change).get("said", "")))

    def sort_key(self, change: Change) -> Any:
        """By the text."""
        return 0, natural(str(field_facts(change).get("said", "")))

    def render(self, record: Any, table: Any = None) -> str:
        change = record.change
        text = self.cell(change).text
        box = table.choice_box(MEANINGS.get(field_of(change), ""), record, undecided=text)
        return box or get_template(f"{INC}/said_cell.html").render({"text": text, "mends": table.mends(change)})


@dataclass(frozen=True, slots=True)
class Mend:
    """Something that can be added: its name, the form for the modal, and the form's own page."""

    label: str
    modal_url: str
    page_url: str

    @classmethod
    def of(cls, model: Any, values: Mapping[str, str], return_url: str) -> "Mend":
        """The ways to NetBox's form for a new object of the model, filled in."""
        address = reverse(get_viewname(model, "add"))
        modal, page = QueryDict(mutable=True), QueryDict(mutable=True)
        modal.update({**values, "_quickadd": "True"})
        page.update({**values, "return_url": return_url})
        label = str(model._meta.verbose_name)
        return cls(label, f"{address}?{modal.urlencode()}", f"{address}?{page.urlencode()}")


def _value(held: values.Values) -> str:
    name, value = next(iter(held.items()), ("", ""))
    return str(possible_statuses().get(value, value)) if name == "status" else values.plain(value)


@table_of(RESOURCE)
class FieldSyncTable(SyncTable):
    """One row per field; in a virtual chassis one serial number for each member."""

    name = FieldNameColumn(*FIELDS, verbose_name=_("Field"))
    value = DifferenceColumn(*FIELDS, verbose_name=_("Value"), show=_value)
    said = SaidColumn(*FIELDS, verbose_name=_("In LibreNMS"))

    choices = CHOICES
    search_hint = _("Field or value")
    user: Any = None

    class Meta(SyncTable.Meta):
        fields = ("pk", "name", "member", "value", "said", "actions")
        default_columns = fields
        empty_text = _("No field matches")

    @classmethod
    def search_words(cls, change: Change) -> Iterable[str]:
        """The field's name, the values of both sides, and LibreNMS's own text."""
        yield str(field_label(field_of(change))).casefold()
        yield str(field_facts(change).get("said", "")).casefold()
        for side in (change.found, change.wanted):
            yield from (values.plain(value).casefold() for value in side.values())

    def arrange(self, user: Any, **options: Any) -> None:
        """As any table; the user decides which mappings are offered."""
        self.user = user
        super().arrange(user, **options)

    def mends(self, change: Change) -> list[Mend]:
        """What can be added so that a text means something, as far as the user may."""
        text, field = field_facts(change).get("lacks"), field_of(change)
        if not text or field not in MAPPINGS or not self.around.may_sync or self.user is None:
            return []
        offers = [(MAPPINGS[field], {MAPPINGS[field].text_field: text})]
        if field == "platform":
            offers.append((Platform, {"name": text, "slug": slugify(text)}))
        page = reverse(get_viewname(self.model(virtual=self.around.virtual), "librenms_sync"), args=(change.owner.id,))
        return [
            Mend.of(model, values, f"{page}?tab={self.around.resource}")
            for model, values in offers
            if self.user.has_perm(get_permission_for_model(model, "add"))
        ]
