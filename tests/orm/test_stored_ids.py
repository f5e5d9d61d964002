"""Objects are found by the id that they hold for a server, in whichever form it is stored."""

from typing import Any

import pytest
from dcim.models import Device

from netbox_librenms_plugin.librenms.identity import read_id
from netbox_librenms_plugin.orm.frame.bindings import with_librenms_id
from netbox_librenms_plugin.orm.frame.scope import Scope
from netbox_librenms_plugin.orm.frame.stored_ids import has_librenms_id
from tests.factories import make_device

pytestmark = pytest.mark.django_db

STORED: tuple[Any, ...] = (
    *(5, "5", " 5\n", "007", 5.5, True, [5], None),
    *({"default": 5}, {"default": " 05"}, {"default": {"id": 5}}, {"default": {"id": "5", "note": 6}}),
    *({"default": None}, {"default": {}}, {"default": {"id": None}}, {"default": {"id": {"id": 5}}}, {"default": [5]}),
    *({"7": 5}, {"7": {"id": 5}}, {"id": 5}, {"default": 6, "7": 5}, {"other": 5}),
)


@pytest.mark.parametrize("server", ["default", "7", "other"])
def test_it_is_found_where_it_is_read(server: str) -> None:
    """A key of digits is a key like any other."""
    for number, value in enumerate(STORED):
        device = make_device(f"sw{number}")
        Device.objects.filter(pk=device.pk).update(custom_field_data={"librenms_id": value})
    scope = Scope(user=None, server=server, bare_key="default")
    found = with_librenms_id(Device.objects.all(), scope).filter(has_librenms_id(["5", "7"])).order_by("pk")
    wanted = [f"sw{n}" for n, value in enumerate(STORED) if read_id(value, server, "default") in (5, 7)]
    assert list(found.values_list("name", flat=True)) == wanted and wanted
