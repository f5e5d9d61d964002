"""The demo network: NetBox agrees with the simulated LibreNMS about some devices, and differs where it was told to."""

from collections import Counter
from typing import Any

from dcim.models import Cable, Device, Interface, Site, VirtualChassis
from ipam.models import VLAN
from utilities.testing import TestCase
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.engine import Comparison, compare
from netbox_librenms_plugin.import_utils.listing import listing
from netbox_librenms_plugin.import_utils.rows import State
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.company import Company, Kind, build
from tests.librenms import simulated_librenms
from tools.demo_import import help_import
from tools.demo_knowledge import UNMONITORED, Knowledge, knowledge_of
from tools.demo_nodes import Nodes
from tools.demo_places import DemoPlaces


class DemoNetworkTest(TestCase):
    """One load of the network for all tests, since it takes seconds."""

    company: Company

    @classmethod
    def setUpTestData(cls) -> None:
        cls.company = build()
        places = DemoPlaces(cls.company)
        Nodes(cls.company, places).write()
        help_import(cls.company, places)

    def compared(self) -> dict[str, Comparison]:
        """The comparisons of all that NetBox knows, by name; stacks by their masters."""
        self.user.is_superuser = True
        self.user.save()
        self.enterContext(simulated_librenms(self.company.dataset))
        masters = [one for one in Device.objects.all() if not one.virtual_chassis or one.virtual_chassis.master == one]
        objects: tuple[list[Any], ...] = (masters, list(VirtualMachine.objects.all()))
        return {one.object.name: one for batch in objects for one in compare(batch, user=self.user)}

    def test_every_kind_of_knowledge_shows_in_the_comparison(self) -> None:
        compared = self.compared()
        for node in self.company.nodes:
            known = knowledge_of(node)
            if known is Knowledge.ABSENT:
                self.assertNotIn(node.name, compared)
                continue
            with self.subTest(node=node.name, known=known.value):
                self.assertEqual(compared[node.name].librenms_id, node.librenms_id)
                counts = Counter(change.outcome.value for change in compared[node.name].plans["interfaces"].changes)
                if known is Knowledge.AGREES:
                    self.assertEqual(set(counts), {"same"})
                elif known is Knowledge.BARE:
                    self.assertEqual(set(counts), {"missing"})
                else:
                    self.assertGreater(counts["changed"], 0)
                    self.assertNotIn("conflict", counts)

    def test_one_device_is_unknown_to_librenms(self) -> None:
        self.assertIsNone(self.compared()[UNMONITORED].librenms_id)

    def test_network_has_all_that_the_pages_can_show(self) -> None:
        self.assertEqual(Site.objects.count(), 3)
        self.assertFalse(Site.objects.get(slug="hel1").latitude)
        self.assertFalse(VLAN.objects.filter(vid=120, group__slug="hel1-vlans").exists())
        self.assertGreater(Cable.objects.count(), 3)
        self.assertGreater(Interface.objects.filter(lag__isnull=False).count(), 5)
        self.assertGreater(Interface.objects.filter(parent__isnull=False).count(), 5)
        self.assertGreater(VirtualMachine.objects.filter(device__isnull=False).count(), 5)

    def test_ports_of_a_stack_are_on_the_members_that_they_are_in(self) -> None:
        stack = next(node for node in self.company.nodes if node.kind is Kind.STACK and node.name == "ams1-acc-03")
        member = Device.objects.get(name="ams1-acc-03-2")
        self.assertEqual(member.serial, stack.members[1].serial)
        self.assertTrue(member.interfaces.filter(name="Gi2/0/1").exists())
        self.assertFalse(member.interfaces.filter(name="Gi1/0/1").exists())

    def test_the_devices_of_the_readme_are_as_it_says(self) -> None:
        compared = self.compared()
        attention = {
            name: {resource for resource, plan in compared[name].plans.items() if plan.attention}
            for name in ("ams1-core-01", "fra1-leaf-01", "ams1-pdu-01")
        }
        self.assertGreaterEqual(attention["ams1-core-01"], {"fields", "interfaces", "ip_addresses", "cables"})
        self.assertEqual(attention["fra1-leaf-01"], {"interfaces", "ip_addresses", "cables"})
        self.assertEqual(attention["ams1-pdu-01"], set())

    def test_the_import_has_devices_in_every_state(self) -> None:
        self.user.is_superuser = True
        self.user.save()
        self.enterContext(simulated_librenms(self.company.dataset))
        api = LibreNMSAPI()
        states = Counter(row.state for row in listing(api, user=self.user).rows)
        self.assertGreaterEqual(states[State.READY], 2)
        for state in (State.NEEDS_SETUP, State.EXISTS, State.LINKED, State.CONFLICT):
            self.assertGreater(states[state], 0, state)

    def test_chassis_count_their_members(self) -> None:
        chassis = VirtualChassis.objects.get(name="ams1-acc-03")
        self.assertEqual(chassis.member_count, chassis.members.count())
