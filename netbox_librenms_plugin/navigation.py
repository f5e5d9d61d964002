"""The menu "LibreNMS"."""

from django.utils.translation import gettext_lazy as _
from netbox.plugins import PluginMenu, PluginMenuButton, PluginMenuItem

APP = "netbox_librenms_plugin"


def _add(model: str) -> tuple[PluginMenuButton, ...]:
    """To import there is a button on the list: the menu is a part of every page, of which each byte counts."""
    permissions = [f"{APP}.add_{model}"]
    title, icon = _("Add"), "mdi mdi-plus-thick"
    link = f"plugins:{APP}:{model}_add"
    return (PluginMenuButton(link=link, title=title, icon_class=icon, permissions=permissions),)


def _list(model: str, text: object, *, adds: bool = True) -> PluginMenuItem:
    """``adds``: not where a page of its own, the import list or the settings, is what people add with."""
    return PluginMenuItem(
        link=f"plugins:{APP}:{model}_list",
        link_text=text,
        permissions=[f"{APP}.view_{model}"],
        buttons=_add(model) if adds else (),
    )


menu = PluginMenu(
    label=_("LibreNMS"),
    icon_class="mdi mdi-heart-pulse",
    groups=(
        (
            _("Network"),
            (
                PluginMenuItem(
                    link=f"plugins:{APP}:network",
                    link_text=_("Network"),
                    permissions=[f"{APP}.view_librenmssettings"],
                ),
                PluginMenuItem(
                    link=f"plugins:{APP}:deviation_list",
                    link_text=_("Deviations"),
                    permissions=[f"{APP}.view_librenmssettings"],
                ),
                PluginMenuItem(
                    link=f"plugins:{APP}:site_location_sync",
                    link_text=_("Sites and locations"),
                    permissions=[f"{APP}.view_librenmssettings"],
                ),
                PluginMenuItem(
                    link=f"plugins:{APP}:device_status",
                    link_text=_("Device status"),
                    permissions=[f"{APP}.view_librenmssettings", "dcim.view_device"],
                ),
                PluginMenuItem(
                    link=f"plugins:{APP}:vm_status",
                    link_text=_("VM status"),
                    permissions=[f"{APP}.view_librenmssettings", "virtualization.view_virtualmachine"],
                ),
                PluginMenuItem(
                    link=f"plugins:{APP}:run_list",
                    link_text=_("Runs"),
                    permissions=[f"{APP}.view_librenmssettings"],
                ),
                PluginMenuItem(
                    link=f"plugins:{APP}:schedule_list",
                    link_text=_("Schedules"),
                    permissions=[f"{APP}.view_schedule"],
                    buttons=_add("schedule"),
                ),
            ),
        ),
        (
            _("Import"),
            (
                PluginMenuItem(
                    link=f"plugins:{APP}:librenms_import",
                    link_text=_("Import devices"),
                    permissions=[f"{APP}.view_librenmssettings"],
                ),
                PluginMenuItem(
                    link=f"plugins:{APP}:importrun_list",
                    link_text=_("Imports"),
                    permissions=[f"{APP}.view_librenmssettings"],
                ),
                _list("importrule", _("Import rules")),
                _list("importignore", _("Ignored devices"), adds=False),
            ),
        ),
        (
            _("Configuration"),
            (
                PluginMenuItem(
                    link=f"plugins:{APP}:settings",
                    link_text=_("Settings"),
                    permissions=[f"{APP}.view_librenmssettings"],
                ),
                _list("fieldpolicy", _("Field policies"), adds=False),
            ),
        ),
        (
            _("Mappings"),
            (
                _list("devicetypemapping", _("Device type mappings")),
                _list("interfacetypemapping", _("Interface type mappings")),
                _list("locationmapping", _("Location mappings")),
                _list("platformmapping", _("Platform mappings")),
                _list("pushrule", _("Push rules")),
            ),
        ),
    ),
)
