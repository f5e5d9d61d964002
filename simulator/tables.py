"""Rows by id, with indexes: what stands in for LibreNMS's database tables."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


class Table(dict[int, Row]):
    """Rows by their id.

    A row may be edited in place, except for the fields that others look up (`device_id`, `port_id`…): put
    the row again after changing one of those.
    """

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.last_id = 0
        self._indexes: dict[str, dict[Any, list[Row]]] = {}

    def __setitem__(self, row_id: int, row: Row) -> None:
        if row_id in self:
            self._indexes = {}
        super().__setitem__(row_id, row)
        self.last_id = max(self.last_id, row_id)
        for field, index in self._indexes.items():
            index.setdefault(row.get(field), []).append(row)

    def __delitem__(self, row_id: int) -> None:
        super().__delitem__(row_id)
        self._indexes = {}

    def __reduce__(self) -> Any:
        # The default for a dict subclass would call __setitem__ before __init__ has run.
        return (_restored, (self.key, list(self.values())))

    def clear(self) -> None:
        """Forget every row; ids start at 1 again."""
        super().clear()
        self.last_id = 0
        self._indexes = {}

    def put(self, row: Row) -> int:
        """Store a row and return its id; a row without an id gets the next one."""
        row_id = row.get(self.key)
        if row_id is None:
            row_id = row[self.key] = self.last_id + 1
        self[row_id] = row
        return int(row_id)

    def rows(self) -> list[Row]:
        """Every row, in the order of storing."""
        return list(self.values())

    def having(self, field: str, value: Any) -> list[Row]:
        """The rows whose field has this value."""
        index = self._indexes.get(field)
        if index is None:
            index = {}
            for row in self.rows():
                index.setdefault(row.get(field), []).append(row)
            self._indexes[field] = index
        return list(index.get(value, ()))

    def remove_having(self, field: str, value: Any) -> None:
        """Drop the rows whose field has this value."""
        for row in self.having(field, value):
            super().__delitem__(row[self.key])
        self._indexes = {}


def _restored(key: str, rows: list[Row]) -> Table:
    table = Table(key)
    for row in rows:
        table.put(dict(row))
    return table
