"""Filters of the plugin's own objects, for lists and REST."""

import django_filters
from dcim.choices import InterfaceTypeChoices
from django.db.models import Q, QuerySet
from netbox.filtersets import BaseFilterSet, NetBoxModelFilterSet
from utilities.filters import ContentTypeFilter, MultiValueCharFilter, MultiValueNumberFilter
from utilities.filtersets import register_filterset

from .choices import PolicyChoices, RunStateChoices
from .models import FieldPolicy, InterfaceTypeMapping, SyncRun


@register_filterset
class InterfaceTypeMappingFilterSet(NetBoxModelFilterSet):
    """Mappings by either side."""

    netbox_type = django_filters.MultipleChoiceFilter(choices=InterfaceTypeChoices)

    class Meta:
        model = InterfaceTypeMapping
        fields = ("id", "librenms_type", "librenms_speed", "netbox_type", "description")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the types and the description."""
        text = value.strip()
        if not text:
            return queryset
        return queryset.filter(
            Q(librenms_type__icontains=text) | Q(netbox_type__icontains=text) | Q(description__icontains=text)
        )


@register_filterset
class FieldPolicyFilterSet(NetBoxModelFilterSet):
    """Policies by where they hold and what they say."""

    policy = django_filters.MultipleChoiceFilter(choices=PolicyChoices)
    every_server = django_filters.BooleanFilter(method="filter_every_server")

    class Meta:
        model = FieldPolicy
        fields = ("id", "server", "resource", "field", "policy")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By server, resource and field."""
        text = value.strip()
        if not text:
            return queryset
        return queryset.filter(Q(server__icontains=text) | Q(resource__icontains=text) | Q(field__icontains=text))

    def filter_every_server(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Those that hold everywhere, or those for one server."""
        return queryset.filter(server="") if value else queryset.exclude(server="")


class SyncRunFilterSet(BaseFilterSet):
    """Runs by object, person, server and result."""

    object_type = ContentTypeFilter()
    object_id = MultiValueNumberFilter()
    user_name = MultiValueCharFilter()
    state = django_filters.MultipleChoiceFilter(choices=RunStateChoices)
    created = django_filters.DateTimeFromToRangeFilter()

    class Meta:
        model = SyncRun
        fields = ("id", "object_type", "object_id", "user_name", "request_id", "server", "librenms_id", "state")
