"""Filters of the plugin's own objects, for lists and REST."""

from typing import ClassVar

import django_filters
from dcim.choices import InterfaceTypeChoices
from dcim.models import DeviceRole, DeviceType, Location, Manufacturer, Platform, Site
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from extras.models import Tag
from ipam.models import VRF
from netbox.filtersets import BaseFilterSet, NetBoxModelFilterSet
from tenancy.models import Tenant
from utilities.filters import ContentTypeFilter, MultiValueCharFilter, MultiValueNumberFilter
from utilities.filtersets import register_filterset
from virtualization.models import Cluster

from .choices import (
    ComparedKindChoices,
    DeviationOutcomeChoices,
    DeviationStateChoices,
    PolicyChoices,
    PushAddressChoices,
    RunOutcomeChoices,
    RunStateChoices,
    ScheduleActionChoices,
    ScheduleStateChoices,
    SyncStateChoices,
)
from .engine.undo import undone_runs
from .models import (
    Cause,
    ComparedObject,
    Deviation,
    DeviceTypeMapping,
    FieldPolicy,
    ImportIgnore,
    ImportRule,
    InterfaceTypeMapping,
    LocationMapping,
    PlatformMapping,
    PushRule,
    Run,
    RunItem,
    Schedule,
    SyncRun,
)
from .models.import_rule import CONDITIONS
from .runs.access import in_state
from .runs.kinds import kind_choices


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
class PushRuleFilterSet(TextSearchFilterSet, EveryServerFilterSet):
    """Rules by what they are for and how they add."""

    role_id = django_filters.ModelMultipleChoiceFilter(queryset=DeviceRole.objects.all())
    site_id = django_filters.ModelMultipleChoiceFilter(queryset=Site.objects.all())
    platform_id = django_filters.ModelMultipleChoiceFilter(queryset=Platform.objects.all())
    tenant_id = django_filters.ModelMultipleChoiceFilter(queryset=Tenant.objects.all())
    vrf_id = django_filters.ModelMultipleChoiceFilter(queryset=VRF.objects.all())
    object_tag_id = django_filters.ModelMultipleChoiceFilter(queryset=Tag.objects.all())
    profile = MultiValueCharFilter()
    address = django_filters.MultipleChoiceFilter(choices=PushAddressChoices)

    search_in = ("name", "profile")

    class Meta:
        model = PushRule
        fields = ("id", "name", "weight", "enabled", "server", "profile", "address", "give_location", "description")


@register_filterset
class ImportIgnoreFilterSet(TextSearchFilterSet):
    """Ignored devices by server and by what LibreNMS calls them."""

    search_in = ("hostname", "server")

    class Meta:
        model = ImportIgnore
        fields = ("id", "server", "librenms_id", "hostname", "description")


@register_filterset
class ScheduleFilterSet(TextSearchFilterSet):
    """Schedules by what they do, where, and whether they write."""

    server = MultiValueCharFilter()
    action = django_filters.MultipleChoiceFilter(choices=ScheduleActionChoices)
    state = django_filters.MultipleChoiceFilter(choices=ScheduleStateChoices)

    search_in = ("name", "server")

    class Meta:
        model = Schedule
        fields = ("id", "name", "enabled", "weight", "branch", "run_as", "description")


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


class RunFilterSet(BaseFilterSet):
    """Runs by what they do, how they stand, who started them and when."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    kind = django_filters.MultipleChoiceFilter(choices=kind_choices)
    state = django_filters.MultipleChoiceFilter(choices=RunStateChoices, method="filter_state")
    server = MultiValueCharFilter()
    user = MultiValueCharFilter(field_name="user_name", label=_("User name"))
    undone = django_filters.BooleanFilter(method="filter_undone", label=_("Has been undone"))

    class Meta:
        model = Run
        fields = ("id", "kind", "state", "server", "branch", "request_id", "created", "started", "ended")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By user and server."""
        text = value.strip()
        return queryset.filter(Q(user_name__icontains=text) | Q(server__icontains=text))

    def filter_state(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """The state that they really are in."""
        return in_state(queryset, value) if value else queryset

    def filter_undone(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Those that are undone wholly, or those that are not."""
        undone = list(undone_runs())
        return queryset.filter(pk__in=undone) if value else queryset.exclude(pk__in=undone)


class RunItemFilterSet(BaseFilterSet):
    """Items of a run by what became of them."""

    name = MultiValueCharFilter()
    outcome = django_filters.MultipleChoiceFilter(choices=RunOutcomeChoices)
    object_type = ContentTypeFilter()
    object_id = MultiValueNumberFilter()

    class Meta:
        model = RunItem
        fields = ("id", "name", "librenms_id", "outcome", "object_type", "object_id")


class ImportRunRowFilterSet(BaseFilterSet):
    """Imported devices by what became of them."""

    hostname = MultiValueCharFilter(field_name="name")
    outcome = django_filters.MultipleChoiceFilter(choices=RunOutcomeChoices)
    object_type = ContentTypeFilter()
    object_id = MultiValueNumberFilter()

    class Meta:
        model = RunItem
        fields = ("id", "librenms_id", "outcome", "object_type", "object_id")


class ComparedObjectFilterSet(BaseFilterSet):
    """Objects by who they are, where they are, and how they stand."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    server = MultiValueCharFilter()
    kind = django_filters.MultipleChoiceFilter(choices=ComparedKindChoices)
    site_id = MultiValueNumberFilter()
    role_id = MultiValueNumberFilter()
    platform_id = MultiValueNumberFilter()
    tenant_id = MultiValueNumberFilter()
    differs = django_filters.BooleanFilter(method="filter_differs", label=_("Has open deviations"))
    failed = django_filters.BooleanFilter(method="filter_failed", label=_("Could not be compared"))
    checked_at = django_filters.DateTimeFromToRangeFilter()

    class Meta:
        model = ComparedObject
        fields = ("id", "server", "kind", "object_id", "librenms_id")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By name."""
        return queryset.filter(name__icontains=value.strip())

    def filter_differs(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Those with something to decide, or those without."""
        return queryset.filter(open__gt=0) if value else queryset.filter(open=0)

    def filter_failed(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Those that could not be compared the last time, or those that could."""
        return queryset.exclude(problem={}) if value else queryset.filter(problem={})


class CauseFilterSet(BaseFilterSet):
    """Causes by what they are about."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    server = MultiValueCharFilter()
    resource = MultiValueCharFilter()
    field = MultiValueCharFilter()
    outcome = django_filters.MultipleChoiceFilter(choices=DeviationOutcomeChoices)
    reason = MultiValueCharFilter()
    open = django_filters.BooleanFilter(method="filter_open", label=_("Has open deviations"))

    class Meta:
        model = Cause
        fields = ("id", "server", "resource", "field", "outcome", "reason", "counted")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """In the resource, the field, the reason, and what is wanted or missing."""
        text = value.strip()
        hits = Q(resource__icontains=text) | Q(field__icontains=text) | Q(reason__icontains=text)
        return queryset.filter(hits | Q(value__icontains=text) | Q(details__icontains=text))

    def filter_open(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Those with open deviations, or those without."""
        return queryset.filter(open__gt=0) if value else queryset.filter(open=0)


class DeviationFilterSet(BaseFilterSet):
    """Deviations by what they are about, what was decided, and the objects that they are of."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    server = MultiValueCharFilter(field_name="compared__server")
    kind = django_filters.MultipleChoiceFilter(field_name="compared__kind", choices=ComparedKindChoices)
    object_id = MultiValueNumberFilter(field_name="compared__object_id")
    compared_id = MultiValueNumberFilter(field_name="compared")
    cause_id = MultiValueNumberFilter(field_name="cause")
    site_id = MultiValueNumberFilter(field_name="compared__site_id")
    role_id = MultiValueNumberFilter(field_name="compared__role_id")
    platform_id = MultiValueNumberFilter(field_name="compared__platform_id")
    tenant_id = MultiValueNumberFilter(field_name="compared__tenant_id")
    resource = MultiValueCharFilter()
    field = MultiValueCharFilter()
    outcome = django_filters.MultipleChoiceFilter(choices=DeviationOutcomeChoices)
    reason = MultiValueCharFilter()
    state = django_filters.MultipleChoiceFilter(choices=DeviationStateChoices)
    first_seen = django_filters.DateTimeFromToRangeFilter()
    accepted_until = django_filters.DateFromToRangeFilter()

    class Meta:
        model = Deviation
        fields = ("id", "resource", "field", "outcome", "reason", "state", "writes", "counted")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the name of the row or of its object."""
        text = value.strip()
        return queryset.filter(Q(name__icontains=text) | Q(compared__name__icontains=text))
