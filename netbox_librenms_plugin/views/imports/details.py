"""The details of one row: what LibreNMS says and what it matches, how to mend it, and the members of a stack."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import DeviceType, Location, Platform, Rack
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.text import slugify
from django.utils.translation import gettext as _
from tenancy.models import Tenant
from utilities.permissions import get_permission_for_model

from ...engine import Options, scope_of
from ...forms.import_choices import OF_KIND, ImportChoicesForm
from ...import_utils.matching import addresses_of
from ...import_utils.members import members_of_rows
from ...import_utils.rows import Clue, Holder, Kind, Row, State
from ...librenms.errors import LibreNMSError
from ...models import DeviceTypeMapping, ImportRule, LocationMapping, PlatformMapping
from ...sync.core.issues import Code
from ...sync.core.normalise import text
from ...tables.device_status import DECIDABLE, LABELS, VIA, holder_url, reasons
from ...tables.fields import Mend
from ...words.labels import field_label
from ...words.sentences import CLUES, sentence
from ..base.object_view import query_string
from ..base.problems import problem_of
from .base import ImportPageView, ImportPostView
from .member_rows import member_rows, problem_of_stack

TEMPLATE = "netbox_librenms_plugin/htmx/import_details.html"
STACK = "netbox_librenms_plugin/htmx/import_stack.html"
SET = "netbox_librenms_plugin/htmx/import_set.html"
# Reasons after which a person may say that it is a device of its own
MAY_BE_ITS_OWN = frozenset({Code.CHASSIS_EMPTY, Code.NAME_ELSEWHERE, Code.SERIAL_SHARED})
MOST_HOLDERS = 10
MOST_IDS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueObject:
    """A NetBox object that a clue led to; without an address the user may not view it."""

    name: str
    url: str
    place: str
    serial: str
    value: str
    linkable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One clue: LibreNMS's text, and the NetBox objects that it leads to."""

    label: Any
    said: str
    found: Sequence[ClueObject]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailField:
    """One field of what would be made: LibreNMS's text, the object, where it comes from, and what can be added."""

    name: str
    label: Any
    said: str
    value: str
    chosen: str
    how: str
    problem: str
    mends: Sequence[Mend]
    box: Any


class ImportDetailsView(ImportPageView):
    """GET: the modal of one device."""

    listed: Mapping[int, Row]

    def get(self, request: HttpRequest, librenms_id: int) -> HttpResponse:
        """What is known of the device, from the same list as its row."""
        try:
            self.listed = self.listing().by_id
            row = self.listed.get(librenms_id)
            if row is None:
                raise Http404
            return render(request, TEMPLATE, self._context(row))
        except LibreNMSError as error:
            return render(request, TEMPLATE, {"problem": problem_of(error)})

    def _context(self, row: Row) -> dict[str, Any]:
        query = query_string(server=self.state.server)
        decidable = row.state in DECIDABLE
        fields = list(self._fields(row, decidable))
        # What is about a field stands at the field
        said = {one.problem for one in fields}
        return {
            "row": row,
            "label": LABELS[row.state],
            "librenms_url": self.api.device_url(row.librenms_id),
            "reasons": [one for one in reasons(row) if one not in said],
            "notes": [words for one in row.notes if (words := sentence(one)) not in said],
            "checks": list(self._checks(row)),
            "candidates": _candidates(row, self.listed) if row.state is State.CONFLICT else [],
            "anyway": row.state in (State.CONFLICT, State.EXISTS) and _may_be_its_own(row),
            "decided": row.choice.link is not None or row.choice.anyway,
            "decidable": decidable,
            "fields": fields,
            "kinds": [(one.value, label) for one, label in ((Kind.DEVICE, _("Device")), (Kind.VM, _("VM")))],
            "choose_url": self.url("choose", query=query),
            "stack_url": self.url("stack", librenms_id=row.librenms_id, query=query) if _asks_stack(row) else "",
        }

    def _checks(self, row: Row) -> Iterable[Check]:
        device = row.device
        names = dict.fromkeys(one for one in (text(device.sys_name), device.hostname) if one)
        said = {
            Clue.LIBRENMS_ID: f"#{device.device_id}",
            Clue.NAME: row.choice.name or ", ".join(names),
            Clue.SERIAL: text(device.serial),
            Clue.ADDRESS: ", ".join(addresses_of(device)),
        }
        if Clue.CHOICE in row.hits:
            said[Clue.CHOICE] = str(_("your choice"))
        for clue, words in said.items():
            found = [_found(one, row, self.listed) for one in row.hits.get(clue, ())[:MOST_HOLDERS]]
            yield Check(label=CLUES[clue.value], said=words, found=found)

    def _fields(self, row: Row, decidable: bool) -> Iterable[DetailField]:
        if row.holder is not None:
            return
        refs = {name: value.ref.id for name, value in row.values.items() if value.ref}
        form = ImportChoicesForm(kind=row.kind, initial=refs) if decidable else None
        said = self._said(row)
        for name in OF_KIND[row.kind]:
            value = row.values[name]
            how = row.rule.name if value.via == "rule" and row.rule else VIA.get(value.via, value.via)
            yield DetailField(
                name=name,
                label=field_label(name),
                said=said.get(name, ""),
                value=value.ref.name if value.ref else "",
                chosen=str(refs.get(name, "")),
                how=str(how) if value.ref else "",
                problem=sentence(value.issue) if value.issue else "",
                mends=self._mends(name, said.get(name, ""), row) if value.issue else (),
                box=form[name] if form else None,
            )

    @staticmethod
    def _said(row: Row) -> Mapping[str, str]:
        device = row.device
        texts = {
            "role": text(device.type),
            "site": text(device.location_name),
            "device_type": text(device.hardware),
            "platform": text(device.os),
        }
        # The names that were read out of its location stand in its place
        read = {name: one.said for name, one in row.values.items() if one.via not in ("choice", "rule")}
        return texts | {name: said for name, said in read.items() if said}

    def _mends(self, name: str, said: str, row: Row) -> list[Mend]:
        """What can be added so that LibreNMS's text means something, as far as the user may."""
        if not said:
            return []
        place = {name: str(ref.id) for name in ("site", "location") if (ref := row.ref(name)) is not None}
        named = {"name": said[:100], "slug": slugify(said)[:100]}
        offers: dict[str, list[tuple[Any, dict[str, str]]]] = {
            "role": [(ImportRule, {"librenms_type": said, "name": said[:100]})],
            "site": [(LocationMapping, {LocationMapping.text_field: said})],
            "device_type": [
                (DeviceTypeMapping, {DeviceTypeMapping.text_field: said}),
                (DeviceType, {"model": said[:100], "slug": slugify(said)[:100]}),
            ],
            "platform": [
                (PlatformMapping, {PlatformMapping.text_field: said}),
                (Platform, named),
            ],
            "location": [(Location, {**place, **named})],
            "rack": [(Rack, {**place, "name": said[:100]})],
            "tenant": [(Tenant, named)],
        }
        may = self.request.user.has_perm
        allowed = [one for one in offers.get(name, ()) if may(get_permission_for_model(one[0], "add"))]
        return [mend for model, values in allowed if (mend := _mend(model, values, self.url()))]


class ImportStackView(ImportPageView):
    """GET: the members of a stack, as LibreNMS's inventory knows them: it is asked for this device alone."""

    def get(self, request: HttpRequest, librenms_id: int) -> HttpResponse:
        """The members; what LibreNMS does not answer is said in place of them."""
        context: dict[str, Any] = {"again_url": request.get_full_path()}
        try:
            row = self.listing().by_id.get(librenms_id)
            if row is None:
                raise Http404
            plan = members_of_rows([row], self.api, scope_of(self.api, request.user, Options()))[librenms_id]
            if isinstance(plan, LibreNMSError):
                raise plan
            context |= {"members": member_rows(plan), "problem": problem_of_stack(plan)}
        except LibreNMSError as error:
            context |= {"problem": error.message, "retry": True}
        return render(request, STACK, context)


class ImportSetView(ImportPostView):
    """POST: the modal with the boxes that hold for all selected rows. It is a POST as there can be many of them."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The boxes, all empty: what stays empty changes nothing."""
        context = {
            "form": ImportChoicesForm(),
            "state": self.state,
            "many_url": self.url("choose_many"),
            "pks": request.POST.getlist("pk")[:MOST_IDS],
            "all": request.POST.get("all") == "1",
            "expected": request.POST.get("expected", "")[:10],
        }
        return render(request, SET, context)


def _mend(model: Any, values: Mapping[str, str], back: str) -> Mend | None:
    try:
        return Mend.of(model, values, back)
    except NoReverseMatch:
        return None


def _found(holder: Holder, row: Row, listed: Container[int]) -> ClueObject:
    taken = holder.librenms_id not in (None, row.librenms_id) and holder.librenms_id in listed
    if not holder.visible:
        return ClueObject(name="", url="", place="", serial="", value="", linkable=False)
    place = holder.site or holder.cluster
    return ClueObject(
        name=holder.name or f"#{holder.id}",
        url=holder_url(holder),
        place=place.name if place else "",
        serial=holder.serial,
        value=f"{holder.kind.value}-{holder.id}",
        linkable=not taken,
    )


def _candidates(row: Row, listed: Container[int]) -> list[ClueObject]:
    """The objects that it can be, each once, as far as a person may say so."""
    holders = {one.key: one for some in row.hits.values() for one in some}
    found = [_found(one, row, listed) for one in holders.values()]
    return [one for one in found if one.linkable][:MOST_HOLDERS]


def _may_be_its_own(row: Row) -> bool:
    """Whether something else than the name agrees, or only the name somewhere else."""
    first = next(iter(row.hits), None)
    return first in (Clue.SERIAL, Clue.ADDRESS) or any(one.code in MAY_BE_ITS_OWN for one in row.issues)


def _asks_stack(row: Row) -> bool:
    return row.kind is Kind.DEVICE and bool(row.may_be_stack or row.stack)
