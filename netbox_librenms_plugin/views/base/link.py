"""Linking an object with a LibreNMS device by hand, and keeping a match that was found."""

from typing import Any

from dcim.models import Device
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ...engine.linking import DoubtfulLinkError, LinkRefusedError, link, unlink
from ...librenms.errors import LibreNMSError
from ...librenms.identity import FIELD, LARGEST_ID, named_servers
from ...librenms_api import Identification
from ...preferences import choose_name_field
from ...words.polled import text
from .facts import why_doubtful
from .object_view import BaseObjectChangeView, BaseObjectSyncView

RELINK = "netbox_librenms_plugin/htmx/relink.html"
QUESTION = "netbox_librenms_plugin/htmx/link_question.html"
TOASTS = "netbox_librenms_plugin/htmx/toasts.html"


class BaseLinkView(BaseObjectChangeView):
    """POST ``librenms_id``: store it, once LibreNMS has confirmed that there is such a device."""

    def post(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """Header and panel load themselves again; a refusal is a toast."""
        instance = self.get_object(pk=pk)
        entered = request.POST.get("librenms_id", "").strip()
        if not (entered.isascii() and entered.isdigit() and len(entered) < 20 and 0 < int(entered) <= LARGEST_ID):
            messages.error(request, _("A LibreNMS ID is a whole number: the one in the address of its page there."))
            return render(request, TOASTS, {})
        clues = request.POST.get("clues", "")[:64]
        try:
            target = self._target(instance, int(entered))
            device = link(target, int(entered), user=request.user, server=self.api.server.key, clues=clues)
        except DoubtfulLinkError as error:
            return self._ask(instance, target, error)
        except LibreNMSError as error:
            messages.error(request, error.message)
        except LinkRefusedError as error:
            messages.error(request, str(error))
        else:
            words = _("{object} is linked to LibreNMS device {id} ({name}).")
            messages.success(request, words.format(object=target, id=device.device_id, name=text(device.hostname)))
            response = render(request, TOASTS, {})
            response["HX-Trigger"] = "librenms:reload"
            response["HX-Trigger-After-Swap"] = "librenms:close-modal"
            return response
        return render(request, TOASTS, {})

    def _ask(self, instance: Any, target: Any, doubt: DoubtfulLinkError) -> HttpResponse:
        """The question whether both are one, in the page's modal."""
        context = {
            "target": target,
            "name": text(doubt.device.sys_name) or text(doubt.device.hostname),
            "librenms_id": doubt.device.device_id,
            "sentence": why_doubtful(doubt.identity),
            "clues": doubt.identity.digest,
            "link_url": self.url(instance, "link", query=self.server_query()),
        }
        response = render(self.request, QUESTION, context)
        response["HX-Retarget"], response["HX-Reswap"] = "#htmx-modal-content", "innerHTML"
        return response

    def _target(self, instance: Any, librenms_id: int) -> Any:
        """The member of the virtual chassis that was found, where it is another than the object itself."""
        found = self.api.identify(instance)
        return found_at(instance, found, self.request.user, "change") if found.librenms_id == librenms_id else instance


class BaseRelinkView(BaseObjectChangeView):
    """The question which LibreNMS device the object is, where it is linked or found already."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form, for the modal."""
        instance = self.get_object(pk=kwargs["pk"])
        url = self.url(instance, "link", query=self.server_query())
        return render(request, RELINK, {"object": instance, "link_url": url})


class BaseUnlinkView(BaseObjectChangeView):
    """POST ``server``: remove the object's id for this server; the other servers' ids stay."""

    def post(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """Header and panel load themselves again; a refusal is a toast."""
        instance, server = self.get_object(pk=pk), request.POST.get("server", "")[:100]
        try:
            unlink(self._holder(instance, server), server, user=request.user)
        except LibreNMSError as error:
            messages.error(request, error.message)
        except LinkRefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The LibreNMS ID for “{server}” is removed.").format(server=server))
            response = render(request, TOASTS, {})
            response["HX-Trigger"] = "librenms:reload"
            return response
        return render(request, TOASTS, {})

    def _holder(self, instance: Any, server: str) -> Any:
        """The member of the virtual chassis that has the id, where the object itself has none for this server."""
        stored = named_servers(instance.custom_field_data.get(FIELD), default_key=self.api.bare_key)
        if server != self.api.server.key or server in stored:
            return instance
        # Who may not change that member is told so, and not that the object has no ID any more
        return found_at(instance, self.api.identify(instance), self.request.user, "view")


def found_at(instance: Any, found: Identification, user: Any, action: str) -> Any:
    """The member of the virtual chassis by which an object was found, where the user has that right on it, else the
    object itself."""
    if found.via is None:
        return instance
    return Device.objects.restrict(user, action).filter(pk=found.via.pk).first() or instance


class BaseNamesView(BaseObjectSyncView):
    """POST ``name_field``: the user's own choice of the column that names interfaces."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """Kept as a user preference; the panel loads itself again."""
        self.get_object(pk=pk)
        if request.user.is_authenticated:
            choose_name_field(request.user, request.POST.get("name_field", ""))
        return HttpResponse(status=204, headers={"HX-Trigger": "librenms:panel"})
