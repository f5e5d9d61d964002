"""What the documentation says of rights: the plugin's own objects follow NetBox's permissions on each model alone."""

from typing import Any

import pytest

from netbox_librenms_plugin.models import ImportIgnore, ImportRule
from tests.api.support import ROOT, Caller
from tests.factories import somebody

pytestmark = pytest.mark.django_db

PLUGIN = "netbox_librenms_plugin"
SETTINGS = f"{PLUGIN}.librenmssettings"
MODELS = {
    "importignore": ("import-ignores", {"server": "default", "librenms_id": 5, "hostname": "sw"}),
    "importrule": ("import-rules", {"name": "guests", "librenms_os": "linux", "as_vm": True}),
    "platformmapping": ("platform-mappings", None),
    "fieldpolicy": ("field-policies", None),
}


@pytest.mark.parametrize("model", MODELS)
def test_the_permission_on_the_model_is_enough_and_is_needed(model: str) -> None:
    path, body = MODELS[model]
    address = f"{ROOT}/{path}/"
    one = Caller(somebody("one", {f"{PLUGIN}.{model}": ["view", "add"]}))
    assert one.get(address).status_code == 200
    if body is not None:
        assert one.post(address, body).status_code == 201
    other = Caller(somebody("other", {SETTINGS: ["view", "change"]}))
    assert other.get(address).status_code == 403
    assert other.post(address, body or {}).status_code == 403
    assert ImportIgnore.objects.count() + ImportRule.objects.count() == (body is not None)


@pytest.mark.parametrize(
    ("path", "rights", "expected"),
    [
        ("sync-runs", {SETTINGS: ["view"]}, 403),
        ("sync-runs", {f"{PLUGIN}.syncrun": ["view"]}, 200),
        ("import-runs", {f"{PLUGIN}.run": ["view"]}, 403),
        ("import-runs", {SETTINGS: ["view"]}, 200),
        ("settings", {SETTINGS: ["change"]}, 403),
        ("settings", {SETTINGS: ["view"]}, 200),
    ],
)
def test_who_reads_what_is_read_only(path: str, rights: dict[str, Any], expected: int) -> None:
    assert Caller(somebody("one", rights)).get(f"{ROOT}/{path}/").status_code == expected
