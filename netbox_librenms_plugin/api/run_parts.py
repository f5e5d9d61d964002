"""What REST shows of any run and of its items: an import has addresses and words of its own, and the same rules."""

from collections.abc import Sequence
from typing import Any

from core.api.serializers import JobSerializer
from core.models import ObjectType
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from netbox.api.fields import ChoiceField, ContentTypeField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers

from ..choices import RunOutcomeChoices, RunStateChoices
from ..models import Run, RunItem
from ..runs.access import counts_of, state_of, visible_objects

NUMBERS = {"type": "object", "additionalProperties": {"type": "integer"}}


class AnyRunSerializer(BaseModelSerializer):
    """A run with its state, job and numbers."""

    state = ChoiceField(choices=RunStateChoices)
    options = serializers.SerializerMethodField()
    job = JobSerializer(nested=True, read_only=True, allow_null=True)
    counts = serializers.SerializerMethodField()

    def to_representation(self, instance: Run) -> dict[str, Any]:
        """In the state that it really is in."""
        instance.state = state_of(instance)
        data: dict[str, Any] = super().to_representation(instance)
        return data

    def counted(self, run: Run) -> dict[str, int]:
        """Outcome → number of items; counted for all runs of a list at once, where there is a list."""
        found = self.context.get("counts", {}).get(run.pk)
        return dict(run.counts()) if found is None else found


class AnyItemSerializer(BaseModelSerializer):
    """An item of a run, without what the caller may not view."""

    outcome = ChoiceField(choices=RunOutcomeChoices)
    object_type = ContentTypeField(queryset=ObjectType.objects.all(), allow_null=True)
    issues = serializers.SerializerMethodField()
    gaps = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()

    def instead(self, item: RunItem) -> dict[str, Any]:
        """Field → what stands in its place for this caller."""
        raise NotImplementedError

    def to_representation(self, instance: RunItem) -> dict[str, Any]:
        """Whatever the caller has asked for: ``fields`` and ``omit`` leave out any of them."""
        data: dict[str, Any] = super().to_representation(instance)
        instead = self.instead(instance)
        return {name: instead.get(name, value) for name, value in data.items()}

    @extend_schema_field(NUMBERS)
    def get_counts(self, item: RunItem) -> dict[str, int]:
        """As kept with the item."""
        return dict(item.counts)


class CountedRunsMixin:
    """Counts the items of all runs of a page in one query."""

    _listed: Sequence[Run] = ()

    def paginate_queryset(self, queryset: QuerySet[Run]) -> list[Run] | None:
        """Remember the page."""
        page: list[Run] | None = super().paginate_queryset(queryset)  # type: ignore[misc]
        self._listed = page or ()
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        """With the counts of the page."""
        context: dict[str, Any] = super().get_serializer_context()  # type: ignore[misc]
        return context | ({"counts": counts_of(self._listed)} if self._listed else {})


class VisibleItemsMixin:
    """Knows which objects of a page of items the caller may view: a query for each type of object."""

    request: Any
    _visible: frozenset[tuple[int, int]] = frozenset()

    def paginate_queryset(self, queryset: QuerySet[RunItem]) -> list[RunItem] | None:
        """Look at the page."""
        page: list[RunItem] | None = super().paginate_queryset(queryset)  # type: ignore[misc]
        self._visible = frozenset(visible_objects(page or (), self.request.user))
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        """With what may be named."""
        context: dict[str, Any] = super().get_serializer_context()  # type: ignore[misc]
        return context | {"visible": self._visible}
