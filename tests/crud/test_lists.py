"""List, add, edit, delete, import and export of mappings and policies, on NetBox's own test cases."""

import csv
import io
from typing import Any

import yaml
from dcim.models import DeviceType, Location, Manufacturer, Platform, Site
from utilities.testing import ViewTestCases, create_tags

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
        ViewTestCases.GetObjectViewTestCase,
        ViewTestCases.GetObjectChangelogViewTestCase,
        ViewTestCases.CreateObjectViewTestCase,
        ViewTestCases.EditObjectViewTestCase,
        ViewTestCases.DeleteObjectViewTestCase,
        ViewTestCases.ListObjectsViewTestCase,
        ViewTestCases.BulkImportObjectsViewTestCase,
        ViewTestCases.BulkEditObjectsViewTestCase,
        ViewTestCases.BulkDeleteObjectsViewTestCase,
    ):
        """What the models have in common."""

        export_fields: tuple[str, ...] = ()
        # What an import takes beside the model's own fields
        import_only: tuple[str, ...] = ()
        # Whatever a mapping leads to has to be visible to who makes it
        related: tuple[str, ...] = ()

        def setUp(self) -> None:
            super().setUp()
            self.enterContext(simulated_librenms(Dataset.empty()))

        def _get_base_url(self) -> str:
            return f"plugins:netbox_librenms_plugin:{self.model._meta.model_name}_{{}}"

        def test_list_objects_with_permission(self) -> None:
            """NetBox counts queries against a file in the plugin's package; here the list itself is what matters."""
            self.permit("view")
            answer = self.client.get(self._get_url("list"))
            self.assertHttpStatus(answer, 200)
            for instance in self._get_queryset():
                self.assertContains(answer, instance.get_absolute_url())

        def test_export_objects(self) -> None:
            """All data is YAML, because the model can write it; the current view is CSV."""
            self.permit("view")
            for value, kind in (("", "text/yaml"), ("table", "text/csv; charset=utf-8")):
                answer = self.client.get(self._get_url("list"), {"export": value})
                self.assertEqual((answer.status_code, answer["Content-Type"]), (200, kind))

        def permit(self, *actions: str) -> None:
            self.add_permissions(*(f"netbox_librenms_plugin.{one}_{self.model._meta.model_name}" for one in actions))
            self.add_permissions(*self.related)

        def test_an_empty_list_explains_itself(self) -> None:
            self._get_queryset().delete()
            self.permit("view")
            answer = self.client.get(self._get_url("list"))
            self.assertContains(answer, "of your own")

        def test_yaml_that_was_exported_can_be_imported(self) -> None:
            self.permit("view", "add")
            before = self.rows()
            exported = self.client.get(self._get_url("list"), {"export": ""}).content.decode()
            self.assertEqual(len(list(yaml.safe_load_all(exported))), len(before))
            self.import_again(exported, "yaml")
            self.assertEqual(self.rows(), before)

        def test_csv_that_was_exported_can_be_imported(self) -> None:
            self.permit("view", "add")
            before = self.rows()
            exported = self.client.get(self._get_url("list"), {"export": "table"})
            content = exported.getvalue() if exported.streaming else exported.content
            read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
            head = [one.lower() for one in read[0]]
            names = {self.heading(name): name for name in (*self.export_fields, *self.import_only)}
            kept = [index for index, one in enumerate(head) if one in names]
            lines = [[names[head[index]] for index in kept], *([row[index] for index in kept] for row in read[1:])]
            text = io.StringIO()
            csv.writer(text).writerows(lines)
            self.import_again(text.getvalue(), "csv")
            self.assertEqual(self.rows(), before)

        def heading(self, name: str) -> str:
            from netbox_librenms_plugin import tables

            table = getattr(tables, f"{self.model.__name__}Table")
            return str(table.base_columns[name].verbose_name or name.replace("_", " ")).lower()

        def import_again(self, text: str, form: str) -> None:
            self._get_queryset().delete()
            data = {"data": text, "format": form, "csv_delimiter": ","}
            answer = self.client.post(self._get_url("bulk_import"), data)
            self.assertHttpStatus(answer, 302)

        def rows(self) -> list[Any]:
            return list(self._get_queryset().order_by(*self.export_fields).values_list(*self.export_fields))


class InterfaceTypeMappingTestCase(Pattern.ModelCase):
    model = InterfaceTypeMapping
    export_fields = ("librenms_type", "librenms_speed", "netbox_type", "description")

    @classmethod
    def setUpTestData(cls) -> None:
        InterfaceTypeMapping.objects.bulk_create(
            [
                InterfaceTypeMapping(librenms_type="ethernetCsmacd", librenms_speed=None, netbox_type="other"),
                InterfaceTypeMapping(
                    librenms_type="ethernetCsmacd", librenms_speed=2_500_000, netbox_type="2.5gbase-t"
                ),
                InterfaceTypeMapping(librenms_type="gpon", netbox_type="gpon", description="access, “fibre”"),
            ]
        )
        tags = create_tags("Alpha")
        cls.form_data = {
            "librenms_type": "tunnel",
            "librenms_speed": 1_000,
            "netbox_type": "virtual",
            "description": "new",
            "tags": [one.pk for one in tags],
        }
        cls.csv_data = (
            "librenms_type,librenms_speed,netbox_type,description",
            "voiceFXS,,other,analogue",
            "sonet,155520,sonet-oc3,",
            "sonet,622080,sonet-oc12,",
        )
        ids = list(InterfaceTypeMapping.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,netbox_type,description", *(f"{pk},virtual,updated" for pk in ids))
        cls.bulk_edit_data = {"netbox_type": "virtual", "description": "changed"}

    def test_an_unknown_netbox_type_is_named(self) -> None:
        self.permit("view", "add")
        data = {"data": "librenms_type,netbox_type\nx,unicorn", "format": "csv", "csv_delimiter": ","}
        answer = self.client.post(self._get_url("bulk_import"), data)
        self.assertContains(answer, "unicorn")
        self.assertEqual(self._get_queryset().count(), 3)

    def test_hostile_texts_are_escaped(self) -> None:
        mapping = InterfaceTypeMapping.objects.create(
            librenms_type="<script>alert(1)</script>", netbox_type="other", description="<img src=x>"
        )
        self.permit("view")
        for address in (self._get_url("list"), mapping.get_absolute_url()):
            answer = self.client.get(address)
            self.assertNotContains(answer, "<script>alert(1)</script>")
            self.assertContains(answer, "&lt;script&gt;alert(1)&lt;/script&gt;")


class DeviceTypeMappingTestCase(Pattern.ModelCase):
    model = DeviceTypeMapping
    export_fields = ("librenms_hardware", "device_type", "description")
    import_only = ("manufacturer",)
    related = ("dcim.view_devicetype", "dcim.view_manufacturer")

    @classmethod
    def setUpTestData(cls) -> None:
        makers = [Manufacturer.objects.create(name=name, slug=name.lower()) for name in ("Cisco", "Clone")]
        types = [DeviceType.objects.create(manufacturer=one, model="C9300", slug="c9300") for one in makers]
        DeviceTypeMapping.objects.bulk_create(
            [
                DeviceTypeMapping(librenms_hardware="C9300-48P", device_type=types[0]),
                DeviceTypeMapping(librenms_hardware="C9300, “clone”", device_type=types[1], description="x, y"),
                DeviceTypeMapping(librenms_hardware="Juniper VMX", device_type=types[0]),
            ]
        )
        cls.form_data = {
            "librenms_hardware": "cat36xxstack",
            "device_type": types[1].pk,
            "description": "new",
            "tags": [one.pk for one in create_tags("Alpha")],
        }
        cls.csv_data = (
            "librenms_hardware,manufacturer,device_type,description",
            "one,Cisco,C9300,first",
            "two,Clone,C9300,",
            "three,Cisco,C9300,",
        )
        ids = list(DeviceTypeMapping.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,description", *(f"{pk},updated" for pk in ids))
        cls.bulk_edit_data = {"description": "changed", "device_type": types[1].pk}

    def test_a_model_of_several_manufacturers_needs_one_named(self) -> None:
        self.permit("view", "add")
        data = {"data": "librenms_hardware,device_type\nx,C9300", "format": "csv", "csv_delimiter": ","}
        self.assertContains(self.client.post(self._get_url("bulk_import"), data), "not a unique value")
        self.assertEqual(self._get_queryset().count(), 3)

    def test_a_second_mapping_of_a_text_is_refused_whatever_its_case(self) -> None:
        self.permit("view", "add")
        data = {**self.form_data, "librenms_hardware": " c9300-48p"}
        self.assertContains(self.client.post(self._get_url("add"), data), "exists already")

    def test_the_text_is_kept_as_one_clean_line(self) -> None:
        self.permit("view", "add")
        self.client.post(self._get_url("add"), {**self.form_data, "librenms_hardware": " a\u200b  b ", "tags": []})
        self.assertTrue(self._get_queryset().filter(librenms_hardware="a b").exists())

    def test_hostile_texts_are_escaped(self) -> None:
        held = self._get_queryset().first()
        held.librenms_hardware, held.description = "<script>alert(1)</script>", "<img src=x>"
        held.save()
        self.permit("view")
        for address in (self._get_url("list"), held.get_absolute_url()):
            answer = self.client.get(address)
            self.assertNotContains(answer, "<script>alert(1)</script>")
            self.assertContains(answer, "&lt;script&gt;alert(1)&lt;/script&gt;")

    def test_the_add_page_takes_the_text_from_its_address(self) -> None:
        self.permit("view", "add")
        answer = self.client.get(self._get_url("add"), {"librenms_hardware": "cat6509"})
        self.assertContains(answer, 'value="cat6509"')


class PlatformMappingTestCase(Pattern.ModelCase):
    model = PlatformMapping
    export_fields = ("librenms_os", "platform", "description")
    import_only = ("manufacturer",)
    related = ("dcim.view_platform", "dcim.view_manufacturer")

    @classmethod
    def setUpTestData(cls) -> None:
        maker = Manufacturer.objects.create(name="Cisco", slug="cisco")
        platforms = [
            Platform.objects.create(name="IOS", slug="ios", manufacturer=maker),
            Platform.objects.create(name="Debian", slug="debian"),
        ]
        PlatformMapping.objects.bulk_create(
            [
                PlatformMapping(librenms_os="ios", platform=platforms[0]),
                PlatformMapping(librenms_os="linux", platform=platforms[1], description="servers, mostly"),
                PlatformMapping(librenms_os="proxmox", platform=platforms[1]),
            ]
        )
        cls.form_data = {
            "librenms_os": "iosxe",
            "platform": platforms[0].pk,
            "description": "new",
            "tags": [one.pk for one in create_tags("Alpha")],
        }
        cls.csv_data = (
            "librenms_os,manufacturer,platform,description",
            "iosxr,Cisco,IOS,first",
            "nxos,,IOS,",
            "dsm,,Debian,",
        )
        ids = list(PlatformMapping.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,description", *(f"{pk},updated" for pk in ids))
        cls.bulk_edit_data = {"description": "changed", "platform": platforms[1].pk}


class LocationMappingTestCase(Pattern.ModelCase):
    model = LocationMapping
    export_fields = ("librenms_location", "site", "location", "description")
    related = ("dcim.view_site", "dcim.view_location")

    @classmethod
    def setUpTestData(cls) -> None:
        sites = [Site.objects.create(name=name, slug=name.lower()) for name in ("HQ", "DC")]
        floors = [Location.objects.create(name="Floor 1", slug="floor-1", site=site) for site in sites]
        LocationMapping.objects.bulk_create(
            [
                LocationMapping(librenms_location="Science Park 120", site=sites[0], location=floors[0]),
                LocationMapping(librenms_location="Park Royal", site=sites[1], location=floors[1]),
                LocationMapping(librenms_location="Sydney [-33.9, 151.1]", site=sites[1], description="x"),
            ]
        )
        cls.elsewhere = {"site": sites[0].pk, "location": floors[1].pk}
        cls.form_data = {
            "librenms_location": "Room 7",
            "site": sites[0].pk,
            "location": floors[0].pk,
            "description": "new",
            "tags": [one.pk for one in create_tags("Alpha")],
        }
        cls.csv_data = (
            "librenms_location,site,location,description",
            "one,HQ,Floor 1,first",
            "two,DC,Floor 1,",
            "three,DC,,",
        )
        ids = list(LocationMapping.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,description", *(f"{pk},updated" for pk in ids))
        cls.bulk_edit_data = {"description": "changed"}

    def test_a_location_of_another_site_is_refused(self) -> None:
        self.permit("view", "add")
        answer = self.client.post(self._get_url("add"), self.form_data | self.elsewhere)
        self.assertContains(answer, "in another site")
        self.assertEqual(self._get_queryset().count(), 3)


class FieldPolicyTestCase(Pattern.ModelCase):
    model = FieldPolicy
    export_fields = ("server", "resource", "field", "policy")

    @classmethod
    def setUpTestData(cls) -> None:
        FieldPolicy.objects.bulk_create(
            [
                FieldPolicy(resource="interfaces", field="mtu", policy="ignore"),
                FieldPolicy(resource="interfaces", field="speed", policy="fill_if_empty"),
                FieldPolicy(server="default", resource="interfaces", field="mtu", policy="librenms_wins"),
            ]
        )
        tags = create_tags("Alpha")
        cls.form_data = {
            "server": "default",
            "resource": "interfaces",
            "field": "vlans",
            "policy": "report_only",
            "tags": [one.pk for one in tags],
        }
        cls.csv_data = (
            "server,resource,field,policy",
            ",interfaces,description,ignore",
            "default,interfaces,description,librenms_wins",
            ",interfaces,lag,report_only",
        )
        ids = list(FieldPolicy.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,policy", *(f"{pk},report_only" for pk in ids))
        cls.bulk_edit_data = {"policy": "report_only"}

    def test_what_does_not_exist_cannot_be_imported(self) -> None:
        self.permit("view", "add")
        for line in ("gone,interfaces,lag,ignore", ",unicorns,lag,ignore", ",interfaces,colour,ignore"):
            data = {"data": f"server,resource,field,policy\n{line}", "format": "csv", "csv_delimiter": ","}
            self.assertHttpStatus(self.client.post(self._get_url("bulk_import"), data), 200)
        self.assertEqual(self._get_queryset().count(), 3)

    def test_the_form_offers_servers_resources_and_fields(self) -> None:
        self.permit("view", "add")
        answer = self.client.get(self._get_url("add"))
        for text in ("Every server", "Simulated LibreNMS (default)", "Interfaces", "VLANs", "MAC address"):
            self.assertContains(answer, text)

    def test_a_policy_for_a_server_that_is_gone_can_still_be_edited(self) -> None:
        old = FieldPolicy.objects.create(server="gone", resource="interfaces", field="lag", policy="ignore")
        self.permit("view", "change")
        data = {"server": "gone", "resource": "interfaces", "field": "lag", "policy": "report_only"}
        self.assertContains(self.client.get(self._get_url("edit", old)), "no longer configured")
        self.assertHttpStatus(self.client.post(self._get_url("edit", old), data), 302)
        old.refresh_from_db()
        self.assertEqual(old.policy, "report_only")
