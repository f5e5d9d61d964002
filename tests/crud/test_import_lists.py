"""List, add, edit, delete, import and export of import rules and ignored devices, on NetBox's own test cases."""

from typing import Any

from dcim.models import DeviceRole, Site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from extras.models import Tag
from tenancy.models import Tenant, TenantGroup
from utilities.testing import create_tags
from virtualization.models import Cluster, ClusterType

from netbox_librenms_plugin.models import ImportIgnore, ImportRule
from tests.crud.test_lists import Pattern

VISIBLE = ("dcim.devicerole", "dcim.site", "tenancy.tenant", "virtualization.cluster", "extras.tag")


class ImportRuleTestCase(Pattern.ModelCase):
    model = ImportRule
    export_fields = (
        *("name", "weight", "enabled", "server", "librenms_os", "librenms_hardware", "librenms_type"),
        *("librenms_location", "name_pattern", "role", "site", "tenant", "cluster", "as_vm", "ignore", "description"),
    )
    import_only = ("import_tags",)
    related = tuple("{}.view_{}".format(*label.split(".")) for label in VISIBLE)

    @classmethod
    def setUpTestData(cls) -> None:
        cls.role = DeviceRole.objects.create(name="Access", slug="access")
        cls.site = Site.objects.create(name="HQ", slug="hq")
        cls.tenant = Tenant.objects.create(name="Research", slug="research")
        kind = ClusterType.objects.create(name="KVM", slug="kvm")
        cls.cluster = Cluster.objects.create(name="Cluster 1", type=kind)
        cls.tags_given = create_tags("Alpha", "Beta")
        first, _second, _third = ImportRule.objects.bulk_create(
            [
                ImportRule(
                    name="Access", weight=30, librenms_os="ios*", role=cls.role, site=cls.site, server="default"
                ),
                ImportRule(name="Guests, all", weight=20, name_pattern="vm-*", as_vm=True, cluster=cls.cluster),
                ImportRule(name="Printers", weight=10, librenms_type="printer", ignore=True, enabled=False),
            ]
        )
        first.import_tags.set(cls.tags_given)
        cls.form_data = {
            "name": "Core",
            "weight": 5,
            "enabled": True,
            "server": "default",
            "librenms_hardware": "C9?00*",
            "role": cls.role.pk,
            "site": cls.site.pk,
            "tenant": cls.tenant.pk,
            "import_tags": [one.pk for one in cls.tags_given],
            "description": "new",
            "tags": [cls.tags_given[0].pk],
        }
        cls.csv_data = (
            "name,weight,server,librenms_os,role,site,import_tags,as_vm,ignore",
            'one,1,default,ios,Access,HQ,"alpha,beta",false,false',
            "two,,,linux,,,,true,",
            "three,3,,windows,,,,,true",
        )
        ids = list(ImportRule.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,description", *(f"{pk},updated" for pk in ids))
        cls.bulk_edit_data = {"weight": 7, "enabled": True, "description": "changed"}

    def add(self, **data: Any) -> Any:
        self.permit("view", "add")
        return self.client.post(self._get_url("add"), {"name": "New", "weight": 1, **data})

    def take(self, *lines: str) -> Any:
        self.permit("view", "add", "change")
        data = {"data": "\n".join(lines), "format": "csv", "csv_delimiter": ","}
        return self.client.post(self._get_url("bulk_import"), data)

    def rows(self) -> list[Any]:
        """With the tags of what is imported."""
        tags = [sorted(tag.slug for tag in rule.import_tags.all()) for rule in ImportRule.objects.order_by("name")]
        return list(zip(super().rows(), tags, strict=True))

    def test_rules_are_listed_in_the_order_in_which_they_are_tried(self) -> None:
        self.permit("view")
        page = self.client.get(self._get_url("list")).content.decode()
        names = ("Printers</a>", "Guests, all</a>", "Access</a>")
        self.assertEqual(sorted(names, key=page.index), list(names))

    def test_the_list_sums_up_what_a_rule_is_for_and_what_it_gives(self) -> None:
        self.permit("view")
        answer = self.client.get(self._get_url("list"))
        for text in ("ios*", "vm-*", "printer", "as VM", "ignore", "Cluster 1", "HQ", "Beta", "Simulated LibreNMS"):
            self.assertContains(answer, text)

    def test_the_page_shows_every_condition_and_result(self) -> None:
        self.permit("view")
        rule = ImportRule.objects.get(name="Access")
        answer = self.client.get(rule.get_absolute_url())
        for text in ("ios*", "Simulated LibreNMS", "Access", "HQ", "Alpha", "Beta"):
            self.assertContains(answer, text)
        ignoring = ImportRule.objects.get(name="Printers")
        self.assertContains(self.client.get(ignoring.get_absolute_url()), "not offered for import")

    def test_the_form_says_how_texts_are_compared_and_offers_servers(self) -> None:
        self.permit("view", "add")
        answer = self.client.get(self._get_url("add"))
        self.assertContains(answer, "The whole text, whatever its case; * stands for any text", count=5)
        for text in ("Every server", "Simulated LibreNMS (default)", "Fits devices with", "Gives them"):
            self.assertContains(answer, text)

    def test_a_rule_that_fits_everything_by_accident_is_refused(self) -> None:
        self.assertContains(self.add(role=self.role.pk), "A rule without a condition fits every device")
        self.assertHttpStatus(self.add(role=self.role.pk, name_pattern="*"), 302)

    def test_a_rule_that_ignores_gives_nothing(self) -> None:
        answer = self.add(librenms_os="ios", ignore="on", role=self.role.pk)
        self.assertContains(answer, "A rule that ignores devices cannot give them anything.")

    def test_only_virtual_machines_get_a_cluster(self) -> None:
        answer = self.add(librenms_os="ios", cluster=self.cluster.pk)
        self.assertContains(answer, "Only virtual machines are in a cluster.")
        self.assertHttpStatus(self.add(librenms_os="ios", cluster=self.cluster.pk, as_vm="on"), 302)

    def test_conditions_are_kept_as_one_clean_line(self) -> None:
        self.add(librenms_hardware=" C9300\u200b  48P ")
        self.assertEqual(ImportRule.objects.get(name="New").librenms_hardware, "C9300 48P")

    def test_what_one_may_not_view_cannot_be_given(self) -> None:
        self.add_permissions("netbox_librenms_plugin.view_importrule", "netbox_librenms_plugin.add_importrule")
        hidden = {"name": "New", "weight": 1, "librenms_os": "ios", "role": self.role.pk}
        self.assertHttpStatus(self.client.post(self._get_url("add"), hidden), 200)
        self.assertFalse(ImportRule.objects.filter(name="New").exists())

    def test_a_rule_for_a_server_that_is_gone_can_still_be_edited(self) -> None:
        old = ImportRule.objects.create(name="Old", server="gone")
        self.permit("view", "change")
        self.assertContains(self.client.get(self._get_url("edit", old)), "no longer configured")
        data = {"name": "Old", "weight": 4, "server": "gone"}
        self.assertHttpStatus(self.client.post(self._get_url("edit", old), data), 302)
        self.assertHttpStatus(self.client.post(self._get_url("edit", old), {**data, "server": "other"}), 200)

    def test_what_a_document_leaves_out_is_as_in_a_new_rule(self) -> None:
        self.assertHttpStatus(self.take("name,librenms_os", "Short,ios"), 302)
        rule = ImportRule.objects.get(name="Short")
        self.assertEqual((rule.weight, rule.enabled, rule.as_vm, rule.ignore), (1000, True, False, False))

    def test_a_document_that_changes_rules_leaves_alone_what_it_does_not_name(self) -> None:
        printers = ImportRule.objects.get(name="Printers")
        self.assertHttpStatus(self.take("id,description", f"{printers.pk},x"), 302)
        printers.refresh_from_db()
        self.assertEqual((printers.enabled, printers.weight, printers.ignore), (False, 10, True))

    def test_what_does_not_exist_cannot_be_imported(self) -> None:
        for head, line in (
            ("server", "gone"),
            ("role", "Unicorn"),
            ("import_tags", "unicorn"),
            ("enabled,colour", "true,blue"),
        ):
            answer = self.take(f"name,librenms_os,{head}", f"New,ios,{line}")
            self.assertHttpStatus(answer, 200)
        self.assertEqual(self._get_queryset().count(), 3)

    def test_of_several_with_one_name_a_column_names_one_in_another_way(self) -> None:
        Tenant.objects.create(name="Research", slug="lab", group=TenantGroup.objects.create(name="Lab", slug="lab"))
        self.assertContains(self.take("name,librenms_os,tenant", "New,ios,Research"), "not a unique value")
        self.assertHttpStatus(self.take("name,librenms_os,tenant.slug", "New,ios,lab"), 302)
        self.assertEqual(ImportRule.objects.get(name="New").tenant.slug, "lab")

    def test_many_rules_get_other_results_at_once(self) -> None:
        self.permit("view", "change")
        rules = ImportRule.objects.exclude(name="Printers")
        data = {
            "pk": [rule.pk for rule in rules],
            "_apply": "1",
            "tenant": self.tenant.pk,
            "import_tags": [self.tags_given[1].pk],
        }
        self.assertHttpStatus(self.client.post(self._get_url("bulk_edit"), data), 302)
        for rule in rules:
            rule.refresh_from_db()
            self.assertEqual((rule.tenant, list(rule.import_tags.all())), (self.tenant, [self.tags_given[1]]))

    def test_it_can_be_filtered_by_what_it_is_for_and_what_it_gives(self) -> None:
        self.permit("view")
        for query, count in (
            ({"q": "VM-"}, 1),
            ({"server": "default"}, 1),
            ({"every_server": "True"}, 2),
            ({"enabled": "False"}, 1),
            ({"role_id": self.role.pk}, 1),
            ({"import_tag_id": self.tags_given[0].pk}, 1),
            ({"cluster_id": self.cluster.pk}, 1),
            ({"as_vm": "True"}, 1),
            ({"ignore": "False"}, 2),
            ({"librenms_type": "printer"}, 1),
        ):
            answer = self.client.get(self._get_url("list"), query)
            self.assertEqual(len(answer.context["table"].rows), count, query)

    def test_the_list_takes_as_many_queries_for_many_rules_as_for_few(self) -> None:
        self.permit("view")
        self.queries_of_the_list()  # fills NetBox's caches
        few = self.queries_of_the_list()
        rules = ImportRule.objects.bulk_create(
            ImportRule(name=f"Rule {number}", librenms_os="x", role=self.role, site=self.site) for number in range(30)
        )
        for rule in rules:
            rule.import_tags.add(self.tags_given[0])
        self.assertLessEqual(self.queries_of_the_list(), few)

    def queries_of_the_list(self) -> int:
        with CaptureQueriesContext(connection) as queries:
            self.client.get(self._get_url("list"))
        return len(queries)

    def test_hostile_texts_are_escaped(self) -> None:
        text = "<script>alert(1)</script>"
        rule = ImportRule.objects.create(name=text, librenms_hardware=text, description=text)
        Tag.objects.filter(pk=self.tags_given[0].pk).update(name=text)
        rule.import_tags.add(self.tags_given[0])
        self.permit("view", "change")
        for address in (self._get_url("list"), rule.get_absolute_url(), self._get_url("edit", rule)):
            answer = self.client.get(address)
            self.assertNotContains(answer, text)
            self.assertContains(answer, "&lt;script&gt;alert(1)&lt;/script&gt;")


class ImportIgnoreTestCase(Pattern.ModelCase):
    model = ImportIgnore
    export_fields = ("server", "librenms_id", "hostname", "description")

    @classmethod
    def setUpTestData(cls) -> None:
        ImportIgnore.objects.bulk_create(
            [
                ImportIgnore(server="default", librenms_id=1, hostname="printer-1", description="a printer, no more"),
                ImportIgnore(server="default", librenms_id=2, hostname="printer-2"),
                ImportIgnore(server="default", librenms_id=3),
            ]
        )
        cls.form_data = {
            "server": "default",
            "librenms_id": 17,
            "hostname": "lab-1",
            "description": "a lab",
            "tags": [one.pk for one in create_tags("Alpha")],
        }
        cls.csv_data = (
            "server,librenms_id,hostname,description",
            "default,21,one,first",
            "default,22,,",
            "default,23,three,",
        )
        ids = list(ImportIgnore.objects.values_list("pk", flat=True))
        cls.csv_update_data = ("id,description", *(f"{pk},updated" for pk in ids))
        cls.bulk_edit_data = {"description": "changed"}

    def test_an_empty_list_explains_itself(self) -> None:
        self._get_queryset().delete()
        self.permit("view")
        self.assertContains(self.client.get(self._get_url("list")), "No device is ignored.")

    def test_a_device_without_a_name_is_listed_by_its_number(self) -> None:
        self.permit("view")
        nameless = ImportIgnore.objects.get(librenms_id=3)
        answer = self.client.get(self._get_url("list"))
        self.assertContains(answer, f'<a href="{nameless.get_absolute_url()}">#3</a>', html=True)

    def test_one_device_is_ignored_once(self) -> None:
        self.permit("view", "add")
        answer = self.client.post(self._get_url("add"), {"server": "default", "librenms_id": 1})
        self.assertContains(answer, "This device is ignored already.")
        self.assertEqual(self._get_queryset().count(), 3)

    def test_a_device_of_a_server_that_does_not_exist_cannot_be_ignored(self) -> None:
        self.permit("view", "add")
        for server in ("", "gone"):
            answer = self.client.post(self._get_url("add"), {"server": server, "librenms_id": 9})
            self.assertHttpStatus(answer, 200)
            data = {"data": f"server,librenms_id\n{server},9", "format": "csv", "csv_delimiter": ","}
            self.assertHttpStatus(self.client.post(self._get_url("bulk_import"), data), 200)
        self.assertEqual(self._get_queryset().count(), 3)

    def test_one_of_a_server_that_is_gone_can_still_be_edited(self) -> None:
        old = ImportIgnore.objects.create(server="gone", librenms_id=1)
        self.permit("view", "change")
        self.assertContains(self.client.get(self._get_url("edit", old)), "no longer configured")
        data = {"server": "gone", "librenms_id": 1, "description": "x"}
        self.assertHttpStatus(self.client.post(self._get_url("edit", old), data), 302)

    def test_hostile_texts_are_escaped(self) -> None:
        text = "<script>alert(1)</script>"
        held = ImportIgnore.objects.create(server="gone", librenms_id=1, hostname=text, description=text)
        self.permit("view")
        for address in (self._get_url("list"), held.get_absolute_url()):
            answer = self.client.get(address)
            self.assertNotContains(answer, text)
            self.assertContains(answer, "&lt;script&gt;alert(1)&lt;/script&gt;")
