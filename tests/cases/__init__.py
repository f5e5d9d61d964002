"""Cases told as data: what LibreNMS says, what NetBox holds, what somebody does over REST, and what is then right.

One JSON file is one case. ``case`` repeats the file's name, ``story`` says what happens in the network, ``right`` what
the plugin should make of it. ``librenms`` and ``netbox`` hold what is there at first (:mod:`tests.cases.librenms` and
:mod:`tests.cases.netbox`), ``steps`` what is done (:mod:`tests.cases.steps`), and each step's ``expect`` what must be
true after it (:mod:`tests.cases.checks`). What is right follows from NetBox's semantics alone: no case knows the
plugin's code.

Ports and interfaces are named by a path, ``owner/name``, in which the owner is a device's key in LibreNMS, or the name
of a device or VM in NetBox.
"""

from collections.abc import Mapping
from typing import Any

Entry = Mapping[str, Any]


def without(entry: Entry, *names: str) -> dict[str, Any]:
    """A copy of the entry that lacks these names."""
    return {name: value for name, value in entry.items() if name not in names}
