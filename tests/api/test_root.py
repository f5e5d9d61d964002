"""``GET /api/plugins/librenms_plugin/``: everything that there is, so that nobody has to guess."""

import pytest
from django.urls import resolve

from tests.factories import somebody

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db


def test_every_address_is_listed_and_leads_somewhere() -> None:
    answer = Caller(somebody("reader", {})).get(f"{ROOT}/")
    assert answer.status_code == 200
    listed = answer.json()
    assert list(listed) == sorted(listed)
    assert {"settings", "import", "import-runs", "sync-runs", "devices/{id}/compare", "jobs/{id}/status"} <= set(listed)
    for name, address in listed.items():
        assert address.startswith("http://testserver/"), name
        path = address.removeprefix("http://testserver").replace("{id}", "1")
        assert resolve(path).namespace == "plugins-api:netbox_librenms_plugin-api", name
