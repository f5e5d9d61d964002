"""NetBox's own filter forms, which keep what the status lists have in their address beside the filters."""

from collections.abc import Mapping
from typing import Any

from dcim.forms import DeviceFilterForm
from django import forms
from virtualization.forms import VirtualMachineFilterForm

from ..fleet_sync.finding import DEVICE, VIRTUAL_MACHINE

KEPT = ("server", "show", "monitoring", "sort", "per_page")


def _kept() -> forms.CharField:
    return forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


class DeviceStatusFilterForm(DeviceFilterForm):
    """The filters of devices."""

    server, show, monitoring, sort, per_page = _kept(), _kept(), _kept(), _kept(), _kept()


class VirtualMachineStatusFilterForm(VirtualMachineFilterForm):
    """The filters of virtual machines."""

    server, show, monitoring, sort, per_page = _kept(), _kept(), _kept(), _kept(), _kept()


# The form to fill in, and NetBox's own, which says what is applied
FORMS: Mapping[str, Any] = {DEVICE: DeviceStatusFilterForm, VIRTUAL_MACHINE: VirtualMachineStatusFilterForm}
APPLIED: Mapping[str, Any] = {DEVICE: DeviceFilterForm, VIRTUAL_MACHINE: VirtualMachineFilterForm}
