"""REST of the plugin's models, on NetBox's own test cases."""

from typing import Any

from utilities.testing import APIViewTestCases

from netbox_librenms_plugin.models import FieldPolicy, InterfaceTypeMapping
from simulator.data import Dataset
from tests.support import simulated_librenms


class Pattern:
    """Holds the common case, which is none by itself."""

    class ModelCase(
        APIViewTestCases.GetObjectViewTestCase,
        APIViewTestCases.ListObjectsViewTestCase,
        APIViewTestCases.CreateObjectViewTestCase,
        APIViewTestCases.UpdateObjectViewTestCase,
        APIViewTestCases.DeleteObjectViewTestCase,
    ):
        """What the models have in common."""

        view_namespace = "plugins-api:netbox_librenms_plugin"
        user_permissions: tuple[str, ...] = ()

        def test_list_objects(self) -> None:
            """NetBox counts queries against a file in the plugin's package; here the list itself is what matters."""
            self.add_permissions(f"netbox_librenms_plugin.view_{self.model._meta.model_name}")
            answer = self.client.get(self._get_list_url(), **self.header)
            self.assertHttpStatus(answer, 200)
            self.assertEqual(len(answer.data["results"]), self._get_queryset().count())


class InterfaceTypeMappingAPITestCase(Pattern.ModelCase):
    model = InterfaceTypeMapping
    brief_fields = ["description", "display", "id", "librenms_speed", "librenms_type", "netbox_type", "url"]
    create_data = [
        {"librenms_type": "ethernetCsmacd", "librenms_speed": 100_000, "netbox_type": "100base-tx"},
        {"librenms_type": "ethernetCsmacd", "librenms_speed": None, "netbox_type": "other"},
        {"librenms_type": "gpon", "netbox_type": "gpon", "description": "access"},
    ]
    bulk_update_data = {"netbox_type": "virtual", "description": "changed"}
    bulk_update_invalid_data = {"netbox_type": "unicorn"}

    @classmethod
    def setUpTestData(cls) -> None:
        InterfaceTypeMapping.objects.bulk_create(
            [InterfaceTypeMapping(librenms_type=f"kind{number}", netbox_type="other") for number in range(3)]
        )

    def test_two_mappings_of_one_type_and_speed_are_refused(self) -> None:
        self.add_permissions("netbox_librenms_plugin.add_interfacetypemapping")
        body = {"librenms_type": "kind0", "netbox_type": "virtual"}
        answer = self.client.post(self._get_list_url(), body, format="json", **self.header)
        self.assertHttpStatus(answer, 400)

    def test_they_can_be_searched_and_filtered(self) -> None:
        self.add_permissions("netbox_librenms_plugin.view_interfacetypemapping")
        for query, count in (({"q": "KIND1"}, 1), ({"librenms_type": ["kind0", "kind2"]}, 2), ({"q": "nothing"}, 0)):
            answer = self.client.get(self._get_list_url(), query, **self.header)
            self.assertEqual(answer.data["count"], count, query)


class FieldPolicyAPITestCase(Pattern.ModelCase):
    model = FieldPolicy
    brief_fields = ["display", "field", "id", "policy", "resource", "server", "url"]
    create_data = [
        {"server": "", "resource": "interfaces", "field": "mtu", "policy": "ignore"},
        {"server": "default", "resource": "interfaces", "field": "vlans", "policy": "report_only"},
        {"resource": "interfaces", "field": "duplex", "policy": "fill_if_empty"},
    ]
    bulk_update_data = {"policy": "report_only"}
    bulk_update_invalid_data = {"policy": "perhaps"}

    @classmethod
    def setUpTestData(cls) -> None:
        FieldPolicy.objects.bulk_create(
            [FieldPolicy(resource="interfaces", field=one, policy="ignore") for one in ("name", "type", "speed")]
        )

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(simulated_librenms(Dataset.empty()))

    def post(self, **body: Any) -> Any:
        self.add_permissions("netbox_librenms_plugin.add_fieldpolicy")
        return self.client.post(self._get_list_url(), body, format="json", **self.header)

    def test_a_policy_for_what_does_not_exist_is_refused(self) -> None:
        good = {"resource": "interfaces", "field": "mtu", "policy": "ignore"}
        for name, value in (("server", "gone"), ("resource", "unicorns"), ("field", "colour"), ("policy", "perhaps")):
            answer = self.post(**good | {name: value})
            self.assertHttpStatus(answer, 400)
            self.assertIn(name, answer.data)

    def test_a_policy_for_a_server_that_is_gone_can_still_be_changed(self) -> None:
        old = FieldPolicy.objects.create(server="gone", resource="interfaces", field="mtu", policy="ignore")
        self.add_permissions("netbox_librenms_plugin.change_fieldpolicy")
        body = {"server": "gone", "policy": "report_only"}
        answer = self.client.patch(self._get_detail_url(old), body, format="json", **self.header)
        self.assertHttpStatus(answer, 200)

    def test_they_can_be_filtered_by_server(self) -> None:
        FieldPolicy.objects.create(server="default", resource="interfaces", field="mtu", policy="ignore")
        self.add_permissions("netbox_librenms_plugin.view_fieldpolicy")
        for query, count in (({"server": "default"}, 1), ({"every_server": "true"}, 3), ({"every_server": "false"}, 1)):
            answer = self.client.get(self._get_list_url(), query, **self.header)
            self.assertEqual(answer.data["count"], count, query)
