"""What LibreNMS sends when an alert is raised, as far as it says which device it is about.

Templates of alerts do not escape what they hold, so JSON may be broken, and its content type says little. Nothing else
of it is read, and nothing of it is kept.
"""

import json
import re
from typing import Any

from ..librenms.identity import LARGEST_ID

NAME = "device_id"
# In a form, in lines of text, in JSON that is broken; then as a part of a multipart form. Bounded, so linear
_SAID = re.compile(r"""(?<![\w-])device_id["']?\s{0,5}[:=]\s{0,5}["']?([0-9]{1,19})(?![0-9]|\.[0-9])""", re.ASCII)
_PART = re.compile(r'name="device_id"[^\r\n]{0,200}\r?\n\r?\n\s{0,5}([0-9]{1,19})\s{0,5}\r?\n', re.ASCII)


def device_in(body: bytes) -> int | None:
    """LibreNMS's id of the device that a body names; None where it names none."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            # As broken as the alert's text made it
            return _in_text(text)
        return _id_of(document.get(NAME))
    return _in_text(text)


def _in_text(text: str) -> int | None:
    found = _SAID.search(text) or _PART.search(text)
    return _id_of(found[1]) if found else None


def _id_of(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\s{0,5}[0-9]{1,19}\s{0,5}", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= LARGEST_ID else None
