"""Which objects of NetBox are meant: by their ids, or by NetBox's own filters. Nobody gets more than he asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from types import SimpleNamespace
from typing import Any

from dcim.filtersets import DeviceFilterSet
from dcim.models import Device
from django.db.models import Q, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from extras.models import SavedFilter
from virtualization.filtersets import VirtualMachineFilterSet
from virtualization.models import VirtualMachine

DEVICE, VIRTUAL_MACHINE = "device", "virtualmachine"
MODELS: Mapping[str, Any] = {DEVICE: Device, VIRTUAL_MACHINE: VirtualMachine}
FILTERSETS: Mapping[str, Any] = {DEVICE: DeviceFilterSet, VIRTUAL_MACHINE: VirtualMachineFilterSet}
# What an object's name is made of
NAMED: Mapping[str, Sequence[str]] = {
    DEVICE: ("device_type__manufacturer", "virtual_chassis"),
    VIRTUAL_MACHINE: ("cluster",),
}
# What NetBox's lists put into their addresses that filters nothing
NO_FILTERS = frozenset({"page", "per_page", "sort", "embedded", "return_url", "tableconfig_id", "export"})
# Names of saved filters, which stand for others
SAVED = ("filter", "filter_id")
LONGEST = 50
AT_ONCE = 500


class Filters(MultiValueDict):
    """Name of a filter of NetBox's → its values."""


class FilterError(Exception):
    """A filter that cannot be followed; the text is a sentence for people."""


def filters_in(params: Any) -> Filters:
    """The filters in the query of one of NetBox's lists, a QueryDict, without what is empty or filters nothing."""
    found = Filters()
    for name, values in params.lists():
        said = [value for value in values if value]
        if said and name not in NO_FILTERS:
            found.setlist(name, said)
    return found


def asked_filters(pairs: Iterable[tuple[str, str]]) -> Filters:
    """Filters that somebody wrote down one by one. Raises ``FilterError`` for one without a value, and for none at all:
    neither may mean everything."""
    found = Filters()
    for name, value in pairs:
        if not value:
            raise FilterError(_("The filter “{name}” has no value.").format(name=name[:LONGEST]))
        found.appendlist(name, value)
    if not found:
        raise FilterError(_("Name at least one filter."))
    return found


def filtered(kind: str, filters: Filters, user: Any) -> QuerySet[Any]:
    """The objects that NetBox's own filters let through and that the user may view, in NetBox's order; without filters
    all of them. Raises ``FilterError`` for a filter that does not exist, and for a value that it cannot have: NetBox's
    lists take no notice of either."""
    _require_saved(filters, user)
    everything = MODELS[kind].objects.restrict(user, "view")
    found = FILTERSETS[kind](filters, everything, request=SimpleNamespace(user=user))
    for name in found.data:
        if name not in found.filters and name not in SAVED:
            sentence = _("NetBox has no filter “{name}” for {things}, so nothing was chosen.")
            things = MODELS[kind]._meta.verbose_name_plural
            raise FilterError(sentence.format(name=name[:LONGEST], things=things))
    for name, errors in found.form.errors.items():
        sentence = _("The filter “{name}” cannot be followed: {reason}")
        raise FilterError(sentence.format(name=name[:LONGEST], reason=" ".join(map(str, errors))[:300]))
    chosen: QuerySet[Any] = found.qs
    return chosen


def ids_of(objects: QuerySet[Any]) -> list[int]:
    """Their ids in their order, each once: filters across relations can give an object several times."""
    return list(dict.fromkeys(objects.values_list("pk", flat=True)))


def load(kind: str, ids: Sequence[int], user: Any) -> list[Any]:
    """Those of the objects that the user may view, in the order of the ids: one query."""
    rows = MODELS[kind].objects.restrict(user, "view").filter(pk__in=ids).select_related(*NAMED[kind])
    found = {one.pk: one for one in rows}
    return [found[pk] for pk in ids if pk in found]


def loaded(kind: str, ids: Sequence[int], user: Any) -> Iterator[Any]:
    """The same for any number, some hundred in memory at a time."""
    for some in batched(ids, AT_ONCE):
        yield from load(kind, some, user)


def _require_saved(filters: Filters, user: Any) -> None:
    """NetBox passes over saved filters that are not there (any more), and shows everything."""
    for name in filters.getlist("filter"):
        _require_one(Q(slug=name), name, user)
    for name in filters.getlist("filter_id"):
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else 0
        _require_one(Q(pk=number), name, user)


def _require_one(which: Q, name: str, user: Any) -> None:
    mine = Q(shared=True) | (Q(user=user) if user.is_authenticated else Q(pk=None))
    if not SavedFilter.objects.filter(which, mine).exists():
        sentence = _("There is no saved filter “{name}” that you may use, so nothing was chosen.")
        raise FilterError(sentence.format(name=name[:LONGEST]))
