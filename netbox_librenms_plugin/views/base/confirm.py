"""Confirming that an object and the LibreNMS device that it is linked to are one, although clues deny it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ...engine import Comparison, NotIdentifiedError, confirm_identity
from ...librenms.errors import LibreNMSError
from ...words.sentences import sentence
from .link import TOASTS
from .object_view import BaseObjectChangeView, BaseObjectSyncView


class DoubtMixin(BaseObjectSyncView):
    """For panels that can say that nothing is written until somebody has confirmed who the object is."""

    def doubt_context(self, instance: Any, comparison: Comparison) -> dict[str, Any]:
        """The reason for the doubt with what answers it, if there is one."""
        identity = comparison.identity
        if identity is None or identity.open_doubt is None:
            return {}
        doubt = {
            "sentence": sentence(identity.open_doubt),
            "url": self.url(instance, "confirm", query=self.server_query()) if self.may_change else "",
            "clues": identity.digest,
        }
        return {"doubt": doubt}


class BaseConfirmView(BaseObjectChangeView):
    """POST ``clues``: what stood on the page when somebody said that both are one."""

    def post(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """Header and panel load themselves again. What was not shown is not confirmed."""
        instance = self.get_object(pk=pk)
        clues = request.POST.get("clues", "")[:64]
        try:
            confirmed = confirm_identity(instance, clues, user=request.user, server=self.api.server.key)
        except LibreNMSError as error:
            messages.error(request, error.message)
        except NotIdentifiedError:
            messages.error(request, _("LibreNMS does not know this object any more."))
        else:
            self._say(request, instance, confirmed=confirmed)
        response = render(request, TOASTS, {})
        response["HX-Trigger"] = "librenms:reload"
        return response

    @staticmethod
    def _say(request: HttpRequest, instance: Any, *, confirmed: bool) -> None:
        if confirmed:
            messages.success(request, _("{object} is confirmed to be this LibreNMS device.").format(object=instance))
        else:
            messages.warning(request, _("Something changed meanwhile. Look again before you confirm."))
