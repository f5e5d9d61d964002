"""What undoing would do, in sentences."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..sync.undo.plan import UndoPlan


def total_sentences(plan: UndoPlan) -> list[str]:
    """The numbers of a plan."""
    return list(_sentences(plan))


def _sentences(plan: UndoPlan) -> Iterator[str]:
    counts = plan.counts
    in_part = sum(one.ready for one in plan.left_out)
    for number, words in (
        (
            counts["delete"],
            ngettext(
                "{n} object that was added is deleted.",
                "{n} objects that were added are deleted.",
                counts["delete"],
            ),
        ),
        (
            counts["put_back"],
            ngettext(
                "{n} object that was changed gets its earlier values back.",
                "{n} objects that were changed get their earlier values back.",
                counts["put_back"],
            ),
        ),
        (
            counts["recreate"],
            ngettext(
                "{n} object that was deleted comes back.",
                "{n} objects that were deleted come back.",
                counts["recreate"],
            ),
        ),
        (
            in_part,
            ngettext("{n} of them cannot be undone wholly.", "{n} of them cannot be undone wholly.", in_part),
        ),
        (counts["left"], ngettext("{n} object stays as it is.", "{n} objects stay as they are.", counts["left"])),
        (
            counts["done"],
            ngettext("{n} object is as before already.", "{n} objects are as before already.", counts["done"]),
        ),
    ):
        if number:
            yield words.format(n=number)
    if not any(counts.values()):
        yield _("There is nothing to undo.")
