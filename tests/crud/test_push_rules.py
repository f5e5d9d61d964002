"""List, add, edit, delete, import and export of push rules, on NetBox's own test cases."""

from dcim.models import DeviceRole, Platform, Site
from extras.models import Tag
from ipam.models import VRF

from netbox_librenms_plugin.models import PushRule
from simulator.data import Dataset
from tests.crud.test_lists import Pattern
from tests.librenms import librenms_servers, server_entry, simulated_librenms

PROFILES = {"campus": {"version": "v2c", "community": "secret-of-campus"}, "broken": {"version": "v5"}}
VISIBLE = ("dcim.devicerole", "dcim.site", "dcim.platform", "tenancy.tenant", "ipam.vrf", "extras.tag")


class PushRuleTestCase(Pattern.ModelCase):
    model = PushRule
    export_fields = (
        *("name", "weight", "enabled", "server", "role", "site", "platform", "tenant", "vrf", "object_tag"),
        *("profile", "address", "give_location", "description"),
    )
    related = tuple("{}.view_{}".format(*label.split(".")) for label in VISIBLE)

    @classmethod
    def setUpTestData(cls) -> None:
        cls.role = DeviceRole.objects.create(name="Access", slug="access")
        cls.site = Site.objects.create(name="HQ", slug="hq")
        cls.platform = Platform.objects.create(name="IOS", slug="ios")
        cls.vrf = VRF.objects.create(name="mgmt")
        cls.of_object = Tag.objects.create(name="Managed", slug="managed")
        PushRule.objects.create(name="Access", weight=30, role=cls.role, site=cls.site, profile="campus")
        PushRule.objects.create(name="Any, else", weight=20, profile="campus", address="name", server="default")
        PushRule.objects.create(name="Tagged", weight=10, object_tag=cls.of_object, profile="broken", enabled=False)
        cls.form_data = {
            "name": "Core",
            "weight": 5,
            "enabled": True,
            "server": "default",
            "role": cls.role.pk,
            "platform": cls.platform.pk,
            "vrf": cls.vrf.pk,
            "object_tag": cls.of_object.pk,
            "profile": "campus",
            "address": "oob",
            "give_location": True,
            "description": "new",
            "tags": [cls.of_object.pk],
        }
        cls.csv_data = (
            "name,weight,server,role,vrf,object_tag,profile,address",
            "one,1,default,Access,mgmt,Managed,campus,dns_name",
            "two,,,,,,campus,",
            "three,3,,,,,broken,name",
        )
        ids = list(PushRule.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,description", *(f"{pk},updated" for pk in ids))
        cls.bulk_edit_data = {"weight": 7, "enabled": True, "description": "changed", "profile": "campus"}

    def setUp(self) -> None:
        super().setUp()
        simulator = self.enterContext(simulated_librenms(Dataset.empty()))
        self.enterContext(librenms_servers({"default": server_entry(simulator)}, snmp_profiles=PROFILES))

    def test_a_rule_goes_with_what_its_condition_names(self) -> None:
        Site.objects.filter(pk=self.site.pk).delete()
        self.assertFalse(PushRule.objects.filter(name="Access").exists())

    def test_the_page_says_what_keeps_its_profile_from_being_used(self) -> None:
        self.permit("view")
        PushRule.objects.filter(name="Any, else").update(profile="gone")
        for name, said in (
            ("Any, else", "configuration has no profile of this name"),
            ("Tagged", "must be one of: v1, v2c, v3, ping"),
        ):
            answer = self.client.get(PushRule.objects.get(name=name).get_absolute_url()).content.decode()
            self.assertIn(said, answer)
            self.assertNotIn("secret-of-campus", answer)

    def test_what_a_document_leaves_out_is_as_in_a_new_rule(self) -> None:
        self.permit("view", "add", "change")
        data = {"data": "name,profile\nShort,campus", "format": "csv", "csv_delimiter": ","}
        self.assertHttpStatus(self.client.post(self._get_url("bulk_import"), data), 302)
        made = PushRule.objects.get(name="Short")
        self.assertEqual((made.weight, made.enabled, made.address), (1000, True, "primary"))
        data["data"] = "name,profile\nOther,nobody"
        self.assertHttpStatus(self.client.post(self._get_url("bulk_import"), data), 200)
