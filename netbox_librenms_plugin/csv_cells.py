"""Cells of CSV files that a spreadsheet would take for formulas: written as text, and read back as they were."""

import csv
import io
import re

# What makes a formula of a cell, in some program; the last four are what East Asian keyboards write
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def harmless(cell: str) -> str:
    """A cell as it is written: a mark before what could be a formula. Numbers stay numbers."""
    # A mark that is the text's own has to be told from ours
    looks_marked = cell.startswith(MARK) and cell[1:].startswith((*STARTS, MARK))
    is_formula = cell.startswith(STARTS) and not _NUMBER.fullmatch(cell)
    return f"{MARK}{cell}" if is_formula or looks_marked else cell


def plain(cell: str) -> str:
    """The cell that ``harmless`` has written so."""
    return cell[1:] if cell.startswith(MARK) and cell[1:].startswith((*STARTS, MARK)) else cell


def harmless_document(text: str, *, delimiter: str) -> str:
    """A CSV document, or some whole lines of one, with all its cells harmless."""
    written = io.StringIO()
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    csv.writer(written, delimiter=delimiter).writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()
