"""What an import leaves out of a device that is in NetBox, or will be: the same words before it and after it."""

from collections.abc import Sequence
from typing import Any

from ..engine import doubt_about
from ..librenms_api import LibreNMSAPI
from ..sync.core.issues import Code, Issue, issue
from .matching import label
from .netbox import object_of
from .rows import Row, State


def link_doubt(row: Row, api: LibreNMSAPI, *, user: Any) -> Issue | None:
    """Why nothing is to be written to a linked object: clues deny that it is this device.

    The row knows some clues only, and not whether those that somebody confirmed have changed since. Raises
    ``LibreNMSError``.
    """
    told = next((one for one in row.notes if one.code is Code.LINK_DOUBTED), None)
    if told is not None or row.state is not State.LINKED or row.holder is None:
        return told
    instance = object_of(row.holder.kind).objects.restrict(user, "view").filter(pk=row.holder.id).first()
    if instance is None or doubt_about(instance, row.device, user=user, api=api) is None:
        return None
    return issue(Code.LINK_DOUBTED, name=label(row.holder))


def left_out(row: Row, doubt: Issue | None) -> Sequence[Issue]:
    """What is not written: a platform of a new device, or, where its link is in ``doubt``, everything."""
    platform = [one for one in row.notes if one.code is Code.PLATFORM_OF_OTHER]
    return platform if doubt is None else [*platform, doubt]
