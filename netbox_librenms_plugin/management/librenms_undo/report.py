"""What the command says: the plan of an undo, each device when it is done, and the sums."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ...engine.documents import reason_document
from ...models import Run, RunItem
from ...sync.core.issues import Issue
from ...sync.undo.plan import UndoPlan
from ...undo_runs.documents import plan_document, undone_document
from ...undo_runs.kinds import sums_of
from ...undo_runs.showing import ShownRow, in_order, shown
from ...words.labels import part_label
from ...words.runs import count_words
from ...words.sentences import kept_sentence
from ...words.undo import total_sentences
from ..terminal import clean

WIDTH = 8


def plan_lines(plan: UndoPlan, user: Any) -> Iterator[str]:
    """Each object with what would happen to it, and the sums."""
    for one in shown(in_order(plan), user=user, plan=plan):
        yield clean(_line(one))
        for field in one.fields:
            yield clean(f"{' ' * WIDTH} {field.label}: {field.now or '–'} → {field.then or '–'}")
        for reason in one.reasons:
            yield clean(f"{' ' * WIDTH} {reason}")
    yield from total_sentences(plan)


def _line(one: ShownRow) -> str:
    words = {"delete": _("delete"), "put_back": _("put back"), "recreate": _("restore")}
    owner = "" if one.hidden or not one.row.owner_name else f"{one.row.owner_name}: "
    return f"{words.get(one.action, _('stays')).ljust(WIDTH)} {owner}{one.kind} {one.name}"


def plan_json(plan: UndoPlan, user: Any) -> str:
    """The same for programs."""
    return json.dumps({"user": user.username, "dry_run": True, "run": None, "plan": plan_document(plan, user=user)})


def item_lines(item: RunItem) -> Iterator[str]:
    """A device when it is done, and below it what was not undone."""
    done = ", ".join(count_words(item.counts))
    yield clean(f"{item.outcome.ljust(WIDTH)} {item.name}{f' ({done})' if done else ''}")
    for one in item.issues:
        about = " ".join(part for part in (str(part_label(one["resource"])), one["name"]) if part)
        yield clean(f"{' ' * WIDTH} {about}: {kept_sentence(one['code'], one['details'])}")


def end_lines(run: Run) -> Iterator[str]:
    """The sums."""
    done = ", ".join(count_words(sums_of(run)))
    yield _("Undone: {what}").format(what=done or _("nothing"))
    yield f"{run}: {run.get_state_display()}"


def run_json(run: Run) -> str:
    """The same for programs."""
    return json.dumps({"user": run.user_name, "dry_run": False, **undone_document(run)})


def refusal_json(reason: Issue, user: Any) -> str:
    """Why nothing is undone, for programs."""
    return json.dumps({"user": user.username, "run": None, "problem": reason_document(reason)})
