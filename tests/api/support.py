"""A caller of the REST API: a user with a token, and the plugin's addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.response import Response
from rest_framework.test import APIClient

from tests.factories import token_header

ROOT = "/api/plugins/librenms_plugin"


def plugin_schema() -> dict[str, Any]:
    """What NetBox says of the plugin's addresses, without the thousand others, which take most of the time."""
    ours = path(f"{ROOT.lstrip('/')}/", include("netbox_librenms_plugin.api.urls"))
    return dict(SchemaGenerator(patterns=[ours]).get_schema(request=None, public=True))


class Caller:
    """Calls the API in the name of a user, with a token that may write or only read."""

    def __init__(self, user: Any, *, writes: bool = True) -> None:
        self.user = user
        self._client = APIClient()
        self._client.credentials(HTTP_AUTHORIZATION=token_header(user, writes=writes)["Authorization"])

    def compare(self, instance: Any, **query: Any) -> Response:
        """Compare interfaces, unless the query says otherwise; its values may be lists."""
        return self._client.get(f"{address_of(instance)}compare/", {"resource": "interfaces", **query})

    def sync(self, instance: Any, **body: Any) -> Response:
        """Sync interfaces, unless the body says otherwise."""
        return self.post(f"{address_of(instance)}sync/", {"resources": ["interfaces"], **body})

    def get(self, path: str, **query: Any) -> Response:
        """Read any address."""
        return self._client.get(path, query)

    def post(self, path: str, body: Any, **headers: str) -> Response:
        """Post JSON to any address."""
        return self._client.post(path, body, format="json", headers=headers)

    def send_text(self, path: str, body: str) -> Response:
        """Post JSON as it is written."""
        return self._client.generic("POST", path, body, content_type="application/json")

    def patch(self, path: str, body: Any) -> Response:
        """Patch any address."""
        return self._client.patch(path, body, format="json")

    def send(self, method: str, path: str, *, body: Any = None, **query: Any) -> Response:
        """Any method with a query, and with a JSON body."""
        if method == "get":
            return self.get(path, **query)
        return getattr(self._client, method)(path, body, format="json")

    def call(self, method: str, path: str) -> Response:
        """Any method without a body."""
        return self._client.generic(method.upper(), path)


def address_of(instance: Any) -> str:
    """The plugin's address of a device or VM."""
    kind = {"device": "devices", "virtualmachine": "virtual-machines"}[instance._meta.model_name]
    return f"{ROOT}/{kind}/{instance.pk}/"


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The queries of what happens inside, known at its end; without those for NetBox's own configuration, which it
    reads again whenever its cache was emptied."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [one["sql"] for one in captured if "core_configrevision" not in one["sql"]]
