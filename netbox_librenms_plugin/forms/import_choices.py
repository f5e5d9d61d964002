"""Boxes to choose what a device of the import list becomes, and what of the list is shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dcim.models import DeviceRole, DeviceType, Location, Platform, Rack, Site
from django import forms
from django.utils.translation import gettext_lazy as _
from tenancy.models import Tenant
from utilities.forms.fields import DynamicModelChoiceField
from virtualization.models import Cluster

from ..import_utils.filters import DOWN, NO, UP, YES
from ..import_utils.rows import Kind

EITHER = ("", "---------")
# What each kind of object has
OF_KIND: Mapping[Kind, tuple[str, ...]] = {
    Kind.DEVICE: ("role", "device_type", "site", "location", "rack", "platform", "tenant"),
    Kind.VM: ("role", "cluster", "site", "platform", "tenant"),
}


class ImportChoicesForm(forms.Form):
    """Objects for the fields of one device, or of many. Whether an id is one that the user may view shows later, when
    the rows are made with it."""

    role = DynamicModelChoiceField(label=_("Role"), queryset=DeviceRole.objects.all(), required=False)
    device_type = DynamicModelChoiceField(
        label=_("Device type"),
        queryset=DeviceType.objects.all(),
        required=False,
        context={"parent": "manufacturer"},
    )
    site = DynamicModelChoiceField(label=_("Site"), queryset=Site.objects.all(), required=False)
    location = DynamicModelChoiceField(
        label=_("Location"), queryset=Location.objects.all(), required=False, query_params={"site_id": "$site"}
    )
    rack = DynamicModelChoiceField(
        label=_("Rack"), queryset=Rack.objects.all(), required=False, query_params={"site_id": "$site"}
    )
    cluster = DynamicModelChoiceField(label=_("Cluster"), queryset=Cluster.objects.all(), required=False)
    platform = DynamicModelChoiceField(label=_("Platform"), queryset=Platform.objects.all(), required=False)
    tenant = DynamicModelChoiceField(label=_("Tenant"), queryset=Tenant.objects.all(), required=False)

    def __init__(self, *, kind: Kind | None = None, **options: Any) -> None:
        super().__init__(auto_id="librenms-set-%s", **options)
        for name in list(self.fields):
            if kind is not None and name not in OF_KIND[kind]:
                del self.fields[name]
        if kind is Kind.VM:
            self.fields["role"].widget.add_query_param("vm_role", "true")


class ImportFiltersForm(forms.Form):
    """The filters. ``values``: filter of exact values → (value, number of devices)."""

    hostname = forms.CharField(label=_("Hostname contains"), required=False, max_length=255)
    sys_name = forms.CharField(label=_("sysName contains"), required=False, max_length=255)
    location = forms.MultipleChoiceField(label=_("Location"), required=False)
    type = forms.MultipleChoiceField(label=_("Type"), required=False)
    os = forms.MultipleChoiceField(label=_("OS"), required=False)
    hardware = forms.MultipleChoiceField(label=_("Hardware"), required=False)
    group = forms.ChoiceField(label=_("Device group"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=(EITHER, (UP, _("up")), (DOWN, _("down"))))
    disabled = forms.ChoiceField(
        label=_("Disabled in LibreNMS"), required=False, choices=(EITHER, (YES, _("yes")), (NO, _("no")))
    )

    def __init__(
        self, *, values: Mapping[str, Sequence[tuple[str, int]]], groups: Iterable[str], **options: Any
    ) -> None:
        super().__init__(auto_id="librenms-filter-%s", **options)
        for name, counted in values.items():
            field: Any = self.fields[name]
            field.choices = [(value, f"{value[:100]} ({number})") for value, number in counted]
        group: Any = self.fields["group"]
        group.choices = (EITHER, *((name, name) for name in groups))
