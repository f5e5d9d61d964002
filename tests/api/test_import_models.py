"""REST of import rules and ignored devices, on NetBox's own test cases."""

from typing import Any

from dcim.models import DeviceRole, Site
from tenancy.models import Tenant
from utilities.testing import create_tags

from netbox_librenms_plugin.models import ImportIgnore, ImportRule
from simulator.data import Dataset
from tests.api.test_models import Pattern
from tests.factories import make_cluster
from tests.librenms import simulated_librenms


class ImportRuleAPITestCase(Pattern.ModelCase):
    model = ImportRule
    brief_fields = ["description", "display", "enabled", "id", "name", "url", "weight"]
    bulk_update_data = {"weight": 3, "description": "changed"}
    bulk_update_invalid_data = {"weight": -1}
    user_permissions = (
        *("dcim.view_devicerole", "dcim.view_site", "tenancy.view_tenant", "virtualization.view_cluster"),
        "extras.view_tag",
    )

    @classmethod
    def setUpTestData(cls) -> None:
        cls.role = DeviceRole.objects.create(name="Access", slug="access")
        cls.site = Site.objects.create(name="HQ", slug="hq")
        cls.tenant = Tenant.objects.create(name="Research", slug="research")
        cls.cluster = make_cluster("C1")
        cls.given = create_tags("Alpha", "Beta")
        ImportRule.objects.bulk_create(
            [ImportRule(name=f"Rule {number}", librenms_os=f"os{number}", role=cls.role) for number in range(3)]
        )
        cls.create_data = [
            {"name": "one", "librenms_os": "ios*", "role": cls.role.pk, "site": cls.site.pk, "tenant": cls.tenant.pk},
            {"name": "two", "name_pattern": "vm-*", "as_vm": True, "cluster": cls.cluster.pk, "role": None},
            {"name": "three", "librenms_type": "printer", "ignore": True, "weight": 7, "enabled": False},
        ]

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(simulated_librenms(Dataset.empty()))

    def post(self, **body: Any) -> Any:
        self.add_permissions("netbox_librenms_plugin.add_importrule", *self.user_permissions)
        return self.client.post(self._get_list_url(), {"name": "new", **body}, format="json", **self.header)

    def patch(self, rule: ImportRule, **body: Any) -> Any:
        self.add_permissions("netbox_librenms_plugin.change_importrule", *self.user_permissions)
        return self.client.patch(self._get_detail_url(rule), body, format="json", **self.header)

    def test_what_is_given_is_shown_with_its_names(self) -> None:
        body = {"librenms_os": "ios", "role": self.role.pk, "import_tags": [one.pk for one in self.given]}
        made = self.post(**body, server="default", tags=[{"name": "Beta"}]).data
        self.assertEqual(made["role"]["name"], "Access")
        self.assertEqual([one["slug"] for one in made["import_tags"]], ["alpha", "beta"])
        self.assertEqual([one["slug"] for one in made["tags"]], ["beta"])
        rule = ImportRule.objects.get(name="new")
        self.assertEqual(sorted(rule.import_tags.values_list("slug", flat=True)), ["alpha", "beta"])
        self.assertEqual(self.patch(rule, import_tags=[self.given[0].pk]).data["import_tags"][0]["slug"], "alpha")
        self.assertEqual(rule.import_tags.count(), 1)

    def test_the_models_own_rules_hold(self) -> None:
        for body, words in (
            ({"role": self.role.pk}, "A rule without a condition"),
            ({"librenms_os": "\u200b "}, "A rule without a condition"),
            ({"librenms_os": "x", "ignore": True, "role": self.role.pk}, "cannot give them anything"),
            ({"librenms_os": "x", "cluster": self.cluster.pk}, "Only virtual machines"),
            ({"name": "Rule 1", "librenms_os": "x"}, "already exists"),
        ):
            answer = self.post(**body)
            self.assertHttpStatus(answer, 400)
            self.assertIn(words, str(answer.data))
        self.assertIn("ignore", self.patch(ImportRule.objects.get(name="Rule 1"), ignore=True).data)
        self.assertEqual(self._get_queryset().count(), 3)

    def test_conditions_are_kept_as_one_clean_line(self) -> None:
        rule = ImportRule.objects.get(pk=self.post(librenms_location=" Room\u200b  7\n").data["id"])
        self.assertEqual(rule.librenms_location, "Room 7")
        self.patch(rule, librenms_location="Room\t8 ")
        rule.refresh_from_db()
        self.assertEqual(rule.librenms_location, "Room 8")

    def test_a_server_that_does_not_exist_is_refused_and_one_that_is_gone_can_stay(self) -> None:
        self.assertIn("server", self.post(server="gone", librenms_os="x").data)
        old = ImportRule.objects.create(name="old", server="gone")
        self.assertHttpStatus(self.patch(old, server="gone", weight=4), 200)
        self.assertHttpStatus(self.patch(old, server="other"), 400)

    def test_they_can_be_searched_and_filtered_and_come_in_their_order(self) -> None:
        self.add_permissions("netbox_librenms_plugin.view_importrule")
        ImportRule.objects.filter(name="Rule 2").update(weight=1, server="default", enabled=False)
        answer = self.client.get(self._get_list_url(), **self.header)
        self.assertEqual([one["name"] for one in answer.data["results"]], ["Rule 2", "Rule 0", "Rule 1"])
        for query, count in (
            ({"q": "OS1"}, 1),
            ({"server": "default"}, 1),
            ({"every_server": "true"}, 2),
            ({"enabled": "true"}, 2),
            ({"role_id": self.role.pk}, 3),
            ({"site_id": self.site.pk}, 0),
            ({"librenms_os": ["os0", "os2"]}, 2),
        ):
            answer = self.client.get(self._get_list_url(), query, **self.header)
            self.assertEqual(answer.data["count"], count, query)


class ImportIgnoreAPITestCase(Pattern.ModelCase):
    model = ImportIgnore
    brief_fields = ["description", "display", "hostname", "id", "librenms_id", "server", "url"]
    create_data = [
        {"server": "default", "librenms_id": 7, "hostname": "printer"},
        {"server": "default", "librenms_id": 8},
        {"server": "default", "librenms_id": 9, "description": "a lab"},
    ]
    bulk_update_data = {"description": "changed"}
    bulk_update_invalid_data = {"librenms_id": -1}

    @classmethod
    def setUpTestData(cls) -> None:
        ImportIgnore.objects.bulk_create(
            [ImportIgnore(server="default", librenms_id=number, hostname=f"host-{number}") for number in range(1, 4)]
        )

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(simulated_librenms(Dataset.empty()))

    def test_a_device_is_ignored_once_and_on_a_server_that_exists(self) -> None:
        self.add_permissions("netbox_librenms_plugin.add_importignore")
        for body, words in (
            ({"server": "default", "librenms_id": 1}, "ignored already"),
            ({"server": "gone", "librenms_id": 9}, "No LibreNMS server"),
            ({"server": "", "librenms_id": 9}, "may not be blank"),
        ):
            answer = self.client.post(self._get_list_url(), body, format="json", **self.header)
            self.assertHttpStatus(answer, 400)
            self.assertIn(words, str(answer.data))
        self.assertEqual(self._get_queryset().count(), 3)

    def test_they_can_be_searched_and_filtered(self) -> None:
        self.add_permissions("netbox_librenms_plugin.view_importignore")
        for query, count in (
            ({"q": "HOST-1"}, 1),
            ({"librenms_id": [1, 2]}, 2),
            ({"server": "default"}, 3),
            ({"hostname": "host-3"}, 1),
            ({"q": "nothing"}, 0),
        ):
            answer = self.client.get(self._get_list_url(), query, **self.header)
            self.assertEqual(answer.data["count"], count, query)
