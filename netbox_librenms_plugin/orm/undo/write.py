"""The steps of an undo into NetBox, one by one by NetBox's own ``save()`` and ``delete()``: cable paths, counters,
events, search and the change log follow as they always do."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dcim.models import Cable, CableTermination, VirtualChassis
from django.core.exceptions import ObjectDoesNotExist
from django.db import router
from django.db.models import ProtectedError, RestrictedError
from django.utils.dateparse import parse_datetime
from extras.models import Tag

from ...sync.core.issues import Code, Issue, issue
from ...sync.undo.effects import CUSTOM, Action, Key, Values
from ...sync.undo.plan import Step, UndoPlan
from ...sync.undo.rows import UndoRow
from ..frame.batches import REFUSALS
from ..frame.permissions import NotAllowedError, refusal, require, require_rows
from ..frame.results import reason_of
from ..frame.savepoints import lost_to_another, savepoint
from .kinds import ENDS, Kind, kind_named
from .log import effects, entries

# The value of a custom field that nobody ever set
ABSENT = object()
FAILURES = (*REFUSALS, ProtectedError, RestrictedError, ObjectDoesNotExist)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What became of one row. ``issue``: why it was not undone."""

    row: UndoRow
    issue: Issue | None = None

    @property
    def ok(self) -> bool:
        """Whether it is as before now."""
        return self.issue is None


@dataclass(slots=True, kw_only=True)
class UndoWriter:
    """Undoes rows of a plan that was just read, with its objects locked, inside the caller's transaction."""

    request_id: UUID
    user: Any
    message: str
    _earlier: Mapping[Key, Values] = field(init=False, default_factory=dict)
    _made: Mapping[Key, str] = field(init=False, default_factory=dict)
    _failed: dict[Key, Issue] = field(init=False, default_factory=dict)
    _cables: dict[int, None] = field(init=False, default_factory=dict)

    def write(self, plan: UndoPlan, steps: Sequence[Step]) -> list[UndoResult]:
        """Take these steps of a plan. One that NetBox refuses stays undone, and is tried once more when the others are
        done: it may have waited for them."""
        self._remember([one.key for one in steps if plan.by_key[one.key].action is Action.RECREATE])
        again = [one for one in steps if not self._tried(plan.by_key[one.key], one)]
        while again:
            left = [one for one in again if not self._tried(plan.by_key[one.key], one)]
            if len(left) == len(again):
                break
            again = left
        self._trace()
        return list(self._results(plan, dict.fromkeys(one.key for one in steps)))

    def _results(self, plan: UndoPlan, keys: Collection[Key]) -> Iterator[UndoResult]:
        """Those of what goes along with a row are that row's."""
        for row in plan.ready:
            if (row.along or row.key) in keys:
                yield UndoResult(row=row, issue=self._failed.get(row.along or row.key))

    def _remember(self, keys: Sequence[Key]) -> None:
        """What comes back as it was, and when it had been made."""
        if not keys:
            return
        self._earlier = {
            key: one.before
            for _kind, some in effects(self.request_id, keys)
            for key, one in some.items()
            if one.before is not None
        }
        made: dict[Key, str] = {}
        for label in {one for one, _pk in keys}:
            kind = kind_named(label)
            if kind is None:
                continue
            rows = entries().filter(
                request_id=self.request_id,
                changed_object_type=kind.content_type,
                changed_object_id__in=[pk for one, pk in keys if one == label],
            )
            times = rows.order_by("-pk").values_list("changed_object_id", "prechange_data__created")
            made |= {(label, pk): str(when) for pk, when in times if when}
        self._made = made

    def _tried(self, row: UndoRow, step: Step) -> bool:
        """Whether the step was taken; what keeps it from that is remembered."""
        kind = kind_named(row.key[0])
        assert kind is not None
        try:
            with savepoint(router.db_for_write(kind.model)):
                self._take(kind, row, step)
        except NotAllowedError as error:
            self._failed[row.key] = issue(Code.NO_PERMISSION, what=str(error))
        except FAILURES as error:
            if lost_to_another(error):
                raise
            self._failed[row.key] = issue(Code.REFUSED, reason=reason_of(error))
        else:
            self._failed.pop(row.key, None)
            return True
        return False

    def _take(self, kind: Kind, row: UndoRow, step: Step) -> None:
        if row.action is Action.DELETE:
            self._delete(kind, row.key[1])
        elif row.action is Action.PUT_BACK:
            values = {one.field: ABSENT if one.absent else one.then for one in row.fields}
            self._change(kind, row.key[1], values)
        elif step.only is not None:
            before = self._earlier[row.key]
            self._change(kind, row.key[1], {name: before.get(name) for name in step.only}, made_here=True)
        else:
            self._recreate(kind, row, step.without)

    # Deleting

    def _delete(self, kind: Kind, pk: int) -> None:
        instance = self._held(kind, pk, "delete")
        if isinstance(instance, VirtualChassis):
            self._empty(instance)
        instance.snapshot()
        instance._changelog_message = self.message
        instance.delete()

    def _empty(self, chassis: VirtualChassis) -> None:
        """Its members leave it. NetBox would see to that without a word on how they were before."""
        chassis.snapshot()
        chassis.master = None
        chassis._changelog_message = self.message
        chassis.save()
        for member in chassis.members.all():
            member.snapshot()
            member.virtual_chassis = member.vc_position = member.vc_priority = None
            member._changelog_message = self.message
            member.save()

    # Changing

    def _change(self, kind: Kind, pk: int, values: Values, *, made_here: bool = False) -> None:
        """Give an object these values. What came back a moment ago needs no further right."""
        instance = kind.model._base_manager.get(pk=pk) if made_here else self._held(kind, pk, "change")
        instance.snapshot()
        instance._changelog_message = self.message
        self._fill(kind, instance, values)
        instance.full_clean()
        instance.save()
        self._fill_sets(kind, instance, values)
        if not made_here:
            self._require(kind, "change", pk)

    def _held(self, kind: Kind, pk: int, action: str) -> Any:
        model: Any = kind.model
        rows = model._base_manager if kind.is_part else model.objects.restrict(self.user, action)
        require(self.user, action, Cable if kind.is_part else model)
        instance = rows.filter(pk=pk).first()
        if instance is None:
            raise refusal(model, action)
        return instance

    def _require(self, kind: Kind, action: str, pk: int) -> None:
        if not kind.is_part:
            require_rows(self.user, action, kind.model, [pk], using=router.db_for_write(kind.model))

    def _fill(self, kind: Kind, instance: Any, values: Values) -> None:
        """Columns and custom fields, from the form in which the change log keeps them."""
        for name, value in values.items():
            column = kind.written.get(name)
            if column is not None:
                setattr(instance, column.attname, _value(column, value))
            elif name.startswith(f"{CUSTOM}."):
                own = name.partition(".")[2]
                if value is ABSENT:
                    instance.custom_field_data.pop(own, None)
                else:
                    instance.custom_field_data[own] = value

    def _fill_sets(self, kind: Kind, instance: Any, values: Values) -> None:
        """Tags and what else there are several of; what is gone is left out."""
        for name, field_ in kind.many.items():
            if name in values:
                there = field_.related_model._base_manager.filter(pk__in=values[name] or ())
                getattr(instance, name).set(there)
        if kind.taggable and "tags" in values:
            instance.tags.set(Tag.objects.filter(name__in=values["tags"] or ()))

    # Bringing back

    def _recreate(self, kind: Kind, row: UndoRow, without: Collection[str]) -> None:
        """The object with its old primary key, and its time of birth; counters, cables and the like come with what they
        count."""
        require(self.user, "add", Cable if kind.is_part else kind.model)
        absent = {*without, *(field_.rpartition(".")[2] for one in row.issues for field_ in _fields_of(one))}
        before = {name: value for name, value in self._earlier[row.key].items() if name not in absent}
        pk = row.key[1]
        # At once: NetBox takes what an instance begins with for what it was, and some of that may never change
        columns = {
            column.attname: _value(column, before[name]) for name, column in kind.written.items() if name in before
        }
        instance = kind.model(pk=pk, **columns)
        self._fill(kind, instance, {name: value for name, value in before.items() if name not in kind.written})
        instance._changelog_message = self.message
        if kind.is_part:
            # Its model has no validation beyond its own
            instance.clean()
        else:
            instance.full_clean()
        instance.save(force_insert=True)
        self._fill_sets(kind, instance, before)
        if made := parse_datetime(self._made.get(row.key, "")):
            kind.model._base_manager.filter(pk=pk).update(created=made)
        if isinstance(instance, CableTermination):
            self._cables[instance.cable_id] = None
        self._require(kind, "add", pk)

    def _trace(self) -> None:
        """The paths of cables whose ends came back: NetBox traces them when a cable is given its ends."""
        for pk in self._cables:
            cable = Cable.objects.filter(pk=pk).first()
            if cable is None:
                continue
            for name in ENDS:
                setattr(cable, name, getattr(cable, name))
            cable.save()


def _value(column: Any, value: Any) -> Any:
    return None if value is None else column.to_python(value)


def _fields_of(one: Issue) -> Iterable[str]:
    """The fields that come back empty."""
    return one.details.get("fields", ()) if one.code is Code.REFERENCE_GONE else ()
