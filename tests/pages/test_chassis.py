"""The tab of a virtual chassis leads to the member that LibreNMS knows."""

import pytest
from dcim.models import VirtualChassis
from django.urls import reverse

from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, somebody

pytestmark = pytest.mark.django_db

VIEW = {"netbox_librenms_plugin.librenmssettings": ["view"], "dcim.virtualchassis": ["view"]}


def tab_of(chassis: VirtualChassis, user: object, **query: str) -> str:
    client = client_of(user)
    answer = client.get(reverse("dcim:virtualchassis_librenms_sync", args=(chassis.pk,)), query)
    assert answer.status_code == 302
    return answer.url


def test_the_tab_leads_to_the_master_and_keeps_the_query(simulator: Simulator) -> None:
    chassis = VirtualChassis.objects.create(name="stack")
    first, master = (
        make_device(f"stack-{position}", virtual_chassis=chassis, vc_position=position) for position in (1, 2)
    )
    page = reverse("dcim:device_librenms_sync", args=(first.pk,))
    assert tab_of(chassis, admin(), tab="vlans") == f"{page}?tab=vlans"
    chassis.master = master
    chassis.save()
    assert tab_of(chassis, admin()) == reverse("dcim:device_librenms_sync", args=(master.pk,))


def test_a_chassis_shows_the_tab_and_one_without_visible_members_says_so(simulator: Simulator) -> None:
    chassis = VirtualChassis.objects.create(name="stack")
    make_device("stack-1", virtual_chassis=chassis, vc_position=1)
    client = client_of(admin())
    assert f"/virtual-chassis/{chassis.pk}/librenms-sync/" in client.get(chassis.get_absolute_url()).content.decode()
    assert tab_of(chassis, somebody("ann", VIEW)) == chassis.get_absolute_url()
