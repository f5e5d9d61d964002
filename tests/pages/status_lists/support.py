"""Somebody in front of a status list, without a browser; and what NetBox and LibreNMS have for it."""

import re
from typing import Any

from dcim.models import Device
from django.urls import reverse
from ipam.models import IPAddress

from simulator.server import Simulator
from tests.factories import client_of, make_device, make_interface
from tests.pages.support import words

APP = "plugins:netbox_librenms_plugin"
HTMX = {"HX-Request": "true"}
_CHIP = re.compile(r'<a id="librenms-chip-(\w+)".*?librenms-chip-count">([\d,]+)</span>', re.DOTALL)
_ROW = re.compile(r'<tr id="librenms-object-(\d+)">(.*?)</tr>', re.DOTALL)
_WHY = re.compile(r'<tr id="librenms-object-(\d+)-why".*?>(.*?)</tr>', re.DOTALL)


class Looker:
    """Looks at the list of one kind."""

    def __init__(self, user: Any, kind: str = "device") -> None:
        self.client, self.kind = client_of(user), kind

    def address(self, part: str = "") -> str:
        if part:
            return reverse(f"{APP}:status_{part}", kwargs={"kind": self.kind})
        return reverse(f"{APP}:{'device' if self.kind == 'device' else 'vm'}_status")

    def page(self, **query: Any) -> str:
        answer = self.client.get(self.address(), query)
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    def list(self, **query: Any) -> str:
        answer = self.client.get(self.address("rows"), query, headers=HTMX)
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    def choose(self, what: str, *pks: int, state: str = "", everything: bool = False) -> Any:
        form = {"what": what, "pk": pks, "state": state, "all": "1" if everything else ""}
        return self.client.post(self.address("choose"), form)

    def link(self, *pks: int, **how: Any) -> tuple[str, str]:
        """The question about links, and the list after its button was pressed, in words."""
        answer = self.choose("link", *pks, **how)
        question = self.client.get(answer.url).content.decode()
        name = re.search(r'name="selection" value="(\w+)"', question)
        assert name, question
        done = self.client.post(answer.url, {"selection": name[1]})
        return words(question), words(self.client.get(done.url).content.decode())


def chips(html: str) -> dict[str, int]:
    return {name: int(number.replace(",", "")) for name, number in _CHIP.findall(html)}


def rows(html: str) -> dict[int, str]:
    """Object → its cells in words, in the order of the list."""
    return {int(pk): words(cells) for pk, cells in _ROW.findall(html)}


def reasons(html: str) -> dict[int, str]:
    return {int(pk): words(cells) for pk, cells in _WHY.findall(html)}


def with_address(device: Device, address: str) -> Device:
    """Give a device a primary IP address."""
    interface = make_interface(device, "mgmt")
    device.primary_ip4 = IPAddress.objects.create(address=f"{address}/24", assigned_object=interface)
    device.save()
    return device


def one_of_each(simulator: Simulator) -> dict[str, Device]:
    """State of the link → a device that is in it."""
    state = simulator.state
    linked = state.add_device(hostname="linked", status=1, uptime=3_700_000, os="iosxe", version="17.9.4")
    state.add_device(hostname="found", status=0, ignore=0)
    for name in ("twin-a", "twin-b"):
        state.add_device(hostname=name, sysName="ambiguous", status=1, disabled=1)
    other = state.add_device(hostname="something-else", ip="198.51.100.1", status=1, ignore=1)
    return {
        "linked": make_device("linked", librenms_id=linked),
        "found": make_device("found"),
        "unknown": make_device("patch-panel"),
        "ambiguous": make_device("ambiguous"),
        "doubtful": with_address(make_device("doubtful", librenms_id=other), "192.0.2.9"),
    }
