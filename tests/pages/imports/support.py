"""A person in front of the import list, without a browser."""

import re
from html import unescape
from typing import Any

from dcim.models import DeviceRole, DeviceType, Manufacturer, Site
from django.http import HttpResponse
from django.urls import reverse

from tests.factories import client_of
from tests.pages.support import HTMX, inputs, words

APP = "plugins:netbox_librenms_plugin"
_ROW = re.compile(r'<tr\b[^>]*\bid="librenms-import-(\d+)(?:-why)?"[^>]*>(.*?)</tr>', re.DOTALL)
_CHIP = re.compile(r'id="librenms-chip-(\w+)"[^>]*>.*?librenms-chip-count">([\d,]+)<', re.DOTALL)


def known_places(*, role: str = "Access", site: str = "Amsterdam", model: str = "C9300-48P") -> dict[str, Any]:
    """What devices of these tests refer to."""
    maker, _ = Manufacturer.objects.get_or_create(name="Cisco", slug="cisco")
    return {
        "role": DeviceRole.objects.get_or_create(name=role, slug=role.lower())[0],
        "site": Site.objects.get_or_create(name=site, slug=site.lower())[0],
        "device_type": DeviceType.objects.get_or_create(manufacturer=maker, model=model, slug=model.lower())[0],
    }


def access_role() -> int:
    """The role that ``known_places`` makes."""
    return int(DeviceRole.objects.get(name="Access").pk)


class Importer:
    """Somebody logged in, at the import list."""

    def __init__(self, user: Any) -> None:
        self.client = client_of(user)
        self.query: dict[str, Any] = {}
        self.html = ""
        self.last: HttpResponse | None = None

    @staticmethod
    def address(part: str = "", **kwargs: Any) -> str:
        """Address of the page or of one of its parts."""
        return reverse(f"{APP}:librenms_import_{part}" if part else f"{APP}:librenms_import", kwargs=kwargs)

    def page(self, **query: Any) -> str:
        """The page around the list."""
        return self._read(self.client.get(self.address(), query))

    def list(self, **query: Any) -> str:
        """The list; what is pressed afterwards is pressed there."""
        self.html = self._read(self.client.get(self.address("list"), query, headers=HTMX))
        return self.html

    def filters(self, **query: Any) -> str:
        """The filters."""
        return self._read(self.client.get(self.address("filters"), query, headers=HTMX))

    def running_search(self) -> str:
        """The search for stacks that is under way."""
        return self._read(self.client.get(self.address("stacks"), headers=HTMX))

    def details(self, librenms_id: int, **query: Any) -> str:
        """The modal of a device."""
        return self._read(self.client.get(self.address("details", librenms_id=librenms_id), query, headers=HTMX))

    def stack(self, librenms_id: int) -> str:
        """The members of a stack."""
        return self._read(self.client.get(self.address("stack", librenms_id=librenms_id), headers=HTMX))

    def choose(self, *decisions: str) -> str:
        """Choose in rows: ``id:field:value``."""
        return self.post("choose", choose=list(decisions))

    def decide(self, librenms_id: int, **fields: Any) -> str:
        """Press a button of the details."""
        return self.post("choose", device=librenms_id, **fields)

    def post(self, part: str, *, status: int = 200, **form: Any) -> str:
        """Press any button, with the hidden inputs of the list that was seen last."""
        response = self.client.post(self.address(part), self._hidden() | form, headers=HTMX)
        return self._read(response, status)

    def _hidden(self) -> dict[str, str]:
        names = ("state", "shown", "columns", "expected")
        return {name: value for name, kind, value in inputs(self.html) if kind == "hidden" and name in names}

    def _read(self, response: HttpResponse, status: int = 200) -> str:
        assert response.status_code == status, (response.status_code, response.content[:500])
        self.last = response
        return response.content.decode()


def rows(html: str) -> dict[int, str]:
    """LibreNMS id → the row's words without markup, with the line that says why, in the order of the rows."""
    found: dict[int, str] = {}
    for pk, content in _ROW.findall(html):
        found[int(pk)] = f"{found.get(int(pk), '')} {words(content)}".strip()
    return found


def chips(html: str) -> dict[str, int]:
    """State → number."""
    return {name: int(number.replace(",", "")) for name, number in _CHIP.findall(html)}


def messages(html: str) -> list[str]:
    """What toasts say."""
    found = re.findall(r'<div class="toast-body">(.*?)</div>', html, re.DOTALL)
    return [unescape(one).strip() for one in found]
