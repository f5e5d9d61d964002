"""NetBox's list of a model, with an export that is safe to open in a spreadsheet."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from netbox.views import generic
from utilities.constants import CSV_DELIMITERS

from ..csv_cells import harmless_document


class PluginListView(generic.ObjectListView):
    """The base of every list of the plugin's models."""

    def export_table(self, table: Any, columns: Iterable[str] | None = None, **options: Any) -> HttpResponse:
        """NetBox's CSV without cells that a spreadsheet would take for formulas: texts of LibreNMS may be anybody's."""
        answer = super().export_table(table, columns, **options)
        sign = CSV_DELIMITERS[options.get("delimiter") or "comma"]
        if isinstance(answer, StreamingHttpResponse):
            # A line or several at a time, never a part of one
            pieces = answer.streaming_content
            answer.streaming_content = (harmless_document(_text(one), delimiter=sign) for one in pieces)
        else:
            answer.content = harmless_document(_text(answer.content), delimiter=sign)
        return answer


def _text(content: bytes) -> str:
    return content.decode()
