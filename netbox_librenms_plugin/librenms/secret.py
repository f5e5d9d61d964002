"""Secrets of the configuration: where they are kept; and whether a caller knows the one that LibreNMS sends along."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .errors import ConfigurationError, Sentence

__all__ = ("LONGEST_SECRET", "SHORTEST_SECRET", "Kept", "Secret", "is_usable", "knows")

SHORTEST_SECRET, LONGEST_SECRET = 16, 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a secret is: one of ``text`` (the configuration itself), ``env`` (the name of an environment variable) and
    ``file`` (the path of a file that holds it and nothing else). It shows in no ``repr``."""

    text: str = field(default="", repr=False)
    env: str = ""
    file: str = ""

    @property
    def place(self) -> Sentence:
        """Where it is, for people."""
        if self.env:
            return _("The environment variable %s") % self.env
        return _("The file %s") % self.file if self.file else _("The configuration")

    def held(self, *, encoding: str = "ascii") -> str:
        """What is there now, without the blanks around it. Raises ``ConfigurationError`` for a file that cannot be
        read."""
        if self.env:
            return os.environ.get(self.env, "").strip()
        if not self.file:
            return self.text
        try:
            with Path(self.file).open(encoding=encoding) as file:
                return file.read(LONGEST_SECRET + 2).strip()
        except (OSError, ValueError):
            raise ConfigurationError(_("%(place)s cannot be read."), place=self.place) from None


class Secret(Kept):
    """The secret of LibreNMS's calls."""

    def read(self) -> str:
        """The secret as it is now. Raises ``ConfigurationError`` where it cannot be read or used."""
        found = self.held()
        if not is_usable(found):
            raise ConfigurationError(_unusable(), place=self.place)
        return found


def _unusable() -> Sentence:
    return _("%(place)s holds no secret that can be used: 16 to 255 ASCII characters without blanks.")


def is_usable(secret: str) -> bool:
    """Whether it can travel in a header and is not guessed soon."""
    fits = SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET
    return fits and secret.isascii() and secret.isprintable() and " " not in secret


def knows(said: str, secret: Secret | None) -> bool:
    """Whether ``said`` is the secret. It takes as long whatever was said, also where there is no secret to know."""
    try:
        held = secret.read() if secret is not None else ""
    except ConfigurationError:
        held = ""
    same = hmac.compare_digest(_digest(said), _digest(held))
    return same and bool(held)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
