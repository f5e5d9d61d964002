"""The base of the forms that import documents."""

from collections.abc import Mapping
from typing import Any

from netbox.forms import NetBoxModelImportForm

from ..csv_cells import plain


class PluginImportForm(NetBoxModelImportForm):
    """One record. Of a CSV file, which alone has headers, it is what the export has written."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *args: Any, headers: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        if headers and data is not None:
            data = {name: plain(value) if isinstance(value, str) else value for name, value in data.items()}
        super().__init__(data, *args, headers=headers, **kwargs)
