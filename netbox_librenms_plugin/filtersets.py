"""Filters of the plugin's own objects, for lists and REST."""

from typing import ClassVar

import django_filters
from dcim.choices import InterfaceTypeChoices
from dcim.models import DeviceRole, DeviceType, Location, Manufacturer, Platform, Site
from django.db.models import Q, QuerySet
from extras.models import Tag
from netbox.filtersets import BaseFilterSet, NetBoxModelFilterSet
from tenancy.models import Tenant
from utilities.filters import ContentTypeFilter, MultiValueCharFilter, MultiValueNumberFilter
from utilities.filtersets import register_filterset
from virtualization.models import Cluster

from .choices import PolicyChoices, RunOutcomeChoices, RunStateChoices, SyncStateChoices
from .models import (
    DeviceTypeMapping,
    FieldPolicy,
    ImportIgnore,
    ImportRule,
    InterfaceTypeMapping,
    LocationMapping,
    PlatformMapping,
    Run,
    RunItem,
    SyncRun,
)
from .models.import_rule import CONDITIONS


class TextSearchFilterSet(NetBoxModelFilterSet):
    """What the filters of several models share: the search looks into these columns."""

    search_in: ClassVar[tuple[str, ...]] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By these columns (of mappings: LibreNMS's text and the name of what it means) and the description."""
        text = value.strip()
        if not text:
            return queryset
        hits = Q()
        for column in (*self.search_in, "description"):
            hits |= Q(**{f"{column}__icontains": text})
        return queryset.filter(hits)


@register_filterset
class InterfaceTypeMappingFilterSet(TextSearchFilterSet):
    """Mappings by either side."""

    netbox_type = django_filters.MultipleChoiceFilter(choices=InterfaceTypeChoices)

    search_in = ("librenms_type", "netbox_type")

    class Meta:
        model = InterfaceTypeMapping
        fields = ("id", "librenms_type", "librenms_speed", "netbox_type", "description")


@register_filterset
class DeviceTypeMappingFilterSet(TextSearchFilterSet):
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
class PlatformMappingFilterSet(TextSearchFilterSet):
    """Mappings by either side."""

    platform_id = django_filters.ModelMultipleChoiceFilter(queryset=Platform.objects.all())

    search_in = ("librenms_os", "platform__name")

    class Meta:
        model = PlatformMapping
        fields = ("id", "librenms_os", "description")


@register_filterset
class LocationMappingFilterSet(TextSearchFilterSet):
    """Mappings by either side."""

    site_id = django_filters.ModelMultipleChoiceFilter(queryset=Site.objects.all())
    location_id = django_filters.ModelMultipleChoiceFilter(queryset=Location.objects.all())

    search_in = ("librenms_location", "site__name", "location__name")

    class Meta:
        model = LocationMapping
        fields = ("id", "librenms_location", "description")


class EveryServerFilterSet(NetBoxModelFilterSet):
    """For models whose empty server means every server."""

    every_server = django_filters.BooleanFilter(method="filter_every_server")

    def filter_every_server(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Those that hold everywhere, or those for one server."""
        return queryset.filter(server="") if value else queryset.exclude(server="")


@register_filterset
class FieldPolicyFilterSet(EveryServerFilterSet):
    """Policies by where they hold and what they say."""

    policy = django_filters.MultipleChoiceFilter(choices=PolicyChoices)

    class Meta:
        model = FieldPolicy
        fields = ("id", "server", "resource", "field", "policy")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By server, resource and field."""
        text = value.strip()
        if not text:
            return queryset
        return queryset.filter(Q(server__icontains=text) | Q(resource__icontains=text) | Q(field__icontains=text))


@register_filterset
class ImportRuleFilterSet(TextSearchFilterSet, EveryServerFilterSet):
    """Rules by what they are for and what they give."""

    role_id = django_filters.ModelMultipleChoiceFilter(queryset=DeviceRole.objects.all())
    site_id = django_filters.ModelMultipleChoiceFilter(queryset=Site.objects.all())
    tenant_id = django_filters.ModelMultipleChoiceFilter(queryset=Tenant.objects.all())
    cluster_id = django_filters.ModelMultipleChoiceFilter(queryset=Cluster.objects.all())
    import_tag_id = django_filters.ModelMultipleChoiceFilter(field_name="import_tags", queryset=Tag.objects.all())

    search_in = ("name", *CONDITIONS)

    class Meta:
        model = ImportRule
        fields = ("id", "name", "weight", "enabled", "server", *CONDITIONS, "as_vm", "ignore", "description")


@register_filterset
class ImportIgnoreFilterSet(TextSearchFilterSet):
    """Ignored devices by server and by what LibreNMS calls them."""

    search_in = ("hostname", "server")

    class Meta:
        model = ImportIgnore
        fields = ("id", "server", "librenms_id", "hostname", "description")


class SyncRunFilterSet(BaseFilterSet):
    """Runs by object, person, server, branch and result."""

    object_type = ContentTypeFilter()
    object_id = MultiValueNumberFilter()
    user_name = MultiValueCharFilter()
    run_id = MultiValueNumberFilter(field_name="run")
    state = django_filters.MultipleChoiceFilter(choices=SyncStateChoices)
    created = django_filters.DateTimeFromToRangeFilter()

    class Meta:
        model = SyncRun
        fields = (
            "id",
            "object_type",
            "object_id",
            "user_name",
            "request_id",
            "server",
            "librenms_id",
            "branch",
            "state",
        )


class ImportRunFilterSet(BaseFilterSet):
    """Runs by person, server, branch and state."""

    user_name = MultiValueCharFilter()
    state = django_filters.MultipleChoiceFilter(choices=RunStateChoices)
    created = django_filters.DateTimeFromToRangeFilter()

    class Meta:
        model = Run
        fields = ("id", "user_name", "request_id", "server", "branch", "state")


class ImportRunRowFilterSet(BaseFilterSet):
    """Imported devices by what became of them."""

    hostname = MultiValueCharFilter(field_name="name")
    outcome = django_filters.MultipleChoiceFilter(choices=RunOutcomeChoices)
    object_type = ContentTypeFilter()
    object_id = MultiValueNumberFilter()

    class Meta:
        model = RunItem
        fields = ("id", "librenms_id", "outcome", "object_type", "object_id")
