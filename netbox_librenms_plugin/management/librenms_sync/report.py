"""What the command says: a table for people, JSON for programs, and the exit status for both."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ...engine import policies_of
from ...engine.documents import comparison_document, object_document, run_document
from ...sync.core.plan import Change, Outcome, Ref
from ...sync.core.policy import Policies
from ...words.sentences import gap_sentence, sentence
from ..terminal import aligned, clean
from .work import Done, SyncTask

SUCCESS, FAILED, DIFFERS = 0, 1, 3
LONGEST_CELL = 60


def exit_status(results: Iterable[Done]) -> int:
    """A failure counts more than a difference."""
    status = SUCCESS
    for one in results:
        if one.failed:
            return FAILED
        if one.differs:
            status = DIFFERS
    return status


def as_json(work: SyncTask, results: Sequence[Done], *, dry_run: bool) -> str:
    """One JSON object with everything; texts are escaped to ASCII."""
    policies = policies_of(work.server)
    document = {
        "server": work.server,
        "user": work.user.username,
        "dry_run": dry_run,
        "request_id": None if dry_run else str(work.request_id),
        "objects": [_document(one, policies) for one in results],
    }
    return json.dumps(document, indent=2)


def _document(one: Done, policies: Policies) -> dict[str, Any]:
    if one.failure is not None:
        error = {"code": one.failure.code, "message": one.failure.message}
        return {"object": object_document(one.instance), "error": error}
    if one.compared is not None:
        return {**comparison_document(one.compared, policies=policies), "error": None}
    return {**(run_document(one.run) if one.run else {}), "error": None}


def as_table(work: SyncTask, results: Sequence[Done], *, dry_run: bool, verbose: bool) -> Iterator[str]:
    """Lines: who and where, a row of numbers per object and resource, then every reason; ``verbose`` adds the rows."""
    what = _("dry run") if dry_run else _("request {id}").format(id=work.request_id)
    yield _("Server {server}, on behalf of {user}, {what}").format(
        server=work.server, user=work.user.username, what=what
    )
    heads = [one.value for one in Outcome] if dry_run else ["created", "changed", "failed", "stale"]
    yield from aligned([["object", "resource", *heads], *_numbers(results)], words=2)
    for one in results:
        yield from (clean(line) for line in _details(one, verbose=verbose))


def _numbers(results: Iterable[Done]) -> Iterator[list[str]]:
    for one in results:
        name = clean(str(one.instance))[:LONGEST_CELL]
        if one.compared is not None:
            for plan in one.compared.plans.values():
                yield [name, plan.resource, *(str(plan.counts[outcome]) for outcome in Outcome)]
        elif one.run is not None:
            for result in run_document(one.run)["results"]:
                applied = result["applied"]
                numbers = (applied.get("missing", 0), applied.get("changed", 0))
                yield [name, result["resource"], *map(str, (*numbers, len(result["failed"]), len(result["stale"])))]
        else:
            yield [name, _("failed")]


def _details(one: Done, *, verbose: bool) -> Iterator[str]:
    if one.failure is not None:
        yield f"{one.instance}: {one.failure.message}"
    for result in one.run.failures if one.run else ():
        yield f"{one.instance} {result.name}: {sentence(result.issue) if result.issue else ''}"
    for name, gaps in one.run.gaps.items() if one.run else ():
        yield from (f"{one.instance} {name}: {gap_sentence(gap)}" for gap in gaps)
    for plan in one.compared.plans.values() if one.compared else ():
        yield from (f"{one.instance} {plan.resource}: {gap_sentence(gap)}" for gap in plan.gaps)
        for change in plan.changes:
            yield from (f"{one.instance} {line}" for line in _change_lines(change, verbose=verbose))


def _change_lines(change: Change, *, verbose: bool) -> Iterator[str]:
    """The reasons of a row; with ``verbose`` its differences too."""
    for issue in change.issues:
        yield f"{change.name}: {sentence(issue)}"
    if verbose and change.outcome is Outcome.MISSING:
        values = ", ".join(f"{name}={_text(value)}" for name, value in change.writes.items())
        yield f"{change.name}: + {values}"
    for one in change.differences if verbose else ():
        note = "" if one.writes else f" ({one.policy.value})"
        yield f"{change.name}: {one.field}: {_text(one.found)} → {_text(one.wanted)}{note}"


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_text(one) for one in value) + "]"
    return value.name if isinstance(value, Ref) else json.dumps(value, ensure_ascii=False)
