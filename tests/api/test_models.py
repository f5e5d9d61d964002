"""REST of the plugin's models, on NetBox's own test cases."""

from typing import Any

from dcim.models import DeviceType, Location, Manufacturer, Platform, Site
from utilities.testing import APIViewTestCases

from netbox_librenms_plugin.models import (
    DeviceTypeMapping,
    FieldPolicy,
    InterfaceTypeMapping,
    LocationMapping,
    PlatformMapping,
)
from simulator.data import Dataset
from tests.librenms import simulated_librenms


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


class DeviceTypeMappingAPITestCase(Pattern.ModelCase):
    model = DeviceTypeMapping
    brief_fields = ["description", "device_type", "display", "id", "librenms_hardware", "url"]
    bulk_update_data = {"description": "changed"}
    bulk_update_invalid_data = {"device_type": 0}
    user_permissions = ("dcim.view_devicetype", "dcim.view_manufacturer")

    @classmethod
    def setUpTestData(cls) -> None:
        maker = Manufacturer.objects.create(name="Cisco", slug="cisco")
        held = DeviceType.objects.create(manufacturer=maker, model="C9300", slug="c9300")
        DeviceTypeMapping.objects.bulk_create(
            [DeviceTypeMapping(librenms_hardware=f"kind{number}", device_type=held) for number in range(3)]
        )
        cls.create_data = [
            {"librenms_hardware": "one", "device_type": held.pk},
            {"librenms_hardware": "two", "device_type": held.pk, "description": "second"},
            {"librenms_hardware": "three", "device_type": held.pk},
        ]

    def test_two_mappings_of_one_text_are_refused_whatever_their_case(self) -> None:
        self.add_permissions("netbox_librenms_plugin.add_devicetypemapping", *self.user_permissions)
        body = {"librenms_hardware": "KIND0", "device_type": DeviceType.objects.get().pk}
        answer = self.client.post(self._get_list_url(), body, format="json", **self.header)
        self.assertHttpStatus(answer, 400)
        self.assertIn("exists already", str(answer.data))

    def test_they_can_be_searched_and_filtered(self) -> None:
        self.add_permissions("netbox_librenms_plugin.view_devicetypemapping")
        maker = Manufacturer.objects.get()
        for query, count in (
            ({"q": "KIND1"}, 1),
            ({"q": "c93"}, 3),
            ({"librenms_hardware": ["kind0", "kind2"]}, 2),
            ({"manufacturer_id": maker.pk}, 3),
            ({"device_type_id": DeviceType.objects.get().pk}, 3),
            ({"q": "nothing"}, 0),
        ):
            answer = self.client.get(self._get_list_url(), query, **self.header)
            self.assertEqual(answer.data["count"], count, query)


class PlatformMappingAPITestCase(Pattern.ModelCase):
    model = PlatformMapping
    brief_fields = ["description", "display", "id", "librenms_os", "platform", "url"]
    bulk_update_data = {"description": "changed"}
    bulk_update_invalid_data = {"platform": 0}
    user_permissions = ("dcim.view_platform",)

    @classmethod
    def setUpTestData(cls) -> None:
        held = Platform.objects.create(name="IOS", slug="ios")
        PlatformMapping.objects.bulk_create(
            [PlatformMapping(librenms_os=f"os{number}", platform=held) for number in range(3)]
        )
        cls.create_data = [{"librenms_os": name, "platform": held.pk} for name in ("ios", "iosxe", "iosxr")]

    def test_the_text_is_kept_as_one_clean_line(self) -> None:
        self.add_permissions("netbox_librenms_plugin.add_platformmapping")
        data = {"librenms_os": " slx\tos ", "platform": Platform.objects.order_by("pk")[0].pk}
        answer = self.client.post(self._get_list_url(), data, format="json", **self.header)
        self.assertHttpStatus(answer, 201)
        self.assertEqual(PlatformMapping.objects.get(pk=answer.data["id"]).librenms_os, "slx os")

    def test_they_can_be_searched_and_filtered(self) -> None:
        self.add_permissions("netbox_librenms_plugin.view_platformmapping")
        for query, count in (({"q": "os1"}, 1), ({"platform_id": Platform.objects.get().pk}, 3), ({"q": "IOS"}, 3)):
            answer = self.client.get(self._get_list_url(), query, **self.header)
            self.assertEqual(answer.data["count"], count, query)


class LocationMappingAPITestCase(Pattern.ModelCase):
    model = LocationMapping
    brief_fields = ["description", "display", "id", "librenms_location", "location", "site", "url"]
    bulk_update_data = {"description": "changed"}
    bulk_update_invalid_data = {"site": 0}
    user_permissions = ("dcim.view_site", "dcim.view_location")

    @classmethod
    def setUpTestData(cls) -> None:
        site = Site.objects.create(name="HQ", slug="hq")
        floor = Location.objects.create(name="Floor", slug="floor", site=site)
        LocationMapping.objects.bulk_create(
            [LocationMapping(librenms_location=f"room {number}", site=site) for number in range(3)]
        )
        cls.create_data = [
            {"librenms_location": "one", "site": site.pk},
            {"librenms_location": "two", "site": site.pk, "location": floor.pk},
            {"librenms_location": "three", "site": site.pk, "location": None},
        ]

    def test_a_location_of_another_site_is_refused(self) -> None:
        self.add_permissions("netbox_librenms_plugin.add_locationmapping", *self.user_permissions)
        other = Site.objects.create(name="DC", slug="dc")
        body = {"librenms_location": "x", "site": other.pk, "location": Location.objects.get().pk}
        answer = self.client.post(self._get_list_url(), body, format="json", **self.header)
        self.assertHttpStatus(answer, 400)
        self.assertIn("location", answer.data)

    def test_they_can_be_searched_and_filtered(self) -> None:
        self.add_permissions("netbox_librenms_plugin.view_locationmapping")
        for query, count in (({"q": "ROOM 1"}, 1), ({"site_id": Site.objects.get().pk}, 3), ({"q": "hq"}, 3)):
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
