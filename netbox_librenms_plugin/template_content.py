"""What the plugin adds to NetBox's own pages: buttons on lists, and how LibreNMS sees the object of a page."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.plugins import PluginTemplateExtension
from utilities.permissions import get_permission_for_model
from utilities.views import get_viewname

from .models import LibreNMSSettings
from .models.compared_object import reads_pages
from .words.labels import server_names


class ListButtons(PluginTemplateExtension):
    """*Compare* and *Sync* for what is ticked in the list, else for all that its filter shows."""

    models: Sequence[str] = ("dcim.device", "virtualization.virtualmachine")

    def list_buttons(self) -> str:
        """The menu; nothing for who may not use it."""
        user: Any = self.context["request"].user
        if not user.has_perm(get_permission_for_model(LibreNMSSettings, "view")):
            return ""
        change = user.has_perm(get_permission_for_model(LibreNMSSettings, "change"))
        model: Any = self.context["object"]
        words = {"things": model._meta.verbose_name_plural, "caption": _("LibreNMS")}
        more = {"kind": model._meta.model_name, "may_sync": change, "heard": _shows_states(user, model), **words}
        rendered: str = self.render("netbox_librenms_plugin/inc/list_buttons.html", more)
        return rendered


def _shows_states(user: Any, model: Any) -> bool:
    """Whether somebody's list of this model has a column of what LibreNMS said last."""
    config = getattr(user, "config", None)
    columns = config.get(f"tables.{model._meta.object_name}Table.columns") if config is not None else None
    return not {"librenms_state", "librenms_polled"}.isdisjoint(columns or ())


class MonitoringCard(PluginTemplateExtension):
    """A card whose content comes after the page: LibreNMS is not asked for here, and nothing is read."""

    models: Sequence[str] = (
        *("dcim.device", "dcim.virtualchassis", "dcim.interface"),
        *("virtualization.virtualmachine", "virtualization.vminterface"),
    )

    def right_page(self) -> str:
        """The card; nothing for who may not see it, or where there is no server."""
        instance: Any = self.context["object"]
        if not reads_pages(self.context["request"].user) or not server_names():
            return ""
        url = reverse(get_viewname(instance, "librenms_monitoring"), args=(instance.pk,))
        rendered: str = self.render("netbox_librenms_plugin/inc/monitoring_card.html", {"url": url})
        return rendered


template_extensions = (ListButtons, MonitoringCard)
