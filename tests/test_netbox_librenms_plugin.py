"""The plugin as NetBox sees it: loaded, with its addresses, menu, custom field, migrations, serializers and pages."""

from copy import copy
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse
from extras.models import CustomField
from netbox.registry import registry
from utilities.api import get_serializer_for_model
from utilities.testing import TestCase

from netbox_librenms_plugin import config as plugin_config
from netbox_librenms_plugin.custom_fields import OBJECT_TYPES, ensure_custom_field
from netbox_librenms_plugin.navigation import menu
from netbox_librenms_plugin.version import __version__
from tests.librenms import PLUGIN


def _emptied(kept: Any) -> Any:
    """The same kind of collection, without anything in it."""
    emptied = copy(kept)
    emptied.clear()
    return emptied


def _copied(kept: Any) -> Any:
    """A copy with copies of the lists that it holds: what is registered again goes into these."""
    copied = copy(kept)
    if isinstance(copied, dict):
        copied.update({name: copy(held) for name, held in kept.items()})
    return copied


class PluginTestCase(TestCase):
    """What NetBox has taken over from the plugin."""

    def test_it_is_loaded_under_its_names(self) -> None:
        loaded = apps.get_app_config(PLUGIN)
        self.assertIsInstance(loaded, plugin_config)
        self.assertEqual((loaded.base_url, loaded.version), ("librenms_plugin", __version__))
        self.assertIn(PLUGIN, registry["plugins"]["installed"])

    def test_its_addresses_are_those_that_people_bookmark(self) -> None:
        for name, path in (
            ("settings", "settings/"),
            ("interfacetypemapping_list", "interface-type-mappings/"),
            ("interfacetypemapping_add", "interface-type-mappings/add/"),
            ("interfacetypemapping_bulk_import", "interface-type-mappings/import/"),
            ("fieldpolicy_list", "field-policies/"),
            ("importignore_list", "import-ignores/"),
            ("importrule_list", "import-rules/"),
            ("pushrule_list", "push-rules/"),
        ):
            self.assertEqual(reverse(f"plugins:{PLUGIN}:{name}"), f"/plugins/librenms_plugin/{path}")
        for name, path in (
            ("device-compare", "devices/7/compare/"),
            ("virtualmachine-sync", "virtual-machines/7/sync/"),
        ):
            address = reverse(f"plugins-api:{PLUGIN}-api:{name}", kwargs={"pk": 7})
            self.assertEqual(address, f"/api/plugins/librenms_plugin/{path}")
        self.assertEqual(reverse("dcim:device_librenms_sync", kwargs={"pk": 7}), "/dcim/devices/7/librenms-sync/")

    def test_every_entry_of_the_menu_leads_somewhere(self) -> None:
        self.assertIn(menu, registry["plugins"]["menus"])
        self.assertEqual(str(menu.label), "LibreNMS")
        items = [item for group in menu.groups for item in group.items]
        first = ["Network", "Deviations", "Sites and locations", "Device status", "VM status", "Runs", "Schedules"]
        self.assertEqual([str(one.link_text) for one in items][:7], first)
        for one in items:
            self.assertTrue(str(one.url).startswith("/plugins/librenms_plugin/"))
            self.assertTrue(one.permissions)
            for button in one.buttons:
                self.assertTrue(str(button.url).startswith("/plugins/librenms_plugin/"))

    def test_the_custom_field_is_there_and_making_it_again_changes_nothing(self) -> None:
        before = CustomField.objects.filter(name="librenms_id").values().get()
        ensure_custom_field(using="default")
        custom_field = CustomField.objects.get(name="librenms_id")
        self.assertEqual(CustomField.objects.filter(name="librenms_id").values().get(), before)
        self.assertEqual((custom_field.type, custom_field.default), ("json", None))
        kinds = set(custom_field.object_types.values_list("app_label", "model"))
        self.assertEqual(kinds, set(OBJECT_TYPES))

    def test_no_migration_is_missing(self) -> None:
        call_command("makemigrations", PLUGIN, check=True, dry_run=True, verbosity=0)

    def test_netboxs_own_checks_pass(self) -> None:
        call_command("check", fail_level="WARNING")

    def test_every_model_with_a_change_log_can_be_written_for_events(self) -> None:
        for model in apps.get_app_config(PLUGIN).get_models():
            with self.subTest(model=model.__name__):
                self.assertEqual(get_serializer_for_model(model).Meta.model, model)

    def test_a_broken_server_stops_the_start_with_its_reason(self) -> None:
        # Starting a second time registers everything a second time
        registered = {name: _copied(kept) for name, kept in registry["plugins"].items()}
        self.addCleanup(registry["plugins"].update, registered)
        for name in [one for one in registered if one.startswith("graphql")]:
            registry["plugins"][name] = _emptied(registered[name])
        broken: dict[str, Any] = {"servers": {"main": {"librenms_url": "ftp://x", "api_token": "secret-token"}}}
        with override_settings(PLUGINS_CONFIG={**settings.PLUGINS_CONFIG, PLUGIN: broken}):
            with pytest.raises(ImproperlyConfigured) as error:
                apps.get_app_config(PLUGIN).ready()
        self.assertIn('Server "main"', str(error.value))
        self.assertNotIn("secret-token", str(error.value))
