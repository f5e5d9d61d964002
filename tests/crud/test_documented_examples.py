"""The documents that the documentation shows can be pasted into the import as they are."""

import re
from pathlib import Path

import pytest
from dcim.models import DeviceRole, DeviceType, Manufacturer, Site
from extras.models import Tag

from netbox_librenms_plugin.models import DeviceTypeMapping, ImportRule, PushRule
from tests.factories import admin, client_of
from tests.librenms import librenms_servers

DOCS = Path(__file__).resolve().parents[2] / "docs"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "address", "model"),
    [
        ("fields.md", "device-type-mappings", DeviceTypeMapping),
        ("import_rules.md", "import-rules", ImportRule),
        ("push.md", "push-rules", PushRule),
    ],
)
def test_yaml_is_recognised(page: str, address: str, model: type[DeviceTypeMapping | ImportRule | PushRule]) -> None:
    maker = Manufacturer.objects.create(name="Cisco", slug="cisco")
    DeviceType.objects.create(manufacturer=maker, model="Catalyst 3650", slug="catalyst-3650")
    DeviceRole.objects.create(name="Access switch", slug="access-switch")
    Site.objects.create(name="Amsterdam DC1", slug="amsterdam-dc1")
    for slug in ("from-librenms", "access"):
        Tag.objects.create(name=slug, slug=slug)
    found = re.search(r"```yaml\n(.*?)```", (DOCS / page).read_text(), re.S)
    assert found is not None
    form = {"data": found[1], "format": "auto", "csv_delimiter": "auto"}
    with librenms_servers({}, snmp_profiles={"campus": {"version": "v1", "community": "c"}}):
        answer = client_of(admin()).post(f"/plugins/librenms_plugin/{address}/import/", form)
    assert answer.status_code == 302, answer.content.decode()
    assert model.objects.count() == 1
