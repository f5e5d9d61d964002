"""The OpenAPI schema holds every address of the plugin, and making it gives no warning about them."""

import contextlib
import io
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

ROOT = "/api/plugins/librenms_plugin"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> tuple[dict[str, Any], str]:
    """The schema, and what was said while it was made."""
    said = io.StringIO()
    with django_db_blocker.unblock(), contextlib.redirect_stderr(said):
        schema = SchemaGenerator().get_schema(request=None, public=True)
    return schema, said.getvalue()


def test_no_warning_is_about_the_plugin(made: tuple[dict[str, Any], str]) -> None:
    assert [line for line in made[1].splitlines() if "librenms" in line.lower()] == []


@pytest.mark.parametrize("kind", ["devices", "virtual-machines"])
def test_compare_and_sync_are_described(made: tuple[dict[str, Any], str], kind: str) -> None:
    paths = made[0]["paths"]
    compare = paths[f"{ROOT}/{kind}/{{id}}/compare/"]["get"]
    assert {one["name"] for one in compare["parameters"]} == {"id", "resource", "server", "refresh"}
    assert schema_name(compare["responses"]["200"]) == "LibreNMSComparison"
    sync = paths[f"{ROOT}/{kind}/{{id}}/sync/"]["post"]
    assert schema_name(sync["requestBody"]) == "LibreNMSSyncRequest"
    assert schema_name(sync["responses"]["200"]) == "LibreNMSRun"
    for problem in ("400", "403", "404", "409", "502", "503", "504"):
        assert schema_name(sync["responses"][problem]) == "LibreNMSProblem"


def test_the_models_are_described(made: tuple[dict[str, Any], str]) -> None:
    paths = made[0]["paths"]
    for name in ("interface-type-mappings", "field-policies", "import-rules", "import-ignores"):
        assert {"get", "post", "put", "patch", "delete"} <= set(paths[f"{ROOT}/{name}/"])
    assert set(paths[f"{ROOT}/settings/"]) == {"get", "patch"}
    for name in ("import-runs/", "import-runs/{id}/", "import-runs/{id}/rows/"):
        assert set(paths[f"{ROOT}/{name}"]) == {"get"}
    assert (
        schema_name(paths[f"{ROOT}/import-runs/{{id}}/rows/"]["get"]["responses"]["200"]) == "PaginatedImportRunRowList"
    )
    assert set(paths[f"{ROOT}/sync-runs/"]) == set(paths[f"{ROOT}/sync-runs/{{id}}/"]) == {"get"}


def test_the_import_is_described(made: tuple[dict[str, Any], str]) -> None:
    calls = made[0]["paths"][f"{ROOT}/import/"]
    names = {one["name"] for one in calls["get"]["parameters"]}
    assert {"state", "q", "os", "group", "sort", "server", "refresh", "limit", "offset"} <= names
    assert schema_name(calls["get"]["responses"]["200"]) == "LibreNMSImportList"
    assert schema_name(calls["post"]["requestBody"]) == "LibreNMSImportRequest"
    assert schema_name(calls["post"]["responses"]["200"]) == "LibreNMSImportRun"
    assert schema_name(calls["post"]["responses"]["202"]) == "LibreNMSImportJob"
    schemas = made[0]["components"]["schemas"]
    assert {"ImportRun", "ImportRunRow"} <= set(schemas)
    assert {"as", "matches", "netbox", "state", "issues", "fingerprint"} <= set(
        schemas["LibreNMSImportRow"]["properties"]
    )
    assert {"librenms_id", "as", "role", "rack", "name", "link"} <= set(
        schemas["LibreNMSImportDeviceRequest"]["properties"]
    )


def test_the_answers_of_a_comparison_are_those_of_the_schema(made: tuple[dict[str, Any], str]) -> None:
    schemas = made[0]["components"]["schemas"]
    assert {"key", "name", "outcome", "owner", "netbox_id", "librenms_id", "fields", "issues", "fingerprint"} <= set(
        schemas["LibreNMSChange"]["properties"]
    )
    assert set(schemas["LibreNMSDifference"]["properties"]) == {"field", "netbox", "librenms", "policy", "writes"}
    assert set(schemas["LibreNMSSyncRequest"]["properties"]) == {
        "resources",
        "keys",
        "expected",
        "exclude_fields",
        "choices",
        "server",
        "dry_run",
    }


def schema_name(part: dict[str, Any]) -> str:
    return str(part["content"]["application/json"]["schema"]["$ref"]).rpartition("/")[2]


def test_every_call_has_a_name_a_description_and_an_example(made: tuple[dict[str, Any], str]) -> None:
    calls = {
        (path, method): call
        for path, methods in made[0]["paths"].items()
        if path.startswith(ROOT)
        for method, call in methods.items()
    }
    summaries = [call.get("summary", "") for call in calls.values()]
    assert all(summaries) and len(set(summaries)) == len(summaries), sorted(summaries)
    for (path, method), call in calls.items():
        assert call["description"].strip(), (path, method)
        if method != "delete":
            bodies = [answer.get("content", {}) for code, answer in call["responses"].items() if code.startswith("2")]
            assert any(body.get("application/json", {}).get("examples") for body in bodies), (path, method)
        if "requestBody" in call and method != "delete":
            assert call["requestBody"]["content"]["application/json"].get("examples"), (path, method)
