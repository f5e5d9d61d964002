"""What commands write to a terminal: tables, a bar, and nothing that could drive it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 24
LONGEST_LABEL = 40


def clean(text: str) -> str:
    """Without control characters: what LibreNMS says must not drive the terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def aligned(rows: Sequence[Sequence[str]], *, words: int) -> Iterator[str]:
    """Lines of a table: so many columns of words, then columns of numbers."""
    widths = Counter[int]()
    for row in rows:
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], len(cell))
    for row in rows:
        left = [cell.ljust(widths[column]) for column, cell in enumerate(row[:words])]
        right = [cell.rjust(widths[column]) for column, cell in enumerate(row[words:], start=words)]
        yield "  ".join([*left, *right]).rstrip()


@dataclass(slots=True)
class Bar:
    """A bar that grows in one line, on a terminal only. ``stream`` is the command's ``stderr``."""

    stream: Any
    total: int
    number: int = 0

    def step(self, label: str) -> None:
        """One more is done."""
        self.number += 1
        if not self.stream.isatty():
            return
        filled = WIDTH * self.number // self.total
        bar = "█" * filled + "·" * (WIDTH - filled)
        line = f"\r\033[K{bar} {self.number}/{self.total} {clean(label)[:LONGEST_LABEL]}"
        self.stream.write(line, ending="\n" if self.number == self.total else "", style_func=str)

    def clear(self) -> None:
        """Make place for a line of something else."""
        if self.stream.isatty() and 0 < self.number < self.total:
            self.stream.write("\r\033[K", ending="", style_func=str)
