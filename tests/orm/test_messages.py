"""Every reason code has a sentence, which calls things by their names."""

from typing import Any

import pytest
from dcim.models import Device, Interface
from ipam.models import VLAN, IPAddress

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.models import LibreNMSSettings
from netbox_librenms_plugin.resources import RESOURCES
from netbox_librenms_plugin.sync.core.issues import Code, issue
from netbox_librenms_plugin.words.sentences import SENTENCES, kept_sentence, sentence
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)


def test_a_sentence_names_candidates_and_lists() -> None:
    candidates = ({"id": 1, "name": "Po1", "owner": "sw-1"}, {"id": 2, "name": "po1", "owner": ""})
    assert "Po1 (#1, sw-1), po1 (#2)" in sentence(issue(Code.SEVERAL_FOUND, candidates=candidates))
    assert "10, 20" in sentence(issue(Code.VLAN_MISSING, vids=(10, 20)))


def test_what_may_not_be_viewed_is_not_named() -> None:
    reason = issue(Code.SEVERAL_IN_NETBOX, clue="serial", candidates=({"hidden": True}, {"id": 1, "name": "sw"}))
    assert "serial number" in sentence(reason)
    assert "an object that you may not view, sw (#1)" in sentence(reason)


@pytest.mark.parametrize("name", list(RESOURCES))
def test_a_reason_calls_the_rows_of_each_resource_by_their_own_name(name: str) -> None:
    candidates = ({"id": 1, "name": "one"}, {"id": 2, "name": "other"})
    things = str(RESOURCES[name].words.many)
    several = sentence(issue(Code.SEVERAL_FOUND, resource=name, candidates=candidates))
    twice = sentence(issue(Code.CLAIMED_TWICE, resource=name, name="one"))
    assert several.startswith(f"Several {things} in NetBox could be this one: one (#1), other (#2).")
    assert twice.startswith(f"Two of LibreNMS's {things} match “one” in NetBox")


def test_what_an_older_version_kept_is_told_without_a_name_for_the_rows() -> None:
    assert sentence(issue(Code.SEVERAL_FOUND, candidates=())).startswith("Several objects in NetBox")
    assert kept_sentence("a_code_that_is_gone", None) == "a_code_that_is_gone"
    assert kept_sentence(Code.NAME_TAKEN, {}) == "name_taken"


def reasons_of(device: Device, resource: str, *, user: Any = None) -> dict[str, list[str]]:
    """Row → the reasons it carries, in words."""
    (compared,) = engine.compare([device], user=user or admin(), resources=[resource])
    assert compared.error is None and not compared.errors
    return {one.key: [sentence(reason) for reason in one.issues] for one in compared.plans[resource].changes}


@pytest.mark.django_db
class TestRowsOfOthersThanInterfaces:
    """What the comparison says of VLANs, addresses and cables says nothing of interfaces that are meant by mistake."""

    def test_two_vlans_of_one_number_are_vlans(self, simulator: Simulator) -> None:
        device_id = simulator.state.add_device(hostname="switch")
        simulator.state.add_vlan(device_id, 10, "users")
        device = make_device("switch", librenms_id=device_id)
        for name in ("users", "guests"):
            VLAN.objects.create(vid=10, name=name, site=device.site)
        ((reason,),) = reasons_of(device, "vlans").values()
        assert reason.startswith("Several VLANs in NetBox could be this one: ")
        assert "interface" not in reason and "users" in reason and "guests" in reason

    def test_two_addresses_that_are_one_are_addresses(self, simulator: Simulator) -> None:
        LibreNMSSettings.objects.create(include_link_local=True)
        device_id = simulator.state.add_device(hostname="router")
        device = make_device("router", librenms_id=device_id)
        for name in ("eth0", "eth1"):
            port_id = simulator.state.add_port(device_id, ifName=name)
            simulator.state.add_address(port_id, "fe80::1/64")
            Interface.objects.create(device=device, name=name, type="1000base-t")
        IPAddress.objects.create(address="fe80::1/64")
        found = [reason for reasons in reasons_of(device, "ip_addresses").values() for reason in reasons]
        twice = [reason for reason in found if reason.startswith("Two of LibreNMS's IP addresses match “fe80::1/64”")]
        assert len(twice) == 2 and not any("interface" in reason for reason in found)

    def test_who_sees_everything_is_not_told_that_he_might_not(self, simulator: Simulator) -> None:
        here = simulator.state.add_device(hostname="here")
        simulator.state.add_link(simulator.state.add_port(here, ifName="eth0"), remote_hostname="far")
        device = make_device("here", librenms_id=here)
        Interface.objects.create(device=device, name="eth0", type="1000base-t")
        rights = {"dcim.device": ["view"], "dcim.interface": ["view"], "dcim.cable": ["view"]}
        told = {
            user.username: next(iter(reasons_of(device, "cables", user=user).values()))
            for user in (admin(), somebody("reader", rights))
        }
        assert told[admin().username] == [
            "NetBox has no device called “far”. Add it, or link it to its LibreNMS device."
        ]
        assert told["reader"] == [
            "NetBox has no device called “far” that you may see. Add it, or link it to its LibreNMS device."
        ]

    def test_cables_name_the_interfaces_that_they_lack(self, simulator: Simulator) -> None:
        here = simulator.state.add_device(hostname="here")
        there = simulator.state.add_device(hostname="there")
        ports = [simulator.state.add_port(pk, ifName=f"eth{pk}") for pk in (here, there)]
        simulator.state.add_link(*ports)
        device = make_device("here", librenms_id=here)
        make_device("there", librenms_id=there)
        ((first, *_others),) = reasons_of(device, "cables").values()
        assert first == f"Waits for eth{here}: NetBox does not have that interface yet."
