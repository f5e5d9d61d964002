"""What a filter in the body of a call finds. A filter that says nothing, or that nobody knows, would find everything,
which nobody meant: it is refused."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.validators import EMPTY_VALUES
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters import FilterSet
from django_filters.widgets import SuffixedMultiWidget

from .problems import CallProblem

MOST_VALUES = 1_000
LONGEST_VALUE = 200


def found_by(filterset: type[FilterSet], asked: Mapping[str, Any], rows: QuerySet, request: Any) -> QuerySet:
    """The rows that the filters find; raises ``CallProblem`` where one is unknown, empty or not valid."""
    if not asked:
        raise _problem(_("The filter is empty, which would mean everything."))
    data = QueryDict(mutable=True)
    for name, value in asked.items():
        data.setlist(name, _texts(name, value))
    filters = filterset(data, rows, request=request)
    known = dict(_parameters(filters))
    for name in asked:
        if name not in known:
            raise _problem(_("There is no filter “{name}”.").format(name=name[:50]))
    if not filters.is_valid():
        raise CallProblem("invalid_filter", _("The filter is not valid."), errors=filters.errors)
    for name in asked:
        # What is no value of a filter is no filter: it would be passed over
        if filters.form.cleaned_data.get(known[name]) in EMPTY_VALUES:
            raise _says_nothing(name)
    # A filter may look into several tables, and find a row twice
    return rows.filter(pk__in=filters.qs.order_by().values("pk"))


def _parameters(filters: FilterSet) -> Iterable[tuple[str, str]]:
    """Each name that a call can use, and the filter that it is of: a range has one for each of its ends."""
    for name, one in filters.filters.items():
        widget = one.field.widget
        if isinstance(widget, SuffixedMultiWidget):
            yield from ((widget.suffixed(name, suffix), name) for suffix in widget.suffixes)
        else:
            yield name, name


def _texts(name: str, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    texts = [_text(name, one) for one in values[:MOST_VALUES]]
    if not texts or len(values) > MOST_VALUES:
        raise _says_nothing(name)
    return texts


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text or len(text) > LONGEST_VALUE:
        raise _says_nothing(name)
    return text


def _says_nothing(name: str) -> CallProblem:
    sentence = _("The filter “{name}” has no value that can be used, so it would be ignored.")
    return _problem(sentence.format(name=name[:50]))


def _problem(sentence: str) -> CallProblem:
    return CallProblem("invalid_filter", sentence)
