"""New cables into NetBox, one by one by NetBox's own ``save()``, which terminates them and traces their paths."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from dcim.models import Cable, Interface
from django.db import IntegrityError, router
from extras.models import Tag

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change, Ref
from ..frame.batches import REFUSALS, Batch, Written, entries_of, refusal_of
from ..frame.permissions import require, require_rows
from ..frame.results import RowResult, failed, written
from ..frame.savepoints import lost_to_another, savepoint
from ..frame.scope import Scope
from ..frame.subjects import Subject


def shared(_subject: Subject, change: Change) -> Iterable[Hashable]:
    """The interfaces at its ends: the cable between two devices is a row of both."""
    return _ends(change)


def write(batch: Batch, scope: Scope) -> Written:
    """Each row gives one result. A row whose interfaces are no longer free, or are just being written by somebody
    else, is stale, and so is one that the database gave up for somebody else's sake; one that NetBox refuses does not
    stop the others."""
    using = router.db_for_write(Cable)
    entries = entries_of(batch)
    free = _lock_free_ends({pk for one in entries for pk in _ends(one.change)}, using)
    ids = {ref.id for one in entries if (ref := one.values.get("tag"))}
    tags = Tag.objects.in_bulk(ids) if ids else {}
    for one in entries:
        yield one, _written(one.change, free, tags, scope, using)
        free = {pk: end for pk, end in free.items() if pk not in _ends(one.change)}


def _ends(change: Change) -> tuple[int, int]:
    local, remote = change.writes["local"], change.writes["remote"]
    return local.id, remote.id


def _lock_free_ends(ids: Collection[int], using: str) -> dict[int, Interface]:
    """The interfaces without a cable, locked, in one order for everybody. Those that another transaction holds are
    left out: waiting for them while holding others is how two runs would stop each other."""
    if not ids:
        return {}
    rows = Interface.objects.using(using).filter(pk__in=ids).order_by("pk")
    locked = rows.select_for_update(of=("self",), skip_locked=True).select_related("device__site")
    return {one.pk: one for one in locked if one.cable_id is None}


def _written(
    change: Change, free: Mapping[int, Interface], tags: Mapping[int, Tag], scope: Scope, using: str
) -> RowResult:
    ends = [free.get(pk) for pk in _ends(change)]
    if None in ends:
        return failed(change, issue(Code.STALE))
    try:
        with savepoint(using):
            return written(change, _create(change, ends, tags, scope, using))
    except IntegrityError:
        # Somebody's cable reached one of the interfaces without passing their rows
        return failed(change, issue(Code.STALE))
    except REFUSALS as error:
        if lost_to_another(error):
            return failed(change, issue(Code.STALE))
        return refusal_of(change, error)


def _create(change: Change, ends: Sequence[Interface | None], tags: Mapping[int, Tag], scope: Scope, using: str) -> int:
    require(scope.user, "add", Cable)
    values = change.writes
    local, remote = ends
    cable = Cable(
        a_terminations=[local],
        b_terminations=[remote],
        status=values["status"],
        type=values.get("type"),
        label=values.get("label", ""),
    )
    cable._changelog_message = scope.message
    cable.full_clean()
    cable.save()
    _tag(cable, values.get("tag"), tags)
    require_rows(scope.user, "add", Cable, [cable.pk], using=using)
    return int(cable.pk)


def _tag(cable: Cable, ref: Ref | None, tags: Mapping[int, Tag]) -> None:
    tag = tags.get(ref.id or 0) if ref is not None else None
    if tag is not None:
        cable.tags.add(tag)
