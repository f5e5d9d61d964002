"""The table of a comparison: what every resource's table shares, so that a resource only names its columns."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, ClassVar

import django_tables2 as tables
from django.apps import apps
from django.core.paginator import EmptyPage
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable
from utilities.paginator import EnhancedPaginator
from utilities.views import get_viewname

from ..deviations.histories import Acceptance, History
from ..resources import Resource
from ..sync.core.ordering import natural
from ..sync.core.plan import Change, Outcome
from ..words.labels import field_label
from .cells import Cell, DifferenceColumn
from .row_choices import EVERY_ROW, RowChoice
from .rows import ChangeRow, SortKey

INC = "netbox_librenms_plugin/inc"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSurroundings:
    """What rows need beside their change: links, permissions, and the members a row can be given to (id → name).

    ``compared`` are the names of the fields that this kind of object has; None for all. ``chosen`` is what a person
    decided: (name of the choice, row key or "*") → value.
    """

    resource: str = ""
    may_sync: bool = False
    may_remove: bool = False
    remove_url: str = ""
    librenms_url: Callable[[int], str] | None = None
    members: Mapping[int, str] = field(default_factory=dict)
    virtual: bool = False
    compared: frozenset[str] | None = None
    chosen: Mapping[tuple[str, str], str] = field(default_factory=dict)


class SyncTable(BaseTable):
    """Rows of a plan. A subclass adds ``DifferenceColumn`` columns, and is entered by ``table_of``.

    ``optional`` columns are left away while they have nothing to say, unless the user chose columns himself. A
    difference in a column that is not shown is listed below the row's name: hiding a column hides no difference.
    """

    pk = tables.Column(empty_values=(), orderable=False, verbose_name=_("Select"))
    name = DifferenceColumn("name", verbose_name=_("Name"))
    member = tables.Column(empty_values=(), verbose_name=_("Member"))
    actions = tables.Column(
        empty_values=(), orderable=False, verbose_name="", attrs={"td": {"class": "librenms-row-actions"}}
    )

    exempt_columns = ("pk", "name", "member", "actions")
    optional: ClassVar[tuple[str, ...]] = ()
    # The declaration of what is compared; ``table_of`` puts it here
    resource: ClassVar[Resource]
    # The boxes in which a person decides about rows. A ``ChoiceColumn`` shows one
    choices: ClassVar[tuple[RowChoice, ...]] = ()
    # Whether rows are ports of LibreNMS: named by ifName or ifDescr as the user likes, with a page of their own there,
    # and each on one member of a virtual chassis
    of_ports: ClassVar[bool] = False
    search_hint: ClassVar[Any] = _("Name")

    class Meta(BaseTable.Meta):
        # The bases evaluate these even where a subclass has its own
        fields: tuple[str, ...] = ("pk", "name", "member", "actions")
        default_columns = fields
        empty_text = _("Nothing to show")
        attrs = {"class": "table table-hover object-list librenms-table"}
        row_attrs = {"id": lambda record, table: table.row_id(record)}

    def __init__(
        self, data: Sequence[ChangeRow], *, around: RowSurroundings = RowSurroundings(), **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.around = around
        # Row key → what is stored of the row's differences
        self.histories: Mapping[str, History] = {}

    # What a subclass says

    @classmethod
    def model(cls, *, virtual: bool) -> Any:
        """The model of the objects that rows stand for."""
        return apps.get_model(cls.resource.model(virtual=virtual))

    @classmethod
    def title(cls, change: Change) -> str:
        """What a row is called where it stands outside of its table."""
        cell = cls.difference_columns()["name"].cell(change)
        return str(cell.text) or change.name

    @classmethod
    def search_words(cls, change: Change) -> Iterable[str]:
        """What the search box finds a row by, in lower case."""
        return (change.name.casefold(),)

    @classmethod
    def search_term(cls, text: str) -> Iterable[str]:
        """What is looked for, in lower case; any one of several forms of it is enough."""
        return (text.casefold(),)

    # What the page asks for

    @classmethod
    def difference_columns(cls) -> dict[str, DifferenceColumn]:
        """The columns of compared fields."""
        return {name: column for name, column in cls.base_columns.items() if isinstance(column, DifferenceColumn)}

    @classmethod
    def sort_keys(cls) -> dict[str, SortKey]:
        """Column → what its rows sort by."""
        keys: dict[str, SortKey] = {name: column.sort_key for name, column in cls.difference_columns().items()}
        return keys | {
            "name": lambda change: natural(change.name),
            "member": lambda change: natural(change.owner.name),
        }

    @classmethod
    def matches(cls, change: Change, text: str) -> bool:
        """Whether the search box's text is in the row."""
        words = tuple(cls.search_words(change))
        return any(term in word for term in cls.search_term(text) for word in words)

    def arrange(
        self, user: Any, *, sort: str = "", plan: Iterable[Change] | None = None, like: Sequence[str] = ()
    ) -> None:
        """Show the user's columns, else those with something to say in ``plan``, in the order asked for.

        ``like`` are the columns of a table that stands on a page already: rows for it need the same ones.
        """
        chosen = user.config.get(f"tables.{self.name}.columns") if user.is_authenticated else None
        self._set_columns(like or chosen or self._columns_worth_showing(plan))
        rest = [name for name in self.columns.names() if name not in self.exempt_columns]
        self.sequence = ["pk", "name", "member", *rest, "actions"]
        if not (self.around.may_sync or self.around.may_remove):
            self.columns.hide("pk")
        if not self.around.members:
            self.columns.hide("member")
        for name, column in self.difference_columns().items():
            if self.around.compared is not None and self.around.compared.isdisjoint(column.fields):
                self.columns.hide(name)
        if sort.lstrip("-") in self.columns.names():
            self.order_by = sort

    @property
    def shows_boxes(self) -> bool:
        """Whether rows can be selected at all."""
        return "pk" in {column.name for column in self.columns}

    @property
    def width(self) -> int:
        """How many columns there are beside the boxes."""
        return len(list(self.columns)) - self.shows_boxes

    @property
    def shown_columns(self) -> list[str]:
        """The compared fields' columns that are shown, in their order."""
        return [column.name for column in self.columns if column.name not in self.exempt_columns]

    def turn_to(self, page: int, *, per_page: int) -> None:
        """Show this page; one beyond the end is the last."""
        try:
            self.paginate(page=page, per_page=per_page, paginator_class=EnhancedPaginator)
        except EmptyPage:
            paginator = EnhancedPaginator(self.rows, per_page)
            self.paginate(page=paginator.num_pages, per_page=per_page, paginator_class=EnhancedPaginator)

    def _columns_worth_showing(self, plan: Iterable[Change] | None) -> list[str]:
        columns = self.difference_columns()
        silent = set() if plan is None else set(self.optional)
        for change in plan or ():
            silent -= {name for name in silent if self._speaks(columns[name].cell(change), change)}
            if not silent:
                break
        return [name for name in self.Meta.default_columns if name not in silent]

    @staticmethod
    def _speaks(cell: Cell, change: Change) -> bool:
        return cell.differs or (change.outcome is Outcome.MISSING and bool(cell.wanted))

    # Columns

    def row_id(self, record: ChangeRow) -> str:
        """The id of a row's element: what an out-of-band swap finds it by."""
        return f"librenms-{self.around.resource}-{record.key}"

    def render_pk(self, record: ChangeRow) -> str:
        return self._piece("row_select", record)

    def render_name(self, record: ChangeRow) -> str:
        change = record.change
        name = self.difference_columns()["name"].cell(change)
        return self._name(record, name, url=self.netbox_url(change))

    def _name(self, record: ChangeRow, name: Cell, *, url: str, **context: Any) -> str:
        hidden = self._hidden_differences(record.change)
        history = self.histories.get(record.key)
        accepted = self._accepted(history) if history is not None else ()
        shown = {"name": name, "netbox_url": url, "elsewhere": hidden, "history": history, "accepted": accepted}
        return self._piece("row_name", record, **shown, **context)

    def _accepted(self, history: History) -> list[tuple[str, Acceptance]]:
        """(labels of the fields that were accepted, empty for all; the decision)."""
        resource = self.around.resource
        return [(", ".join(str(field_label(one, resource)) for one in done.fields), done) for done in history.accepted]

    def render_member(self, record: ChangeRow) -> str:
        return self.choice_box("member", record) or record.change.owner.name

    def render_actions(self, record: ChangeRow) -> str:
        change = record.change
        links = {"netbox_url": self.netbox_url(change), "librenms_url": self.librenms_url(change)}
        return self._piece("row_actions", record, differences=self.differences(change), **links)

    def _piece(self, piece: str, record: ChangeRow, **context: Any) -> str:
        shared = {"row": record, "change": record.change, "around": self.around}
        return get_template(f"{INC}/{piece}.html").render({**shared, **context})

    # What is drawn: the library looks at signatures and attributes anew for each cell, which takes longer than the rest

    def cells(self, record: ChangeRow) -> Iterator[tuple[str, Any]]:
        """(attributes of the ``td``, contents) of a row, column by column."""
        for attrs, render in self._drawers:
            yield attrs, render(record=record)

    @cached_property
    def _drawers(self) -> list[tuple[str, Callable[..., Any]]]:
        return [(self._td(column), self._drawer(column.name)) for column in self.columns]

    def _td(self, column: Any) -> str:
        attrs = column.attrs["td"]
        return attrs.as_html() if any(attrs.values()) else ""

    def _drawer(self, name: str) -> Callable[..., Any]:
        own = getattr(self, f"render_{name}", None)
        return own if own is not None else partial(self.columns[name].column.render, table=self)

    def _hidden_differences(self, change: Change) -> list[Cell]:
        columns = self.difference_columns()
        shown = {column.name for column in self.columns if column.visible}
        cells = [column.cell(change) for name, column in columns.items() if name not in shown]
        return [cell for cell in cells if cell.differs]

    # What the pieces ask for

    def differences(self, change: Change) -> list[Cell]:
        """All cells of a row that differ."""
        return [cell for column in self.difference_columns().values() if (cell := column.cell(change)).differs]

    def netbox_url(self, change: Change) -> str:
        """Address of the NetBox object, if there is one."""
        if change.netbox_id is None:
            return ""
        return reverse(get_viewname(self.model(virtual=self.around.virtual)), args=(change.netbox_id,))

    def librenms_url(self, change: Change) -> str:
        """Address of the row's page in LibreNMS, if it has one."""
        address = self.around.librenms_url if self.of_ports else None
        if address is None or change.librenms_id is None or change.outcome is Outcome.EXTRA:
            return ""
        return address(change.librenms_id)

    def choice_box(self, name: str, record: ChangeRow, *, undecided: Any = "") -> str:
        """What holds of one thing that a person can decide about a row, as a button that turns into a box (choices.js);
        empty where there is nothing to decide.

        ``undecided`` says what holds without a decision.
        """
        found = next((one for one in self.choices if one.name == name), None)
        change = record.change
        if found is None or not self.around.may_sync or not found.offered(change):
            return ""
        options = {value: str(words) for value, words in self.options(found, change).items()}
        if not options and not found.remote:
            return ""
        value, holds = self._decided(found, change), str(undecided or _("Choose…"))
        shown = options.get(value, holds)
        if found.current is None or not value:
            options = {"": str(_("As found")) if value else holds, **options}
        if value and value not in options:
            options[value] = shown
        box = {"choice": found, "key": change.key, "name": change.name, "value": value, "shown": shown}
        return get_template(f"{INC}/row_choice.html").render({**box, "options": json.dumps(list(options.items()))})

    def _decided(self, choice: RowChoice, change: Change) -> str:
        if choice.current is not None:
            return choice.current(change)
        every = self.around.chosen.get((choice.name, EVERY_ROW), "")
        return self.around.chosen.get((choice.name, change.key), every)

    def options(self, choice: RowChoice, change: Change) -> Mapping[str, Any]:
        """What a row can be given: value → words."""
        return choice.options_for(change)

    def choices_for_all(self, plan: Iterable[Change]) -> list[dict[str, Any]]:
        """The decisions that can be made for all rows at once, each with what any row can be given."""
        changes = list(plan)
        found = []
        for choice in self.choices if self.around.may_sync else ():
            rows = [change for change in changes if choice.offered(change)] if choice.decision.for_all else []
            options = {value: words for change in rows for value, words in self.options(choice, change).items()}
            if rows and (options or choice.remote):
                value = self.around.chosen.get((choice.name, EVERY_ROW), "")
                found.append({"choice": choice, "options": options, "value": value, "key": EVERY_ROW})
        return found


# Resource → the table that compares it. A resource without a table is compared everywhere but on the page
SYNC_TABLES: dict[str, type[SyncTable]] = {}


def table_of[Table: type[SyncTable]](resource: Resource) -> Callable[[Table], Table]:
    """Enter a class as the table that compares a resource on the pages."""

    def enter(table: Table) -> Table:
        table.resource = resource
        SYNC_TABLES[resource.name] = table
        return table

    return enter
