"""Patterns of names, in which ``*`` and ``?`` stand for any text. Texts are compared whole, case aside."""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache

_WILD = re.compile(r"[*?]")


def first_fitting(patterns: Iterable[str], *texts: str) -> str:
    """The first pattern that fits one of the texts; empty where there is none."""
    said = [text for text in texts if text]
    return next((one for one in patterns if any(fits(one, text) for text in said)), "")


def fits(pattern: str, text: str) -> bool:
    """Whether a pattern fits a text."""
    if not _WILD.search(pattern):
        return pattern.casefold() == text.casefold()
    return _compiled(pattern.casefold()).fullmatch(text.casefold()) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """``fnmatch`` writes patterns that never try a text's parts twice. Brackets are themselves: places have them."""
    return re.compile(translate(pattern.replace("[", "[[]")))
