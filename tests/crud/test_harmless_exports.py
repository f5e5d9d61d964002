"""Exports of the plugin's lists as CSV: nothing in them is a formula, and they can be imported again."""

import csv
import io
from typing import Any

import pytest
from dcim.models import Device, DeviceRole, Platform
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.csv_cells import STARTS, harmless, plain
from netbox_librenms_plugin.models import (
    DeviceTypeMapping,
    FieldPolicy,
    ImportIgnore,
    ImportRule,
    InterfaceTypeMapping,
    LocationMapping,
    PlatformMapping,
    PushRule,
)
from tests.factories import admin, client_of, make_device

ROOT = "/plugins/librenms_plugin"
FORMULA = '=HYPERLINK("http://evil.example","x")'
LISTS = {
    "interface-type-mappings": InterfaceTypeMapping,
    "device-type-mappings": DeviceTypeMapping,
    "location-mappings": LocationMapping,
    "platform-mappings": PlatformMapping,
    "field-policies": FieldPolicy,
    "import-rules": ImportRule,
    "import-ignores": ImportIgnore,
    "push-rules": PushRule,
}


@pytest.mark.parametrize("cell", ["=1+1", "+SUM(A1)", "-2+3", "@x", "\tx", "\r=1", "＝1", "+49 30 1234"])
def test_what_could_be_a_formula_is_marked(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "+5", "-1.5", "10", "", "a=1", "'tis", "x-y"])
def test_numbers_and_plain_words_stay(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.text(alphabet=st.sampled_from([*STARTS, "'", "1", "a"]), max_size=5))
def test_what_is_written_is_read_back(cell: str) -> None:
    assert plain(harmless(cell)) == cell


@pytest.fixture
def client(db: None) -> Client:
    """A superuser, and one object with a formula in each list."""
    device: Device = make_device("sw")
    platform = Platform.objects.create(name="Linux", slug="linux")
    role = DeviceRole.objects.get()
    InterfaceTypeMapping.objects.create(librenms_type=FORMULA, netbox_type="other", description=FORMULA)
    DeviceTypeMapping.objects.create(librenms_hardware=FORMULA, device_type=device.device_type, description=FORMULA)
    LocationMapping.objects.create(librenms_location=FORMULA, site=device.site, description=FORMULA)
    PlatformMapping.objects.create(librenms_os=FORMULA, platform=platform, description=FORMULA)
    FieldPolicy.objects.create(server=FORMULA[:40], resource="interfaces", field="mtu", policy="ignore")
    ImportRule.objects.create(name=FORMULA, librenms_os=FORMULA[:20], role=role, description=FORMULA)
    ImportIgnore.objects.create(server="default", librenms_id=7, hostname=FORMULA, description=FORMULA)
    PushRule.objects.create(name=FORMULA, profile=FORMULA[:40], role=role, description=FORMULA)
    made = client_of(admin())
    return made


def exported(client: Client, path: str) -> list[list[str]]:
    """The lines of an export of the table."""
    delimiter = {"semicolon": ";"}.get(admin().config.get("csv_delimiter"), ",")
    answer: Any = client.get(f"{ROOT}/{path}/", {"export": "table"})
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv")
    content = (answer.getvalue() if answer.streaming else answer.content).decode()
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("path", LISTS)
def test_no_list_exports_a_formula(client: Client, settings: Any, path: str, streaming: bool) -> None:
    settings.STREAMING_EXPORTS = streaming
    _head, row = exported(client, path)
    assert not [cell for cell in row if cell.startswith(STARTS)]
    assert [cell for cell in row if cell.startswith(f"'{FORMULA[:20]}")]


def test_with_another_sign_between_the_cells(client: Client) -> None:
    admin().config.set("csv_delimiter", "semicolon", commit=True)
    _head, row = exported(client, "interface-type-mappings")
    assert f"'{FORMULA}" in row and len(row) > 2


def test_it_can_be_imported_again(client: Client) -> None:
    InterfaceTypeMapping.objects.update(description="- old, '+1' and \"=x\"")
    before = list(InterfaceTypeMapping.objects.values_list("librenms_type", "description"))
    head, row = exported(client, "interface-type-mappings")
    cells = dict(zip(head, row, strict=True))
    text = io.StringIO()
    kept = ["librenms_type", "netbox_type", "description"]
    csv.writer(text).writerows([kept, [cells["LibreNMS type"], "other", cells["Description"]]])
    InterfaceTypeMapping.objects.all().delete()
    form = {"data": text.getvalue(), "format": "csv", "csv_delimiter": ","}
    assert client.post(f"{ROOT}/interface-type-mappings/import/", form).status_code == 302
    assert list(InterfaceTypeMapping.objects.values_list("librenms_type", "description")) == before


def test_yaml_is_taken_as_it_stands(client: Client) -> None:
    form = {"data": 'librenms_type: ether\nnetbox_type: other\ndescription: "\'=x"', "format": "yaml"}
    answer = client.post(f"{ROOT}/interface-type-mappings/import/", form | {"csv_delimiter": ","})
    assert answer.status_code == 302
    assert InterfaceTypeMapping.objects.get(librenms_type="ether").description == "'=x"
