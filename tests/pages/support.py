"""A person in front of the sync page, without a browser: asks for what the page asks for, and presses buttons."""

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from dcim.models import Device
from django.http import HttpResponse
from django.urls import reverse
from utilities.views import get_viewname

from tests.factories import client_of

HTMX = {"HX-Request": "true"}
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_ROW = re.compile(r'<tr\b[^>]*\bid="librenms-(?:interfaces|vlans)-([^"]+)"[^>]*>(.*?)</tr>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class Reader:
    """Somebody logged in, looking at one object's LibreNMS tab."""

    def __init__(self, user: Any, instance: Any, resource: str = "interfaces", **query: Any) -> None:
        self.client = client_of(user)
        self.instance = instance
        self.resource = resource
        self.query = query
        self.answer: HttpResponse | None = None

    def address(self, part: str = "", resource: str = "") -> str:
        """Address of the page or of one of its parts."""
        name = f"librenms_sync_{part}" if part else "librenms_sync"
        takes = {"resource": resource or self.resource} if part in ("panel", "panel_refresh", "apply", "remove") else {}
        return reverse(get_viewname(self.instance, name), kwargs={"pk": self.instance.pk, **takes})

    def page(self, **query: Any) -> str:
        """The outer page."""
        return self._get("", query, headers={})

    def header(self, **query: Any) -> str:
        """The header card."""
        return self._get("header", query)

    def panel(self, **query: Any) -> str:
        """The panel of the interfaces; buttons that are pressed afterwards are those of this panel."""
        self.query = query
        return self._get("panel", query)

    def overview(self, **query: Any) -> str:
        """The overview."""
        self.query = query
        return self._get("overview", query)

    def part(self, name: str, **query: Any) -> str:
        """Any other part."""
        return self._get(name, query, keep=False)

    def history(self, **query: Any) -> str:
        """The runs."""
        return self._get("history", query, keep=False)

    def confirm(self) -> str:
        """Say that it is the same device after all."""
        assert self.answer is not None
        found = inputs(self.answer.content.decode())
        return self._post("confirm", {name: value for name, _kind, value in found if name == "clues"})

    def ask_everything(self) -> str:
        """The question before everything is synced."""
        return self._get("everything", self.query)

    def sync_everything(self, **form: Any) -> str:
        """Sync everything after all."""
        assert self.answer is not None
        found = inputs(self.answer.content.decode())
        return self._post(
            "everything", {name: value for name, _kind, value in found if name.startswith("seen-")} | form
        )

    def sync(self, **form: Any) -> str:
        """Press a button of the panel: ``pk=[...]``, ``only=key`` or ``all="1"``."""
        return self._post("apply", self._form() | form)

    def ask_to_remove(self, *keys: str) -> str:
        """The question before a deletion."""
        return self._get("remove", {**self.query, "remove": list(keys)}, keep=False)

    def remove(self, *keys: str) -> str:
        """Delete after all."""
        return self._post("remove", self._form() | {"remove": list(keys)})

    def link(self, librenms_id: Any) -> str:
        """Enter a LibreNMS id."""
        return self._post("link", {"librenms_id": librenms_id})

    def link_anyway(self, question: str) -> str:
        """Answer the question whether both are one, as it was asked."""
        asked = {name: value for name, _kind, value in inputs(question) if name in ("librenms_id", "clues")}
        return self._post("link", asked)

    def post(self, part: str, **form: Any) -> str:
        """Press any other button."""
        return self._post(part, form)

    def _get(self, part: str, query: Any, *, headers: dict[str, str] = HTMX, keep: bool = True) -> str:
        response = self.client.get(self.address(part), query, headers=headers)
        assert response.status_code == 200, (response.status_code, response.content[:500])
        self.last = response
        if keep:
            self.answer = response
        return response.content.decode()

    def _post(self, part: str, form: Any) -> str:
        response = self.client.post(self.address(part), form, headers=HTMX, query_params=self.query)
        assert response.status_code in (200, 204), (response.status_code, response.content[:500])
        self.last = response
        return response.content.decode()

    def _form(self) -> dict[str, str]:
        """The hidden inputs of the panel."""
        assert self.answer is not None
        found = inputs(self.answer.content.decode())
        return {name: value for name, kind, value in found if kind == "hidden" and name in ("seen", "shown", "columns")}


def inputs(html: str) -> list[tuple[str, str, str]]:
    """(name, type, value) of every input."""
    attributes = [dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(html)]
    return [(one.get("name", ""), one.get("type", ""), unescape(one.get("value", ""))) for one in attributes]


def boxes(html: str, name: str = "pk") -> list[str]:
    """Values of the checkboxes of this name."""
    return [value for found, kind, value in inputs(html) if found == name and kind == "checkbox"]


def rows(html: str) -> dict[str, str]:
    """Row key → the row's words without markup, its reasons among them."""
    found = {key: words(content) for key, content in _ROW.findall(html)}
    why = {key.removesuffix("-why"): text for key, text in found.items() if key.endswith("-why")}
    return {key: f"{text} {why.get(key, '')}".strip() for key, text in found.items() if not key.endswith("-why")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a row offers to decide: the text that is ``shown``, its value, and the options of the box behind it."""

    shown: str
    value: str
    options: dict[str, str]


def choice(html: str, key: str) -> Choice:
    """What can be decided about the row of this key."""
    button = html.split(f'data-librenms-row="{key}"')[1].split("</button>")[0]
    said = {name: unescape(value) for name, value in re.findall(r'data-([a-z]+)="([^"]*)"', button)}
    return Choice(shown=words(f"<{button}"), value=said["value"], options=dict(json.loads(said["options"])))


def words(html: str) -> str:
    """The text of a fragment, spaces collapsed."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def stored_id(device: Device) -> Any:
    """What a device has stored as LibreNMS's id."""
    return Device.objects.get(pk=device.pk).custom_field_data.get("librenms_id")
