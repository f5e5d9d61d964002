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
                "{n} object that was added will be deleted.",
                "{n} objects that were added will be deleted.",
                counts["delete"],
            ),
        ),
        (
            counts["put_back"],
            ngettext(
                "{n} object that was changed will get its earlier values back.",
                "{n} objects that were changed will get their earlier values back.",
                counts["put_back"],
            ),
        ),
        (
            counts["recreate"],
            ngettext(
                "{n} object that was deleted will come back.",
                "{n} objects that were deleted will come back.",
                counts["recreate"],
            ),
        ),
        (
            in_part,
            ngettext("{n} of them can be undone only in part.", "{n} of them can be undone only in part.", in_part),
        ),
        (
            counts["left"],
            ngettext("{n} object will stay as it is.", "{n} objects will stay as they are.", counts["left"]),
        ),
        (
            counts["done"],
            ngettext("{n} object is as before already.", "{n} objects are as before already.", counts["done"]),
        ),
    ):
        if number:
            yield words.format(n=number)
    if not any(counts.values()):
        yield _("There is nothing to undo.")
