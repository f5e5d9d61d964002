"""Batched writes that leave what ``save()`` leaves: change log, events, counters, search index.

The change log is written with the rows, inside the caller's savepoint; events and the search index follow only when the
savepoint held (``announce``), so a batch that was rolled back leaves no trace.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any

from core.choices import ObjectChangeActionChoices
from core.events import OBJECT_CREATED, OBJECT_UPDATED
from core.models import ObjectChange
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.db.models.signals import post_save
from django.utils import timezone
from extras.events import enqueue_event, flush_events
from extras.models import CustomField, Subscription
from extras.signals import notify_object_changed
from netbox.context import current_request, events_queue
from netbox.models.features import has_feature
from netbox.registry import registry

from ...compat import index_for_search
from .serialised import serialised_quickly

# NetBox keeps every changed object in memory until its events are sent
EVENTS_AT_ONCE = 500


class NoRequestError(RuntimeError):
    """A write without a request would leave no change log, so it is refused."""


def preset_relations(objects: Iterable[Any], **known: Mapping[int, Sequence[Any]]) -> None:
    """Give objects their many-to-many relations, so that serialising them for the change log asks nothing.

    ``known`` maps a relation's name to related objects by primary key; a relation left out is empty.
    """
    empty: dict[Any, Any] = {}
    for instance in objects:
        cache = getattr(instance, "_prefetched_objects_cache", {})
        for relation in instance._meta.many_to_many:
            related = known.get(relation.name, {}).get(instance.pk, ())
            if not related and relation not in empty:
                empty[relation] = _loaded(relation.related_model, ())
            cache[relation.name] = _loaded(relation.related_model, related) if related else empty[relation]
        instance._prefetched_objects_cache = cache


def _loaded(model: type[Model], objects: Sequence[Any]) -> Any:
    queryset = model._default_manager.none()
    queryset._result_cache = list(objects)
    queryset._prefetch_done = True
    return queryset


class _Inserting(QuerySet[Any]):
    """Django hands PostgreSQL one list for each column, unless one of the columns is an array, as an interface has:
    then each value of each row is a parameter of its own. Arrays that nobody has filled are left to the database, which
    leaves them empty as well."""

    def _insert(self, objs: Sequence[Any], fields: Sequence[Any], *args: Any, **how: Any) -> Any:
        filled = [field for field in fields if not _stays_empty(field, objs)]
        return super()._insert(objs, filled, *args, **how)


def _stays_empty(field: Any, objects: Iterable[Any]) -> bool:
    return isinstance(field, ArrayField) and all(getattr(one, field.attname) is None for one in objects)


def insert(objects: Sequence[Any], *, using: str) -> None:
    """Insert validated new objects of one model, with custom field defaults, site references and parents' counters."""
    if not objects:
        return
    model = type(objects[0])
    defaults = CustomField.objects.get_defaults_for_model(model)
    for instance in objects:
        for name, default in defaults.items():
            instance.custom_field_data.setdefault(name, default)
        if hasattr(model, "_site") and hasattr(instance, "device"):
            device = instance.device
            instance._site_id, instance._location_id, instance._rack_id = (
                device.site_id,
                device.location_id,
                device.rack_id,
            )
    _Inserting(model=model, using=using).bulk_create(objects, batch_size=500)
    _count(model, objects, using)


def update(objects: Sequence[Any], fields: Iterable[str], *, using: str) -> None:
    """Update objects of one model; ``snapshot()`` has been taken before they were changed."""
    names = sorted(set(fields))
    if not objects:
        return
    now = timezone.now()
    for instance in objects:
        instance.last_updated = now
    manager = type(objects[0])._default_manager.using(using)
    manager.bulk_update(objects, [*names, "last_updated"], batch_size=500)


def entry_of(instance: Any, *, created: bool, message: str = "") -> ObjectChange:
    """The change-log entry of an object as it is now, by the current request's user and with its id; not stored yet.
    Raises ``NoRequestError``."""
    request = current_request.get()
    if request is None:
        raise NoRequestError("changes can only be written inside a request or a job's request processors")
    instance._changelog_message = message
    with serialised_quickly(instance):
        entry: ObjectChange = instance.to_objectchange(
            ObjectChangeActionChoices.ACTION_CREATE if created else ObjectChangeActionChoices.ACTION_UPDATE
        )
    entry.user, entry.user_name, entry.request_id = request.user, request.user.username, request.id
    return entry


def log(objects: Iterable[Any], *, created: bool, message: str, using: str) -> list[ObjectChange]:
    """One change-log entry per object that really changed; what is created has one always."""
    held = list(objects)
    entries = [entry for one in held if (entry := entry_of(one, created=created, message=message)).has_changes]
    if not created:
        notify(held)
    store(entries, using=using)
    return entries


def log_once_more(
    objects: Sequence[Any], earlier: Sequence[ObjectChange], columns: Iterable[str], *, using: str
) -> None:
    """A second entry for objects that were logged a moment ago (``earlier``) and of which nothing but ``columns`` was
    changed since; columns that NetBox leaves out of its log stay out of it.

    What ``log`` would write, at a tenth of its price: serialising an object is most of what a new one costs.
    """
    names, encode = list(columns), DjangoJSONEncoder().default
    entries = []
    for instance, entry in zip(objects, earlier, strict=True):
        after = dict(entry.postchange_data)
        for name in names:
            if name in after:
                value = instance._meta.get_field(name).value_from_object(instance)
                after[name] = value if isinstance(value, (int, str, NoneType)) else encode(value)
        instance._postchange_snapshot = after
        entries.append(
            ObjectChange(
                changed_object=instance,
                related_object=entry.related_object,
                object_repr=entry.object_repr,
                action=ObjectChangeActionChoices.ACTION_UPDATE,
                message=entry.message,
                prechange_data=entry.postchange_data,
                postchange_data=after,
                user=entry.user,
                user_name=entry.user_name,
                request_id=entry.request_id,
            )
        )
    store(entries, using=using)


def store(entries: Sequence[ObjectChange], *, using: str) -> None:
    """Store change-log entries in this order, for those who listen too."""
    ObjectChange.objects.using(using).bulk_create(entries, batch_size=500)
    for entry in entries:
        post_save.send(sender=ObjectChange, instance=entry, created=True, raw=False, using=using, update_fields=None)


def notify(objects: Sequence[Any]) -> None:
    """Notify those who have subscribed to one of these objects of one model that it was changed."""
    if not objects or not has_feature(objects[0], "notifications"):
        return
    subscribed = Subscription.objects.filter(
        object_type=ContentType.objects.get_for_model(objects[0]), object_id__in=[one.pk for one in objects]
    )
    ids = set(subscribed.values_list("object_id", flat=True))
    for one in objects:
        if one.pk in ids:
            notify_object_changed(type(one), one, created=False)


def announce(objects: Sequence[Any], *, created: bool, using: str) -> None:
    """Queue the objects' events and index them for search, once their rows are safe."""
    request = current_request.get()
    queue = events_queue.get()
    for instance in objects:
        enqueue_event(queue, instance, request, OBJECT_CREATED if created else OBJECT_UPDATED)
    events_queue.set(queue)
    index_for_search(objects, created=created, using=using)


def flush_when_full(using: str) -> None:
    """Send queued events once there are many. While a transaction is open that can still undo what they tell, they
    wait for whoever opened it."""
    queue = events_queue.get()
    if queue and len(queue) >= EVENTS_AT_ONCE and not transaction.get_connection(using).in_atomic_block:
        events_queue.set({})
        flush_events(list(queue.values()))


def _count(model: type[Model], objects: Sequence[Any], using: str) -> None:
    counters = registry["counter_fields"].get(model, {})
    for foreign_key, counter in counters.items():
        parent = model._meta.get_field(foreign_key).related_model
        numbers = Counter(getattr(one, foreign_key) for one in objects if getattr(one, foreign_key))
        for number in set(numbers.values()):
            having = [primary_key for primary_key, its_number in numbers.items() if its_number == number]
            rows = parent._default_manager.using(using).filter(pk__in=having)
            rows.update(**{counter: F(counter) + number})
