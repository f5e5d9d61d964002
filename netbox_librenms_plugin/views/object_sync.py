"""The tab "LibreNMS" on devices and virtual machines, with the addresses of its parts. Importing registers them."""

from typing import Any

from dcim.models import Device
from utilities.views import register_model_view
from virtualization.models import VirtualMachine

from .base.confirm import BaseConfirmView
from .base.counts import BaseCountsView
from .base.everything import BaseEverythingView
from .base.header import BaseHeaderView, BaseRefreshView
from .base.history import BaseHistoryView
from .base.link import BaseLinkView, BaseNamesView, BaseRelinkView, BaseUnlinkView
from .base.overview import BaseOverviewView
from .base.page import BaseSyncPage
from .base.panel import BasePanelRefreshView, BasePanelView
from .base.remove import BaseRemoveView
from .base.sync import BaseSyncView

PATH = "librenms-sync"
RESOURCE = f"{PATH}/<slug:resource>"


class DeviceSyncPage(BaseSyncPage):
    """The page of a device."""

    queryset = Device.objects.all()
    template_name = "netbox_librenms_plugin/device_librenms_sync.html"


class VirtualMachineSyncPage(BaseSyncPage):
    """The page of a virtual machine."""

    queryset = VirtualMachine.objects.all()
    template_name = "netbox_librenms_plugin/virtualmachine_librenms_sync.html"


# Name, path, view. Fixed paths stand before the one that takes any resource's name.
PARTS: tuple[tuple[str, str, type[Any]], ...] = (
    ("librenms_sync_header", f"{PATH}/header", BaseHeaderView),
    ("librenms_sync_overview", f"{PATH}/overview", BaseOverviewView),
    ("librenms_sync_counts", f"{PATH}/counts", BaseCountsView),
    ("librenms_sync_everything", f"{PATH}/everything", BaseEverythingView),
    ("librenms_sync_history", f"{PATH}/history", BaseHistoryView),
    ("librenms_sync_refresh", f"{PATH}/refresh", BaseRefreshView),
    ("librenms_sync_link", f"{PATH}/link", BaseLinkView),
    ("librenms_sync_relink", f"{PATH}/relink", BaseRelinkView),
    ("librenms_sync_unlink", f"{PATH}/unlink", BaseUnlinkView),
    ("librenms_sync_confirm", f"{PATH}/confirm", BaseConfirmView),
    ("librenms_sync_names", f"{PATH}/names", BaseNamesView),
    ("librenms_sync_panel", RESOURCE, BasePanelView),
    ("librenms_sync_panel_refresh", f"{RESOURCE}/refresh", BasePanelRefreshView),
    ("librenms_sync_apply", f"{RESOURCE}/sync", BaseSyncView),
    ("librenms_sync_remove", f"{RESOURCE}/remove", BaseRemoveView),
)


def _register(page: type[BaseSyncPage]) -> None:
    """The page and its parts for the page's model."""
    model = page.queryset.model
    register_model_view(model, "librenms_sync", path=PATH)(page)
    for name, path, base in PARTS:
        part = type(f"{model.__name__}{base.__name__.removeprefix('Base')}", (base,), {"queryset": model.objects.all()})
        register_model_view(model, name, path=path)(part)


_register(DeviceSyncPage)
_register(VirtualMachineSyncPage)
