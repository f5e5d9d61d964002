"""Recorded answers and devices of real servers, in the folder ``shared`` beside the project: many tests are better with
them, and all pass without."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
DATASET = SHARED / "dataset"
RECORDINGS = SHARED / "recordings"
CASES = SHARED / "cases"


def may_be_skipped(folder: Path) -> bool:
    """Whether what needs the folder has to do without it. Where CI has the folder around it, its absence is a failure:
    nobody would notice that tests are gone."""
    expected = bool(os.environ.get("CI")) and SHARED.is_dir()
    return not folder.is_dir() and not expected


def needs(folder: Path) -> pytest.MarkDecorator:
    """Skips a test where ``may_be_skipped`` says so."""
    return pytest.mark.skipif(may_be_skipped(folder), reason=f"{folder.name} is not beside the project")
