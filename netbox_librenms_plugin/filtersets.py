"""Filters of the plugin's own objects, for lists and REST."""

from typing import ClassVar

import django_filters
from dcim.choices import InterfaceTypeChoices
from dcim.models import DeviceType, Location, Manufacturer, Platform, Site
from django.db.models import Q, QuerySet
from netbox.filtersets import BaseFilterSet, NetBoxModelFilterSet
from utilities.filters import ContentTypeFilter, MultiValueCharFilter, MultiValueNumberFilter
from utilities.filtersets import register_filterset

from .choices import PolicyChoices, RunStateChoices
from .models import DeviceTypeMapping, FieldPolicy, InterfaceTypeMapping, LocationMapping, PlatformMapping, SyncRun


class MappingFilterSet(NetBoxModelFilterSet):
    """What the filters of all mappings share: the search looks into these columns."""

    search_in: ClassVar[tuple[str, ...]] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By LibreNMS's text, the name of what it means, and the description."""
        text = value.strip()
        if not text:
            return queryset
        hits = Q()
        for column in (*self.search_in, "description"):
            hits |= Q(**{f"{column}__icontains": text})
        return queryset.filter(hits)


@register_filterset
class InterfaceTypeMappingFilterSet(MappingFilterSet):
    """Mappings by either side."""

    netbox_type = django_filters.MultipleChoiceFilter(choices=InterfaceTypeChoices)

    search_in = ("librenms_type", "netbox_type")

    class Meta:
        model = InterfaceTypeMapping
        fields = ("id", "librenms_type", "librenms_speed", "netbox_type", "description")


@register_filterset
class DeviceTypeMappingFilterSet(MappingFilterSet):
    """Mappings by either side."""

    device_type_id = django_filters.ModelMultipleChoiceFilter(queryset=DeviceType.objects.all())
    manufacturer_id = django_filters.ModelMultipleChoiceFilter(
        field_name="device_type__manufacturer", queryset=Manufacturer.objects.all()
    )

    search_in = ("librenms_hardware", "device_type__model")

    class Meta:
        model = DeviceTypeMapping
        fields = ("id", "librenms_hardware", "description")


@register_filterset
class PlatformMappingFilterSet(MappingFilterSet):
    """Mappings by either side."""

    platform_id = django_filters.ModelMultipleChoiceFilter(queryset=Platform.objects.all())

    search_in = ("librenms_os", "platform__name")

    class Meta:
        model = PlatformMapping
        fields = ("id", "librenms_os", "description")


@register_filterset
class LocationMappingFilterSet(MappingFilterSet):
    """Mappings by either side."""

    site_id = django_filters.ModelMultipleChoiceFilter(queryset=Site.objects.all())
    location_id = django_filters.ModelMultipleChoiceFilter(queryset=Location.objects.all())

    search_in = ("librenms_location", "site__name", "location__name")

    class Meta:
        model = LocationMapping
        fields = ("id", "librenms_location", "description")


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
