"""What the plugin adds to NetBox's own pages: buttons on the lists of devices and virtual machines."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from netbox.plugins import PluginTemplateExtension
from utilities.permissions import get_permission_for_model

from .models import LibreNMSSettings


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
        more = {"kind": model._meta.model_name, "may_sync": change, **words}
        rendered: str = self.render("netbox_librenms_plugin/inc/list_buttons.html", more)
        return rendered


template_extensions = (ListButtons,)
